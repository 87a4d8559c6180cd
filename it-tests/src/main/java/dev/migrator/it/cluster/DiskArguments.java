package dev.migrator.it.cluster;

import dev.migrator.it.disk.Disks;
import dev.migrator.it.programs.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command lines of the CSI driver and of what stands between it and the cluster. Pure.
 *
 * @param control of the cluster
 */
record DiskArguments(ControlPlaneArguments control) {

  List<String> of(Program program) {
    return control
        .options()
        .disks()
        .map(disks -> program == Program.CSI_DISK ? driver(disks) : sidecar(program))
        .orElse(List.of());
  }

  /** Without the name of the node, which only the one knows who starts it. */
  private List<String> driver(DiskOptions disks) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--name=" + Disks.DRIVER,
                "--endpoint=" + socket(),
                "--registration=" + registry().resolve("disk.sock"),
                "--disks=" + disks.folder()));
    if (!disks.zone().isEmpty()) {
      arguments.add("--zone=" + disks.zone());
    }
    if (disks.attachElsewhere()) {
      arguments.add("--allow-attach-elsewhere");
    }
    return arguments;
  }

  private List<String> sidecar(Program program) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--kubeconfig=" + control.kubeconfigOf(program));
    if (program != Program.SNAPSHOT_CONTROLLER) {
      arguments.add("--csi-address=" + socket());
    }
    return arguments;
  }

  private Path socket() {
    return RealNode.folder(control.folder()).resolve("csi.sock");
  }

  /** Where the kubelet looks for sockets of drivers. */
  private Path registry() {
    return RealNode.folder(control.folder()).resolve("kubelet").resolve("plugins_registry");
  }
}
