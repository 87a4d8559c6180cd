package dev.migrator.it;

import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.programs.ControlPlaneOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Keeps a pair of clusters running for a person until it is ended: the process that {@code
 * it-tests/clusters up} leaves in the background. Its one argument is a folder, where it writes
 * {@code source.kubeconfig}, {@code target.kubeconfig}, {@code kubeconfig} (both) and, last, {@code
 * ready}, which tells all of it to the script and the person.
 *
 * <p>Crash: the clusters end with this process; the file {@code ready} stays and the script sees
 * that the process is gone.
 */
public final class Clusters {

  private Clusters() {}

  /**
   * Starts the pair, says where it is, and waits to be killed. Exit code 1 when there can be none.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 1) {
      System.err.println("usage: Clusters FOLDER");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    ControlPlaneOrigin origin = ClusterPair.origin();
    if (origin instanceof ControlPlaneOrigin.None none) {
      System.err.println(none.advice());
      System.exit(1);
    }
    ClusterPair pair = ClusterPair.start(origin, ClusterOptions.DEFAULT, ClusterOptions.DEFAULT);
    Files.createDirectories(folder);
    Path ready = folder.resolve("ready.new");
    Files.writeString(ready, describe(pair, folder));
    Files.move(ready, folder.resolve("ready"), StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }

  private static String describe(ClusterPair pair, Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    for (TestCluster cluster : pair.clusters().toList()) {
      Path kubeconfig = copy(cluster.kubeconfig(), folder.resolve(cluster.name() + ".kubeconfig"));
      text.append(
          String.format(
              Locale.ROOT,
              "%-6s  %-8s  %s  context %-6s  %s%n",
              cluster.name(),
              cluster.version(),
              cluster.server(),
              cluster.name(),
              kubeconfig));
      text.append(
          String.format(
              Locale.ROOT, "        audit log %s, logs %s%n", cluster.auditLog(), cluster.logs()));
      if (cluster instanceof LocalCluster local) {
        text.append("        pids ").append(local.pids()).append('\n');
      }
    }
    text.append("both    ")
        .append(copy(pair.kubeconfig(), folder.resolve("kubeconfig")))
        .append('\n');
    text.append("kubectl ").append(pair.target().kubectl().program()).append('\n');
    return text.toString();
  }

  private static Path copy(Path from, Path to) throws IOException {
    return Files.copy(
        from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }
}
