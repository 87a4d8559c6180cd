/**
 * The port: what a cluster can do, and how it can fail. Interfaces and values only; two adapters
 * implement it, one for real API servers and one that simulates a cluster, and one contract suite
 * holds both.
 */
@NullMarked
package dev.migrator.cluster;

import org.jspecify.annotations.NullMarked;
