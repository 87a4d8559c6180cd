package dev.migrator.it.connection;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fabric8.Kubeconfigs;
import dev.migrator.it.cluster.ClusterPair;
import java.util.Map;
import java.util.Optional;

/** Opens the pair's clusters as the program does. */
public final class PairClients {

  private PairClients() {}

  /**
   * Whoever opens it closes it.
   *
   * @param context {@code source} or {@code target}
   */
  public static Cluster open(ClusterPair pair, String context) {
    return new Kubeconfigs(Map.of()).open(Optional.of(pair.kubeconfig().toString()), context, 0);
  }
}
