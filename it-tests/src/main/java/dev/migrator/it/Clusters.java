package dev.migrator.it;

import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.ControlPlaneOrigin;
import dev.migrator.it.programs.NodeNeeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The pair of clusters for a person at a terminal; the script {@code it-tests/clusters} calls it.
 *
 * <p>{@code up FOLDER} builds what is missing, leaves a process in the background that keeps the
 * pair, and returns when the pair is ready. {@code keep FOLDER} is that process: it writes {@code
 * source.kubeconfig}, {@code target.kubeconfig}, {@code kubeconfig} (both) and, last, {@code
 * ready}, a text that tells all of it. Killing it ends the clusters.
 *
 * <p>Crash: the clusters end with the keeper; its files stay, and {@code up} writes them anew.
 */
public final class Clusters {

  private Clusters() {}

  /** Exit code 0 when the pair is up, 1 when there can be none, 2 for wrong arguments. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String option = arguments.length == 3 ? arguments[2] : "--fake-nodes";
    if (!List.of(2, 3).contains(arguments.length)
        || !List.of("up", "keep").contains(arguments[0])
        || !List.of("--fake-nodes", "--real-nodes", "--real-disks").contains(option)) {
      System.err.println("usage: Clusters up|keep FOLDER [--real-nodes|--real-disks]");
      System.exit(2);
    }
    Path folder = Path.of(arguments[1]).toAbsolutePath();
    Files.createDirectories(folder);
    ControlPlaneOrigin origin = ClusterPair.origin();
    if (origin instanceof ControlPlaneOrigin.None none) {
      System.err.println(none.advice());
      System.exit(1);
    }
    if (!option.equals("--fake-nodes")) {
      NodeNeeds.missing(ClusterPair.environment(), origin)
          .ifPresent(
              missing -> {
                System.err.println(missing.advice());
                System.exit(1);
              });
    }
    if (arguments[0].equals("keep")) {
      keep(origin, folder, option);
    } else {
      if (origin instanceof ControlPlaneOrigin.Buildable) {
        BuildCache.ofThisUser().build(BuildModule.OF_CONTROL_PLANES, System.out::println);
      }
      if (!option.equals("--fake-nodes")) {
        BuildCache.ofThisUser().build(BuildModule.OF_NODES, System.out::println);
      }
      if (option.equals("--real-disks")) {
        BuildCache.ofThisUser().build(BuildModule.OF_DISKS, System.out::println);
      }
      System.exit(up(folder, option));
    }
  }

  private static int up(Path folder, String option) throws IOException, InterruptedException {
    Path ready = folder.resolve("ready");
    Path log = folder.resolve("log");
    Files.deleteIfExists(ready);
    Files.deleteIfExists(log);
    // The terminal may be closed later on; that must not end the clusters.
    List<String> command =
        new ArrayList<>(
            List.of(
                "nohup",
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Clusters.class.getName(),
                "keep",
                folder.toString(),
                option));
    Process keeper =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Files.writeString(folder.resolve("pid"), keeper.pid() + "\n");
    while (!Files.exists(ready)) {
      if (!keeper.isAlive()) {
        System.err.print(Files.readString(log));
        return 1;
      }
      Thread.sleep(100);
    }
    System.out.print(Files.readString(ready));
    return 0;
  }

  private static void keep(ControlPlaneOrigin origin, Path folder, String option)
      throws IOException, InterruptedException {
    ClusterPair pair =
        switch (option) {
          case "--real-disks" -> ClusterPair.startWithDisks(origin, "", "", false);
          case "--real-nodes" -> ClusterPair.startWithRealNodes(origin);
          default -> ClusterPair.start(origin, ClusterOptions.DEFAULT, ClusterOptions.DEFAULT);
        };
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
          """
          %s: Kubernetes %s at %s
            kubeconfig  %s
            contexts    %s (administrator), %s-restricted (no rights but those you grant)
            audit log   %s
            logs        %s
          """
              .formatted(
                  cluster.name(),
                  cluster.version(),
                  cluster.server(),
                  kubeconfig,
                  cluster.name(),
                  cluster.name(),
                  cluster.auditLog(),
                  cluster.logs()));
      if (cluster instanceof LocalCluster local) {
        text.append("  pids        ").append(local.pids()).append('\n');
      }
    }
    Path both = copy(pair.kubeconfig(), folder.resolve("kubeconfig"));
    text.append("both:\n  export KUBECONFIG=").append(both).append('\n');
    text.append("  ")
        .append(pair.target().kubectl().program())
        .append(" --context source get pods -A\n");
    pair.disks()
        .ifPresent(
            disks ->
                text.append("disks of both:\n  ")
                    .append(disks.folder())
                    .append("; StorageClasses disk and disk-late\n"));
    return text.toString();
  }

  private static Path copy(Path from, Path to) throws IOException {
    return Files.copy(
        from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }
}
