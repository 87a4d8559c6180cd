/**
 * A disk in memory that loses what was not forced when its machine crashes: for the crash matrix,
 * the demo and rehearsals.
 */
@NullMarked
package dev.migrator.journal.memory;

import org.jspecify.annotations.NullMarked;
