/**
 * Movers: what copies the data of a claim, as data. A folder of pod templates becomes the Jobs of
 * one transfer, and the logs of their pods are read again as progress, failure and result. Knows
 * {@code model} and nothing else of ours.
 */
@NullMarked
package dev.migrator.mover;

import org.jspecify.annotations.NullMarked;
