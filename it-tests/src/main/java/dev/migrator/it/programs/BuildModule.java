package dev.migrator.it.programs;

import static dev.migrator.it.programs.Program.CONTAINERD;
import static dev.migrator.it.programs.Program.CONTAINERD_SHIM;
import static dev.migrator.it.programs.Program.CSI_ATTACHER;
import static dev.migrator.it.programs.Program.CSI_DISK;
import static dev.migrator.it.programs.Program.CSI_PROVISIONER;
import static dev.migrator.it.programs.Program.CSI_SNAPSHOTTER;
import static dev.migrator.it.programs.Program.CTR;
import static dev.migrator.it.programs.Program.ETCD;
import static dev.migrator.it.programs.Program.KUBECTL;
import static dev.migrator.it.programs.Program.KUBELET;
import static dev.migrator.it.programs.Program.KUBE_APISERVER;
import static dev.migrator.it.programs.Program.KUBE_CONTROLLER_MANAGER;
import static dev.migrator.it.programs.Program.KUBE_SCHEDULER;
import static dev.migrator.it.programs.Program.KWOK;
import static dev.migrator.it.programs.Program.LEDGER;
import static dev.migrator.it.programs.Program.RESTIC;
import static dev.migrator.it.programs.Program.S3_SERVER;
import static dev.migrator.it.programs.Program.SNAPSHOT_CONTROLLER;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One Go module of {@code it-tests/control-plane}, and the programs that are built from it. */
public enum BuildModule {
  ETCD_SERVER("etcd", "go.etcd.io/etcd/server/v3", List.of(ETCD)),
  KWOK_KUBELET("kwok", "sigs.k8s.io/kwok", List.of(KWOK)),
  /** The version of the source cluster. */
  KUBERNETES_SOURCE(
      "kubernetes-1.34",
      "k8s.io/kubernetes",
      List.of(KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBE_SCHEDULER)),
  /** The version of the target cluster, and the kubectl that looks at both. */
  KUBERNETES_TARGET(
      "kubernetes-1.36",
      "k8s.io/kubernetes",
      List.of(KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBE_SCHEDULER, KUBECTL)),
  CONTAINERD_RUNTIME(
      "containerd",
      "github.com/containerd/containerd/v2",
      List.of(CONTAINERD, CONTAINERD_SHIM, CTR)),
  KUBELET_SOURCE("kubelet-1.34", "kubernetes-1.34", "k8s.io/kubernetes", List.of(KUBELET)),
  KUBELET_TARGET("kubelet-1.36", "kubernetes-1.36", "k8s.io/kubernetes", List.of(KUBELET)),
  /** Has sources of its own. */
  DISK("disk", "github.com/container-storage-interface/spec", List.of(CSI_DISK, LEDGER)),
  PROVISIONER(
      "provisioner", "github.com/kubernetes-csi/external-provisioner/v6", List.of(CSI_PROVISIONER)),
  ATTACHER("attacher", "github.com/kubernetes-csi/external-attacher/v4", List.of(CSI_ATTACHER)),
  SNAPSHOTTER(
      "snapshotter",
      "github.com/kubernetes-csi/external-snapshotter/v8",
      List.of(CSI_SNAPSHOTTER, SNAPSHOT_CONTROLLER)),
  /** Has a source of its own. */
  MOVERS("movers", "github.com/restic/restic", List.of(RESTIC, S3_SERVER));

  /** What a pair of clusters with fake nodes is built from. */
  public static final List<BuildModule> OF_CONTROL_PLANES =
      List.of(ETCD_SERVER, KUBERNETES_TARGET, KWOK_KUBELET, KUBERNETES_SOURCE);

  /** What real nodes need besides. They are built only where a test asks for real nodes. */
  public static final List<BuildModule> OF_NODES =
      List.of(CONTAINERD_RUNTIME, KUBELET_TARGET, KUBELET_SOURCE);

  /** What real nodes need besides to have disks. */
  public static final List<BuildModule> OF_DISKS =
      List.of(DISK, PROVISIONER, ATTACHER, SNAPSHOTTER);

  private final String argument;
  private final String folder;
  private final String required;

  @SuppressWarnings("ImmutableEnumChecker") // a List.of
  private final List<Program> programs;

  BuildModule(String folder, String required, List<Program> programs) {
    this(folder, folder, required, programs);
  }

  BuildModule(String argument, String folder, String required, List<Program> programs) {
    this.argument = argument;
    this.folder = folder;
    this.required = required;
    this.programs = programs;
  }

  /** What {@code control-plane/build} calls it. */
  public String argument() {
    return argument;
  }

  /** The folder's name below {@code control-plane}; a kubelet shares that of its control plane. */
  public String folder() {
    return folder;
  }

  /** What is built from this module. */
  public List<Program> programs() {
    return programs;
  }

  /** The version that the text of this module's go.mod requires, such as {@code v1.34.4}. */
  public String version(String goMod) {
    Matcher line =
        Pattern.compile(
                "^(?:require )?\\s*" + Pattern.quote(required) + " (v[0-9.]+)", Pattern.MULTILINE)
            .matcher(goMod);
    if (!line.find()) {
      throw new IllegalArgumentException(folder + "/go.mod does not require " + required);
    }
    return line.group(1);
  }

  /**
   * The folder of the build cache for this version and these inputs, as {@code control-plane/build}
   * names it.
   */
  public String cacheFolder(String version, String sha256) {
    String name = argument.contains("-") ? argument.substring(0, argument.indexOf('-')) : argument;
    return name + "-" + version + "-" + sha256.substring(0, 16);
  }
}
