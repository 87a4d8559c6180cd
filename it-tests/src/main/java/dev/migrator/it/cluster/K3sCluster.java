package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A cluster in a container: one real node, so images are pulled, and no fake kubelet.
 *
 * <p>Crash: the reaper container of Testcontainers removes it when this JVM dies.
 */
public final class K3sCluster implements TestCluster {

  static final DockerImageName SOURCE_IMAGE = DockerImageName.parse("rancher/k3s:v1.34.4-k3s1");
  static final DockerImageName TARGET_IMAGE = DockerImageName.parse("rancher/k3s:v1.36.3-k3s1");

  private static final String INSIDE = "/etc/migrator-it";

  private final String name;
  private final K3sContainer container;
  private final Path folder;
  private final Login admin;
  private final Login restricted;
  private final ClientCertificate certificate;
  private final String version;

  private K3sCluster(
      String name,
      K3sContainer container,
      Path folder,
      Login admin,
      Login restricted,
      ClientCertificate certificate,
      String version) {
    this.name = name;
    this.container = container;
    this.folder = folder;
    this.admin = admin;
    this.restricted = restricted;
    this.certificate = certificate;
    this.version = version;
  }

  /** Whether a Docker engine answers. Takes seconds when none does. */
  static boolean engineAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Starts a cluster and waits until it makes ServiceAccounts. */
  static K3sCluster start(String name, DockerImageName image, ClusterOptions options) {
    RunFolders folders = RunFolders.ofThisUser();
    folders.clean();
    K3sContainer container = new K3sContainer(image);
    try {
      Path folder = folders.create(name);
      String adminToken = UUID.randomUUID().toString();
      String restrictedToken = UUID.randomUUID().toString();
      Path logs = Files.createDirectories(folder.resolve("logs"));
      Path tokens =
          PrivateFiles.write(folder.resolve("tokens.csv"), tokensCsv(adminToken, restrictedToken));
      LocalCluster.copyResource("audit-policy.yaml", folder.resolve("audit-policy.yaml"));
      container
          .withCopyFileToContainer(MountableFile.forHostPath(tokens), INSIDE + "/tokens.csv")
          .withCopyFileToContainer(
              MountableFile.forHostPath(folder.resolve("audit-policy.yaml")),
              INSIDE + "/audit-policy.yaml")
          .withFileSystemBind(logs.toString(), INSIDE + "/logs", BindMode.READ_WRITE);
      container.setCommandParts(command(container.getHost(), options).toArray(String[]::new));
      container.start();
      Login own = firstLogin(container.getKubeConfigYaml());
      Login admin =
          new Login(own.server(), own.certificateAuthority(), Login.ADMIN_USER, adminToken);
      Login restricted =
          new Login(
              own.server(), own.certificateAuthority(), Login.RESTRICTED_USER, restrictedToken);
      K3sCluster cluster =
          new K3sCluster(
              name,
              container,
              folder,
              admin,
              restricted,
              firstCertificate(container.getKubeConfigYaml()),
              awaitReady(container, admin));
      Map<String, Login> contexts = new LinkedHashMap<>();
      contexts.put(name, admin);
      contexts.put(name + "-restricted", restricted);
      KubeconfigFile.write(cluster.kubeconfig(), contexts, name);
      return cluster;
    } catch (IOException e) {
      container.stop();
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | RuntimeException e) {
      container.stop();
      throw new ClusterStartException("k3s " + image + " did not start", e);
    }
  }

