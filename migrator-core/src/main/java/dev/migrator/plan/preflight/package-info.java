/**
 * What a reader of a plan must know in advance: what cannot be undone, what the target will refuse
 * or change, what is missing. Pure: manifests in, findings out.
 */
@NullMarked
package dev.migrator.plan.preflight;

import org.jspecify.annotations.NullMarked;
