package dev.migrator.cli.wiring;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.RetryingCluster;
import dev.migrator.cluster.TimeSource;
import dev.migrator.cluster.fabric8.Kubeconfigs;
import dev.migrator.journal.RunFile;
import java.util.Map;
import java.util.function.Consumer;

/** Opens real clusters, which are asked again where that is harmless. */
final class KubeconfigConnections implements Connections {

  private final Kubeconfigs kubeconfigs;
  private final TimeSource time;

  /**
   * @param notices hears which programs of a kubeconfig are run to log in
   */
  KubeconfigConnections(
      Map<String, String> environment, Consumer<String> notices, TimeSource time) {
    this.kubeconfigs = new Kubeconfigs(environment, notices);
    this.time = time;
  }

  @Override
  public Cluster open(RunFile.Login login) {
    return open(login, 0);
  }

  @Override
  public Cluster open(RunFile.Login login, int requestsPerSecond) {
    return new RetryingCluster(
        kubeconfigs.open(login.kubeconfig(), login.context(), requestsPerSecond), time);
  }
}
