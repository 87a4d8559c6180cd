package dev.migrator.it.contract;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import java.time.Duration;

/** The simulated cluster keeps the contract. */
class MemoryClusterContractTest extends ClusterContract {

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster cluster = MemoryCluster.builder(clock, "memory").build();

  @Override
  protected Cluster cluster() {
    return cluster;
  }

  @Override
  protected void pause(Duration duration) {
    clock.advance(duration);
  }
}
