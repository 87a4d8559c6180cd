/**
 * Where the program is put together: the only place that names the clusters' adapters, the clock
 * and randomness.
 */
@NullMarked
package dev.migrator.cli.wiring;

import org.jspecify.annotations.NullMarked;
