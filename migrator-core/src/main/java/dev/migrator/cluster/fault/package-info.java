/**
 * Faults thrown into the traffic with any cluster, simulated or real, at chosen requests: lost
 * requests, lost answers, refusals, delays, lies, and the death of our own process.
 */
@NullMarked
package dev.migrator.cluster.fault;

import org.jspecify.annotations.NullMarked;
