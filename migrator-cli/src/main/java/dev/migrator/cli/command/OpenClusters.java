package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cluster.Cluster;
import dev.migrator.journal.RunFile;
import dev.migrator.migration.Migration;
import dev.migrator.model.Shell;

/** Both clusters, opened until closed. */
record OpenClusters(Cluster source, Cluster target) implements AutoCloseable {

  /** Opens both, the source first. Errors: see {@link dev.migrator.cli.wiring.Connections}. */
  static OpenClusters of(
      Environment environment, ClusterOptions.Pair logins, Migration.Limits limits) {
    Cluster source =
        environment.connections().open(logins.source(), limits.sourceRequestsPerSecond());
    try {
      return new OpenClusters(
          source,
          environment.connections().open(logins.target(), limits.targetRequestsPerSecond()));
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** The kubeconfig options of kubectl that lead to the same cluster. */
  static String kubectl(RunFile.Login login) {
    return login.kubeconfig().map(file -> "--kubeconfig " + Shell.word(file) + " ").orElse("")
        + "--context "
        + Shell.word(login.context());
  }

  @Override
  public void close() {
    try {
      source.close();
    } finally {
      target.close();
    }
  }
}
