package dev.migrator.it.programs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a machine must have for real nodes, besides what is built from Go modules. */
public final class NodeNeeds {

  private NodeNeeds() {}

  /**
   * Why there can be no real nodes here.
   *
   * @param advice why, and how to change it
   * @param failure whether that is a failure (in CI) or a skip
   */
  public record Missing(String advice, boolean failure) {}

  /** Empty where real nodes can be had, if need be after a build. */
  public static Optional<Missing> missing(Surroundings here, ControlPlaneOrigin origin) {
    List<String> lacking = new ArrayList<>();
    if (!Files.isDirectory(Path.of("/sys/fs/cgroup"))) {
      lacking.add("cgroups below /sys/fs/cgroup");
    } else if (!Files.isWritable(Path.of("/sys/fs/cgroup"))) {
      lacking.add("root, and cgroups that root may write");
    }
    for (String program : List.of("unshare", "runc", "busybox")) {
      if (!onPath(program)) {
        lacking.add(program);
      }
    }
    if (!Files.isExecutable(Path.of("/usr/lib/cni/ptp"))) {
      lacking.add("/usr/lib/cni/ptp");
    }
    if (origin instanceof ControlPlaneOrigin.K3s || origin instanceof ControlPlaneOrigin.None) {
      lacking.add("control planes that are processes of this machine");
    } else if (!BuildCache.ofThisUser().complete(BuildModule.OF_NODES) && !here.hasGo()) {
      lacking.add("Go, or what it-tests/control-plane/build builds for nodes");
    }
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(new Missing(advice(lacking), here.isCi()));
  }

  private static String advice(List<String> lacking) {
    return "No real nodes for the tests: this machine lacks "
        + String.join(", ", lacking)
        + ". it-tests/node-packages installs Debian's packages; all of it runs as root.";
  }

  private static boolean onPath(String program) {
    return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
