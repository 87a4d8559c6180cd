package dev.migrator.it.contract;

import dev.migrator.cluster.Cluster;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.connection.PairClients;
import dev.migrator.it.junit.RealClusters;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** A real API server keeps the contract that the simulated one is held to. */
@RealClusters
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealClusterContract extends ClusterContract {

  private final Cluster cluster;
  private final String context;

  RealClusterContract(ClusterPair pair, String context) {
    this.context = context;
    this.cluster = PairClients.open(pair, context);
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Override
  protected Cluster cluster() {
    return cluster;
  }

  @Override
  protected void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  protected String runSuffix() {
    return "-" + context;
  }
}
