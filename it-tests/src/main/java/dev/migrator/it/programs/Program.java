package dev.migrator.it.programs;

/** One program of a test cluster, or the witness that looks at it. */
public enum Program {
  ETCD("etcd"),
  KUBE_APISERVER("kube-apiserver"),
  KUBE_CONTROLLER_MANAGER("kube-controller-manager"),
  KUBE_SCHEDULER("kube-scheduler"),
  /** The kubelet of nodes that do not exist: Pods become Running, those of Jobs end. */
  KWOK("kwok"),
  KUBECTL("kubectl");

  private final String fileName;

  Program(String fileName) {
    this.fileName = fileName;
  }

  /** The name of the file, as its project calls it. */
  public String fileName() {
    return fileName;
  }
}
