package dev.migrator.it.junit;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Copies of what the servers wrote, for the one who looks into a failure. */
final class ClusterLogs {

  private ClusterLogs() {}

  /**
   * Copies the logs and audit logs of both clusters below the folder; a failure to do so is only
   * told.
   */
  static void keep(ClusterPair pair, Path folder) {
    for (TestCluster cluster : pair.clusters().toList()) {
      Path to = folder.resolve(cluster.name());
      try (Stream<Path> logs = Files.list(cluster.logs())) {
        Files.createDirectories(to);
        for (Path log : Stream.concat(logs, Stream.of(cluster.auditLog())).toList()) {
          if (Files.isRegularFile(log)) {
            Files.copy(log, to.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
          }
        }
      } catch (IOException e) {
        System.err.println("the logs of " + cluster.name() + " are not kept: " + e);
      }
    }
    System.err.println("server logs of this failure: " + folder.toAbsolutePath());
  }
}
