package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command lines of the programs of one cluster. Pure.
 *
 * @param folder where the cluster keeps its files
 * @param keys of ServiceAccount tokens
 */
record ControlPlaneArguments(
    Path folder, Ports ports, ServiceAccountKeys keys, ClusterOptions options) {

  /** The ports of one cluster, all of 127.0.0.1. */
  record Ports(int apiServer, int etcdClient, int etcdPeer) {
    static Ports pick() {
      List<Integer> free = FreePorts.pick(3);
      return new Ports(free.get(0), free.get(1), free.get(2));
    }
  }

  Path certificates() {
    return folder.resolve("certificates");
  }

  /**
   * The serving certificate of the API server, followed by the authority that signed it; written by
   * the server itself.
   */
  Path servingCertificate() {
    return certificates().resolve("apiserver.crt");
  }

  /** Signs the certificates of users. */
  ClientAuthority clients() {
    return ClientAuthority.in(folder);
  }

  Path tokens() {
    return folder.resolve("tokens.csv");
  }

  Path auditPolicy() {
    return folder.resolve("audit-policy.yaml");
  }

  Path auditLog() {
    return folder.resolve("audit.log");
  }

  Path logs() {
    return folder.resolve("logs");
  }

  Path podStages() {
    return folder.resolve("pod-stages.yaml");
  }

  /** The kubeconfig of a program that logs in to the API server. */
  Path kubeconfigOf(Program program) {
    return folder.resolve(program.fileName() + ".kubeconfig");
  }

  List<String> of(Program program) {
    List<String> arguments =
        new ArrayList<>(
            switch (program) {
              case ETCD -> etcd();
              case KUBE_APISERVER -> apiServer();
              case KUBE_CONTROLLER_MANAGER -> controllerManager();
              case KUBE_SCHEDULER -> scheduler();
              case KWOK -> kwok();
              case CSI_DISK, CSI_PROVISIONER, CSI_ATTACHER, CSI_SNAPSHOTTER, SNAPSHOT_CONTROLLER ->
                  new DiskArguments(this).of(program);
              case KUBECTL, CONTAINERD, CONTAINERD_SHIM, CTR, KUBELET, LEDGER, RESTIC, S3_SERVER ->
                  List.of();
            });
    arguments.addAll(options.arguments().getOrDefault(program, List.of()));
    return List.copyOf(arguments);
  }

  private String etcdUrl() {
    return "http://127.0.0.1:" + ports.etcdClient();
  }

  private List<String> etcd() {
    String peer = "http://127.0.0.1:" + ports.etcdPeer();
    return List.of(
        "--data-dir=" + folder.resolve("etcd"),
        // The data of a test need not outlive a power cut.
        "--unsafe-no-fsync",
        "--quota-backend-bytes=8589934592",
        "--log-level=warn",
        "--listen-client-urls=" + etcdUrl(),
        "--advertise-client-urls=" + etcdUrl(),
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer);
  }

  private List<String> apiServer() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--etcd-servers=" + etcdUrl(),
                "--bind-address=127.0.0.1",
                "--secure-port=" + ports.apiServer(),
                // A loopback address is refused as the endpoint of the Service "kubernetes"; nobody
                // connects to this one.
                "--advertise-address=192.0.2.1",
                "--cert-dir=" + certificates(),
                "--token-auth-file=" + tokens(),
                "--client-ca-file=" + clients().certificate(),
                "--authorization-mode=RBAC",
                "--allow-privileged=true",
                "--service-cluster-ip-range=10.0.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + keys.publicKey(),
                "--service-account-signing-key-file=" + keys.privateKey(),
                "--profiling=false"));
    if (options.audit()) {
      arguments.add("--audit-policy-file=" + auditPolicy());
      arguments.add("--audit-log-path=" + auditLog());
      // Megabytes. Without it the log starts anew after 100 of them, and a test would miss
      // requests.
      arguments.add("--audit-log-maxsize=100000");
    }
    return arguments;
  }

  private List<String> controllerManager() {
    return List.of(
        "--kubeconfig=" + kubeconfigOf(Program.KUBE_CONTROLLER_MANAGER),
        "--service-account-private-key-file=" + keys.privateKey(),
        "--root-ca-file=" + servingCertificate(),
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--secure-port=0",
        // StorageClasses with the provisioner kubernetes.io/host-path work.
        "--enable-hostpath-provisioner=true",
        // A busy machine must not make nodes look lost.
        "--node-monitor-grace-period=10m",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false");
  }

  private List<String> scheduler() {
    return List.of(
        "--kubeconfig=" + kubeconfigOf(Program.KUBE_SCHEDULER),
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false");
  }

  private List<String> kwok() {
    return List.of(
        "--kubeconfig=" + kubeconfigOf(Program.KWOK),
        "--config=" + podStages(),
        "--manage-all-nodes=true",
        "--v=WARN",
        "--node-lease-duration-seconds=200");
  }
}
