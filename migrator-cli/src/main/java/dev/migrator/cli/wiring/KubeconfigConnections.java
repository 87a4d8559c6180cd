package dev.migrator.cli.wiring;

import dev.migrator.cluster.Cluster;
import dev.migrator.journal.RunFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;

/** Opens real clusters. */
final class KubeconfigConnections implements Connections {

  @Override
  public Cluster open(RunFile.Login login) {
    throw Problem.of(ErrorCode.M1004, "real clusters cannot be opened yet", login.context())
        .exception();
  }
}
