/**
 * What may travel of an object: one small rule a class, each taking away what belongs to the source
 * cluster and not to the definition, the user's mappings and modifiers, and conversions between
 * versions that the two clusters do not share. Pure.
 */
@NullMarked
package dev.migrator.sanitize;

import org.jspecify.annotations.NullMarked;
