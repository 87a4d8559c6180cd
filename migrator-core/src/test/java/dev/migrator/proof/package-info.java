/**
 * The promises of docs/safety.md, proven on simulated clusters and a simulated disk: every crash,
 * every fault, judged by a checker that shares no code with the executor.
 */
@NullMarked
package dev.migrator.proof;

import org.jspecify.annotations.NullMarked;
