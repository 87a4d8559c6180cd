/**
 * A simulated cluster: an API server in memory, the controllers that matter for a move, a kubelet,
 * and a clock that only moves while somebody waits for it. Held to the real servers by the contract
 * suite.
 */
@NullMarked
package dev.migrator.cluster.memory;

import org.jspecify.annotations.NullMarked;
