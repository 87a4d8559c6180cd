/**
 * How fast the program is, as ratios to what a bare client can do with the same servers in the same
 * run. {@code it-tests/bench} runs it.
 */
@NullMarked
package dev.migrator.it.bench;

import org.jspecify.annotations.NullMarked;
