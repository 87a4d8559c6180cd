package dev.migrator.cli.wiring;

import dev.migrator.cluster.Cluster;
import dev.migrator.journal.RunFile;

/** Opens clusters. */
public interface Connections {

  /**
   * Opens the cluster that a kubeconfig's context names, and asks it who it is.
   *
   * <p>Errors: M1004 when the kubeconfig cannot be used, M1005 when it has no such context, M1401
   * to M1403 when the server does not let us in.
   */
  Cluster open(RunFile.Login login);

  /**
   * Opens it for so many requests a second at most, where there is anything to spare.
   *
   * @param requestsPerSecond 0 for no limit
   */
  default Cluster open(RunFile.Login login, int requestsPerSecond) {
    return open(login);
  }
}
