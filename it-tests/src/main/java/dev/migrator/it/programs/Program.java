package dev.migrator.it.programs;

import java.util.EnumSet;
import java.util.Set;

/** One program of a test cluster, of a real node, or the witness that looks at them. */
public enum Program {
  ETCD("etcd"),
  KUBE_APISERVER("kube-apiserver"),
  KUBE_CONTROLLER_MANAGER("kube-controller-manager"),
  KUBE_SCHEDULER("kube-scheduler"),
  /** The kubelet of nodes that do not exist: Pods become Running, those of Jobs end. */
  KWOK("kwok"),
  KUBECTL("kubectl"),
  /** Runs the containers of a real node. */
  CONTAINERD("containerd"),
  /** Stands between containerd and one pod; found on the PATH of containerd. */
  CONTAINERD_SHIM("containerd-shim-runc-v2"),
  CTR("ctr"),
  KUBELET("kubelet"),
  /** Our CSI driver, whose disks are folders. */
  CSI_DISK("csi-disk"),
  /** Makes and deletes the disks of claims. */
  CSI_PROVISIONER("csi-provisioner"),
  /** Attaches and detaches disks, as VolumeAttachments say. */
  CSI_ATTACHER("csi-attacher"),
  /** Makes and deletes what VolumeSnapshotContents stand for. */
  CSI_SNAPSHOTTER("csi-snapshotter"),
  /** Binds VolumeSnapshots to contents; one for all drivers. */
  SNAPSHOT_CONTROLLER("snapshot-controller"),
  /** Writes in pods as a database does, and verifies what was written. */
  LEDGER("ledger"),
  /** Copies through a repository. */
  RESTIC("restic"),
  /** Serves a folder as S3. */
  S3_SERVER("s3-server");

  private final String fileName;

  Program(String fileName) {
    this.fileName = fileName;
  }

  /** What a cluster with fake nodes needs. */
  public static Set<Program> ofControlPlane() {
    return EnumSet.range(ETCD, KUBECTL);
  }

  /** What runs besides where disks are, the driver first. */
  public static Set<Program> ofDisks() {
    return EnumSet.range(CSI_DISK, SNAPSHOT_CONTROLLER);
  }

  /** The name of the file, as its project calls it. */
  public String fileName() {
    return fileName;
  }
}
