package dev.migrator.it.cluster;

import dev.migrator.it.disk.Disks;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a cluster with a real node its disks: a CSI driver in the mount namespace of the node, the
 * sidecars, and the objects without which claims get none. The sidecars end before the driver and
 * the driver before the node, for it holds the node's mounts.
 */
record DiskService(
    LocalCluster cluster, ControlPlaneArguments arguments, RunningPrograms running, Path driver) {

  private static final String FOLDER = "snapshot-crds/snapshot.storage.k8s.io_";

  /** Which snapshots are; installed as a cluster's administrator installs them. */
  private static final List<String> DEFINITIONS =
      List.of(
          FOLDER + "volumesnapshotclasses.yaml",
          FOLDER + "volumesnapshotcontents.yaml",
          FOLDER + "volumesnapshots.yaml");

  /** Starts all of it, and waits until the kubelet knows the driver. */
  void start(RealNode node, ApiProbe api, Readiness readiness) throws IOException {
    startDriver(node);
    for (String definition : DEFINITIONS) {
      apply(definition);
    }
    cluster.kubectl().run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    apply("disks.yaml");
    startSidecars();
    String csiNode = "/apis/storage.k8s.io/v1/csinodes/" + node.name();
    readiness.await("the driver", () -> api.get(csiNode).body().contains(Disks.DRIVER));
  }

  private void startSidecars() throws IOException {
    for (Program program : Program.ofDisks()) {
      if (program != Program.CSI_DISK) {
        running.start(program);
      }
    }
  }

  /** Starts a driver again that has ended. The sidecars end with their driver and start with it. */
  void startAgain(RealNode node) throws IOException {
    for (Program program : Program.ofDisks()) {
      running.end(program, ending -> ending.signal("KILL"));
    }
    startDriver(node);
    startSidecars();
  }

  /** The driver's name of a node is another one than the cluster's, as it is in clouds. */
  private void startDriver(RealNode node) throws IOException {
    List<String> command = new ArrayList<>(node.enter());
    command.add(driver.toString());
    command.addAll(arguments.of(Program.CSI_DISK));
    command.add("--cluster=" + cluster.name());
    command.add("--node-id=machine-of-" + node.name());
    running.start(
        Program.CSI_DISK, Path.of(command.getFirst()), command.subList(1, command.size()));
  }

  private void apply(String resource) throws IOException {
    Path file = arguments.folder().resolve(Path.of(resource).getFileName().toString());
    Files.deleteIfExists(file);
    LocalCluster.copyResource(resource, file);
    cluster.kubectl().run("apply", "-f", file.toString());
  }

  /** Ends all of it, whatever of it runs. */
  static void end(RunningPrograms running) {
    for (Program program : List.copyOf(Program.ofDisks()).reversed()) {
      running.end(program, SupervisedProgram::askToEnd);
    }
  }
}