  private static String awaitReady(K3sContainer container, Login admin)
      throws GeneralSecurityException, IOException {
    try (ApiProbe probe = new ApiProbe(admin)) {
      Readiness readiness =
          new Readiness(
              () ->
                  container.isRunning()
                      ? java.util.Optional.empty()
                      : java.util.Optional.of("the container has ended:\n" + container.getLogs()));
      readiness.await("/readyz", () -> probe.get("/readyz").statusCode() == 200);
      readiness.await(
          "the ServiceAccount default",
          () ->
              probe.get("/api/v1/namespaces/default/serviceaccounts/default").statusCode() == 200);
      return ApiFacts.gitVersion(probe.get("/version").body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterStartException("interrupted", e);
    }
  }

  static String tokensCsv(String adminToken, String restrictedToken) {
    return adminToken
        + ",admin,admin,system:masters\n"
        + restrictedToken
        + ",restricted,restricted\n";
  }

  /**
   * The command line of k3s: its server, with the users and the audit log that local clusters have
   * as well.
   */
  static List<String> command(String host, ClusterOptions options) {
    List<String> command =
        new ArrayList<>(List.of("server", "--disable=traefik", "--tls-san=" + host));
    argument(command, "kube-apiserver", "token-auth-file=" + INSIDE + "/tokens.csv");
    if (options.audit()) {
      argument(command, "kube-apiserver", "audit-policy-file=" + INSIDE + "/audit-policy.yaml");
      argument(command, "kube-apiserver", "audit-log-path=" + INSIDE + "/logs/audit.log");
      argument(command, "kube-apiserver", "audit-log-maxsize=100000");
    }
    options
        .arguments()
        .forEach(
            (program, more) -> {
              switch (program) {
                case KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBE_SCHEDULER ->
                    more.forEach(each -> argument(command, program.fileName(), each.substring(2)));
                case ETCD,
                    KWOK,
                    KUBECTL,
                    CONTAINERD,
                    CONTAINERD_SHIM,
                    CTR,
                    KUBELET,
                    CSI_DISK,
                    CSI_PROVISIONER,
                    CSI_ATTACHER,
                    CSI_SNAPSHOTTER,
                    SNAPSHOT_CONTROLLER,
                    LEDGER,
                    RESTIC,
                    S3_SERVER ->
                    throw new IllegalArgumentException("k3s has no " + program.fileName());
              }
            });
    return List.copyOf(command);
  }

  private static void argument(List<String> command, String program, String argument) {
    command.add("--" + program + "-arg=" + argument);
  }

  /**
   * The server and its authority, out of the kubeconfig that k3s writes; it logs in by certificate,
   * so no token.
   */
  static Login firstLogin(String kubeconfig) {
    return new Login(
        URI.create(value("server", kubeconfig)),
        pem("certificate-authority-data", kubeconfig),
        "",
        "");
  }

  /** What k3s itself lets its administrator log in with. */
  static ClientCertificate firstCertificate(String kubeconfig) {
    return new ClientCertificate(
        pem("client-certificate-data", kubeconfig), pem("client-key-data", kubeconfig));
  }

  private static String pem(String key, String kubeconfig) {
    return new String(
        Base64.getDecoder().decode(value(key, kubeconfig)),
        java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static String value(String key, String kubeconfig) {
    Matcher value = Pattern.compile(key + ":\\s*\"?([^\"\\s]+)").matcher(kubeconfig);
    if (!value.find()) {
      throw new ClusterStartException("k3s wrote a kubeconfig without " + key);
    }
    return value.group(1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public URI server() {
    return admin.server();
  }

  @Override
  public Login admin() {
    return admin;
  }

  @Override
  public Login restricted() {
    return restricted;
  }

  @Override
  public ClientCertificate adminCertificate() {
    return certificate;
  }

  @Override
  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  @Override
  public Path auditLog() {
    return folder.resolve("logs/audit.log");
  }

  /** Holds the audit log, and the container's output from the first time that this is asked. */
  @Override
  public Path logs() {
    Path logs = folder.resolve("logs");
    try {
      Files.writeString(logs.resolve("k3s.log"), container.getLogs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return logs;
  }

  /** The kubectl of the PATH: nothing was built. */
  @Override
  public Kubectl kubectl() {
    return new Kubectl(Path.of(Program.KUBECTL.fileName()), kubeconfig(), name);
  }

  @Override
  public void close() {
    container.stop();
    RunFolders.remove(folder);
  }
}
