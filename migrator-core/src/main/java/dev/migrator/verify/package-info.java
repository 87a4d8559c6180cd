/**
 * Whether an object works, whether it is what was sent, and whether a move is complete. Pure:
 * manifests in, values out; who lists the clusters is passed in.
 */
@NullMarked
package dev.migrator.verify;

import org.jspecify.annotations.NullMarked;
