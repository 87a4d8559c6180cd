package dev.migrator.cli.wiring;

import dev.migrator.cluster.Cluster;
import dev.migrator.journal.RunFile;

/** Opens clusters. */
public interface Connections {

  /**
   * Opens the cluster that a kubeconfig's context names. Nothing is sent to it yet.
   *
   * <p>Errors: M1004 when the kubeconfig cannot be used, M1005 when it has no such context.
   */
  Cluster open(RunFile.Login login);
}
