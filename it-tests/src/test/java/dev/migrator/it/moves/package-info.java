/**
 * The program as its users run it, between two real clusters: whole moves, kills, refusals, and
 * what the judges say of them.
 */
@NullMarked
package dev.migrator.it.moves;

import org.jspecify.annotations.NullMarked;
