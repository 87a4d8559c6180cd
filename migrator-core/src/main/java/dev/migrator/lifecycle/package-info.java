/**
 * Where each object of a run is: one table of stages, folded from what is known of the run's steps.
 * Whoever goes on, takes back, reports or rebuilds reads it here.
 */
@NullMarked
package dev.migrator.lifecycle;

import org.jspecify.annotations.NullMarked;
