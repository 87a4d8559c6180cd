package dev.migrator.it.cluster;

import dev.migrator.it.programs.NodePrograms;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A node that is one: containerd and a kubelet, whose pods are processes. The script {@code
 * node.sh} starts both, as process 1 of a process namespace and in a mount namespace of its own, so
 * its end ends every process of every pod and every mount, network namespace and veth with it.
 *
 * <p>Crash: the supervisor ends process 1 when this JVM dies; folder and cgroups stay until the
 * next start cleans them.
 */
public final class RealNode {

  /** The name of the pid file, and of the program that {@link SupervisedProgram} starts. */
  static final String PROGRAM = "unshare";

  private static final AtomicInteger SUBNETS = new AtomicInteger();

  private final String name;
  private final Path folder;
  private final SupervisedProgram running;

  private RealNode(String name, Path folder, SupervisedProgram running) {
    this.name = name;
    this.folder = folder;
    this.running = running;
  }

  /** The folder of the node of a cluster. Short: sockets are in it, and their paths are limited. */
  static Path folder(Path cluster) {
    return cluster.resolve("n");
  }

  /**
   * Starts a node and returns at once; it is ready seconds later.
   *
   * @param control of its control plane, whose folder it shares
   * @param kubeconfig of a user who may do what a kubelet does
   */
  static RealNode start(
      String name, NodePrograms programs, ControlPlaneArguments control, Path kubeconfig)
      throws IOException {
    Path cluster = control.folder();
    Path script = cluster.resolve("node.sh");
    LocalCluster.copyResource("node.sh", script);
    Path folder = Files.createDirectories(folder(cluster));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"));
    arguments.addAll(List.of("--propagation", "private", "/bin/sh"));
    arguments.add(script.toString());
    arguments.addAll(List.of(folder.toString(), name, subnet()));
    arguments.add(Integer.toString(FreePorts.pick(1).getFirst()));
    arguments.add(kubeconfig.toString());
    arguments.addAll(List.of(programs.containerd().toString(), programs.kubelet().toString()));
    programs.ofPods().forEach(program -> arguments.add(program.toString()));
    SupervisedProgram running =
        SupervisedProgram.start(
            PROGRAM,
            Path.of(PROGRAM),
            arguments,
            cluster,
            control.logs().resolve("node.log"),
            Duration.ZERO);
    return new RealNode(name, folder, running);
  }

  /** Subnets of nodes that run at the same time must differ: their veths are in one namespace. */
  private static String subnet() {
    long process = ProcessHandle.current().pid();
    return "10.%d.%d.0/24".formatted(100 + process % 100, SUBNETS.incrementAndGet() % 250);
  }

  public String name() {
    return name;
  }

  /** Where it keeps its files: {@code c.sock} of containerd, and the folder {@code kubelet}. */
  public Path folder() {
    return folder;
  }

  /** The words before a command line that make it see the node's mounts, and the node see its. */
  List<String> enter() {
    long pid = running.pid().orElseThrow(() -> new IllegalStateException(name + " has ended"));
    return List.of("nsenter", "--target=" + pid, "--mount", "--");
  }

  /**
   * Gives the node one more image.
   *
   * @param archive a tar file, as {@code docker save} writes it
   */
  public void importImage(Path archive, Path ctr) {
    List<String> command = new ArrayList<>(enter());
    command.addAll(List.of(ctr.toString(), "-a", folder.resolve("c.sock").toString()));
    command.addAll(List.of("-n", "k8s.io", "image", "import", "--local", "--snapshotter"));
    command.addAll(List.of("native", archive.toString()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(archive + " is not imported: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Every process of the node as it is now: its programs, the shims, and what runs in pods. */
  public List<ProcessHandle> processes() {
    return running.pid().flatMap(ProcessHandle::of).stream()
        .flatMap(ProcessHandle::descendants)
        .toList();
  }

  /**
   * The node dies for its cluster: kubelet and shims are killed at once (SIGKILL). What runs in its
   * containers runs on, as it does on a machine that only the cluster has lost.
   */
  public void killKubeletAndShims() {
    for (Program program : List.of(Program.KUBELET, Program.CONTAINERD, Program.CONTAINERD_SHIM)) {
      processes().stream().filter(process -> is(program, process)).forEach(RealNode::end);
    }
  }

  private static boolean is(Program program, ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/" + program.fileName());
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
  }

  /**
   * Waits until it takes pods.
   *
   * @param trouble of its control plane
   */
  void awaitReady(ApiProbe api, Supplier<Optional<String>> trouble) {
    new Readiness(() -> trouble.get().or(this::trouble))
        .await(
            "the node to be ready",
            () -> ApiFacts.isReady(api.get("/api/v1/nodes/" + name).body()));
  }

  private Optional<String> trouble() {
    return running.isAlive()
        ? Optional.empty()
        : Optional.of("the node has ended:\n" + running.endOfLog());
  }

  /** Ends it with all that runs on it, and waits for that. */
  void close() {
    List<ProcessHandle> all = processes();
    running.askToEnd();
    running.awaitEnd();
    all.forEach(RunFolders::awaitEnd);
  }

  /**
   * Removes the cgroups of the containers that ran on a node when it ended. Their ids are the names
   * of folders below the node's.
   *
   * @param folder of the node; need not be there
   */
  static void removeCgroups(Path folder) throws IOException {
    Path tasks = folder.resolve("state/io.containerd.runtime.v2.task/k8s.io");
    if (!Files.isDirectory(tasks)) {
      return;
    }
    Path root = Path.of("/sys/fs/cgroup");
    List<Path> parents = new ArrayList<>(List.of(root.resolve("k8s.io")));
    try (Stream<Path> hierarchies = Files.list(root)) {
      hierarchies.map(hierarchy -> hierarchy.resolve("k8s.io")).forEach(parents::add);
    }
    try (Stream<Path> ids = Files.list(tasks)) {
      for (Path id : ids.map(Path::getFileName).toList()) {
        for (Path parent : parents) {
          removeTree(parent.resolve(id));
        }
      }
    }
    for (Path parent : parents) {
      parent.toFile().delete(); // refused while anything is in it
    }
  }

  private static void removeTree(Path cgroup) throws IOException {
    if (!Files.isDirectory(cgroup)) {
      return;
    }
    try (Stream<Path> all = Files.walk(cgroup)) {
      // Its files cannot be deleted and need not be.
      all.filter(Files::isDirectory)
          .sorted(Comparator.reverseOrder())
          .forEach(folder -> folder.toFile().delete());
    }
  }
}
