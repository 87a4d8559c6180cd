package dev.migrator.it.contract;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fabric8.Adapters;
import dev.migrator.cluster.fabric8.ConnectionLimits;
import dev.migrator.cluster.front.ClusterFront;
import dev.migrator.cluster.front.FrontServer;
import dev.migrator.cluster.front.FrontedCluster;
import dev.migrator.cluster.front.WireScript;
import dev.migrator.cluster.front.WireTraffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/**
 * The simulated cluster keeps the contract also when it is spoken with over HTTP, by the adapter of
 * real servers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrontedClusterContract extends ClusterContract {

  private final FrontServer server;
  private final VirtualClock clock = new VirtualClock();
  private final Cluster cluster;

  FrontedClusterContract(FrontServer.Speaks speaks) {
    server = new FrontServer(speaks);
    ClusterFront front =
        new ClusterFront(
            server,
            "front",
            MemoryCluster.builder(clock, "memory").build(),
            clock,
            WireScript.none(),
            new WireTraffic());
    cluster =
        new FrontedCluster(Adapters.to(front.url(), "memory", ConnectionLimits.DEFAULT), front);
  }

  @AfterAll
  void close() {
    cluster.close();
    server.close();
  }

  @Override
  protected Cluster cluster() {
    return cluster;
  }

  @Override
  protected void pause(Duration duration) {
    clock.advance(duration);
  }
}
