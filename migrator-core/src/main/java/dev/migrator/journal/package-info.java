/**
 * What a run remembers: the journal (intents and outcomes), the vault (every planned object as it
 * was) and the run directory that holds both. All effects on files go through {@link
 * dev.migrator.journal.Disk}, so that a crash can be simulated at each of them.
 */
@NullMarked
package dev.migrator.journal;

import org.jspecify.annotations.NullMarked;
