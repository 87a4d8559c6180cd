package dev.migrator.it.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fabric8.Kubeconfigs;
import dev.migrator.it.cluster.ClientCertificate;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.cluster.Login;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and what the others are told. */
@RealClusters
class LoginIT {

  private static final Kubeconfigs KUBECONFIGS = new Kubeconfigs(Map.of());

  @TempDir Path folder;
  private final ClusterPair pair;

  LoginIT(ClusterPair pair) {
    this.pair = pair;
  }

  private static Problem refusal(Path file, String context) {
    ProblemException thrown =
        catchThrowableOfType(
            ProblemException.class,
            () -> KUBECONFIGS.open(Optional.of(file.toString()), context, 0).close());
    assertThat(thrown).as("it was let in").isNotNull();
    assertThat(thrown.problem().next()).isNotEmpty();
    return thrown.problem();
  }

  private Path kubeconfig(String cluster, String user) throws IOException {
    return Files.writeString(folder.resolve("kubeconfig"), text(cluster, user));
  }

  private String text(String cluster, String user) {
    return """
    clusters: [{name: c, cluster: {server: "%s", %s}}]
    users: [{name: u, user: {%s}}]
    contexts: [{name: here, context: {cluster: c, user: u}}]
    """
        .formatted(pair.source().server(), cluster, user);
  }

  private static String authority(Login login) {
    return "certificate-authority-data: " + base64(login.certificateAuthority());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void open(Path file) {
    KUBECONFIGS.open(Optional.of(file.toString()), "here", 0).close();
  }

  @Test
  void bothClustersOpenAndDiffer() {
    String file = pair.kubeconfig().toString();
    try (Cluster source = KUBECONFIGS.open(Optional.of(file), "source", 0);
        Cluster target = KUBECONFIGS.open(Optional.of(file), "target", 0)) {
      assertThat(source.identity().uid()).isNotEqualTo(target.identity().uid());
      assertThat(source.identity().version()).isEqualTo(pair.source().version());
      assertThat(target.identity().version()).isEqualTo(pair.target().version());
    }
  }

  @Test
  void anUnknownContextOpensNothing() {
    Problem problem = refusal(pair.kubeconfig(), "sauce");
    assertThat(problem.code()).isEqualTo(ErrorCode.M1005);
    assertThat(problem.why()).contains("source", "target");
  }

  @Test
  void whoMayNotLookIsTold() {
    Problem problem = refusal(pair.kubeconfig(), "source-restricted");
    assertThat(problem.code()).isEqualTo(ErrorCode.M1403);
    assertThat(problem.why()).contains("restricted", "namespaces", "kube-system");
  }

  @Test
  void aWrongTokenIsTold() throws IOException {
    Path file = kubeconfig(authority(pair.source().admin()), "token: wrong");
    assertThat(refusal(file, "here").code()).isEqualTo(ErrorCode.M1402);
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws IOException {
    Path file =
        kubeconfig(authority(pair.target().admin()), "token: " + pair.source().admin().token());
    assertThat(refusal(file, "here").code()).isEqualTo(ErrorCode.M1401);
  }

  @Test
  void aCertificateLogsUsIn() throws IOException {
    open(kubeconfig(authority(pair.source().admin()), data(pair.source().adminCertificate())));
  }

  @Test
  void theFilesOfACertificateBelongToTheFolderOfTheirKubeconfig() throws IOException {
    ClientCertificate certificate = pair.source().adminCertificate();
    Files.createDirectory(folder.resolve("secrets"));
    Files.writeString(folder.resolve("secrets/me.crt"), certificate.certificate());
    Files.writeString(folder.resolve("secrets/me.key"), certificate.key());
    open(
        kubeconfig(
            authority(pair.source().admin()),
            "client-certificate: secrets/me.crt, client-key: secrets/me.key"));
  }

  @Test
  void aCertificateOfAnotherAuthorityIsTold() throws IOException {
    Path file =
        kubeconfig(authority(pair.source().admin()), data(pair.target().adminCertificate()));
    assertThat(refusal(file, "here").code()).isEqualTo(ErrorCode.M1402);
  }

  private static String data(ClientCertificate certificate) {
    return "client-certificate-data: %s, client-key-data: %s"
        .formatted(base64(certificate.certificate()), base64(certificate.key()));
  }

  @Test
  void theServerMayBeKnownByItsName() throws IOException {
    String user = "token: " + pair.source().admin().token();
    String cluster = authority(pair.source().admin()) + ", tls-server-name: ";
    KUBECONFIGS
        .open(
            Optional.of(kubeconfig(cluster + "kubernetes.default.svc", user).toString()), "here", 0)
        .close();
    assertThat(refusal(kubeconfig(cluster + "elsewhere", user), "here").code())
        .isEqualTo(ErrorCode.M1401);
  }

  @Test
  void weAreWhomTheKubeconfigSaysWeActAs() throws IOException {
    String user = "token: %s, as: restricted".formatted(pair.source().admin().token());
    Path file = kubeconfig(authority(pair.source().admin()), user);
    assertThat(refusal(file, "here").code()).isEqualTo(ErrorCode.M1403);
  }

  /** As kubectl merges them: each part from the first file that has it. */
  @Test
  void theFilesOfTheVariableAreOneKubeconfig() throws IOException {
    Login admin = pair.source().admin();
    Path contexts = Files.createDirectory(folder.resolve("contexts")).resolve("config");
    Files.writeString(contexts, "contexts: [{name: here, context: {cluster: c, user: u}}]\n");
    Path users =
        Files.writeString(
            folder.resolve("users"),
            "users: [{name: u, user: {token: %s}}]".formatted(admin.token()));
    Path clusters =
        Files.writeString(
            folder.resolve("clusters"),
            """
            clusters: [{name: c, cluster: {server: "%s", %s}}]
            users: [{name: u, user: {token: not-this-one}}]
            """
                .formatted(pair.source().server(), authority(admin)));
    String variable =
        contexts + ":" + folder.resolve("is-not-there") + ":" + users + ":" + clusters;
    try (Cluster cluster =
        new Kubeconfigs(Map.of("KUBECONFIG", variable)).open(Optional.empty(), "here", 0)) {
      assertThat(cluster.identity().version()).isEqualTo(pair.source().version());
    }
  }

  @Test
  void pathsBelongToTheFolderOfTheirKubeconfig() throws IOException {
    Login admin = pair.source().admin();
    Files.createDirectory(folder.resolve("secrets"));
    Files.writeString(folder.resolve("secrets/ca.pem"), admin.certificateAuthority());
    Files.writeString(folder.resolve("secrets/token"), admin.token() + "\n");
    Path file = kubeconfig("certificate-authority: secrets/ca.pem", "tokenFile: secrets/token");
    open(file);
  }

  /** The token that was good at the start is taken back in the middle of the run. */
  @Test
  void aTokenThatIsRefusedIsReadAgainFromItsFile() throws Exception {
    Kubectl kubectl = pair.source().kubectl();
    kubectl.run("create", "serviceaccount", "mover", "-n", "default");
    kubectl.run("create", "secret", "generic", "mover-bound", "-n", "default");
    kubectl.run(
        "create",
        "clusterrolebinding",
        "mover",
        "--clusterrole=cluster-admin",
        "--serviceaccount=default:mover");
    String first =
        kubectl
            .run(
                "create",
                "token",
                "mover",
                "--bound-object-kind=Secret",
                "--bound-object-name=mover-bound")
            .strip();
    Path token = Files.writeString(folder.resolve("token"), first);
    Path file = kubeconfig(authority(pair.source().admin()), "tokenFile: token");
    try (Cluster cluster = KUBECONFIGS.open(Optional.of(file.toString()), "here", 0)) {
      Instant opened = Instant.now();
      assertThat(cluster.discover().types()).isNotEmpty();
      kubectl.run("delete", "secret", "mover-bound", "-n", "default");
      Path old =
          Files.writeString(
              folder.resolve("old"), text(authority(pair.source().admin()), "token: " + first));
      Awaitility.await("the server knows it no more")
          .atMost(Duration.ofMinutes(1))
          .until(() -> refusesNow(old));
      // No login is repeated sooner.
      Thread.sleep(Duration.between(Instant.now(), opened.plusSeconds(11)));
      Files.writeString(token, pair.source().admin().token());
      assertThat(cluster.discover().types()).as("by the new token").isNotEmpty();
    } finally {
      kubectl.run("delete", "clusterrolebinding", "mover");
      kubectl.run("delete", "serviceaccount", "mover", "-n", "default");
    }
  }

  private static boolean refusesNow(Path file) {
    try {
      open(file);
      return false;
    } catch (ProblemException e) {
      return e.problem().code() == ErrorCode.M1402;
    }
  }

  @Test
  void aTokenFileWithAWrongTokenIsTold() throws IOException {
    Files.writeString(folder.resolve("token"), "wrong");
    Path file = kubeconfig(authority(pair.source().admin()), "tokenFile: token");
    assertThat(refusal(file, "here").code()).isEqualTo(ErrorCode.M1402);
  }

  @Test
  void whoTrustsEverybodyIsLetIn() throws IOException {
    String user = "token: " + pair.source().admin().token();
    KUBECONFIGS
        .open(Optional.of(kubeconfig("insecure-skip-tls-verify: true", user).toString()), "here", 0)
        .close();
  }

  /** A plugin that counts its runs, and leaves what it was told. */
  private String plugin(String token, String expires) throws IOException {
    Path plugin =
        Files.writeString(
            folder.resolve("login.sh"),
            """
            #!/bin/sh
            echo "a line for people" >&2
            echo "$KUBERNETES_EXEC_INFO" >> '%s/told'
            printf '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
            printf ' "status": {"token": "%s", "expirationTimestamp": "%s"}}'
            """
                .formatted(folder, token, expires));
    assertThat(plugin.toFile().setExecutable(true)).isTrue();
    return "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login.sh,"
        + " provideClusterInfo: true}";
  }

  /** It is renewed half a minute before its end, but no login is repeated within ten seconds. */
  @Test
  void aPluginLogsUsInAndIsAskedAgainBeforeItsCredentialEnds() throws Exception {
    Instant soon = Instant.now().plusSeconds(43).truncatedTo(ChronoUnit.SECONDS);
    String user = plugin(pair.source().admin().token(), soon.toString());
    Path file = kubeconfig(authority(pair.source().admin()), user);
    Kubeconfigs kubeconfigs = new Kubeconfigs(Map.of("PATH", System.getenv("PATH")));
    try (Cluster cluster = kubeconfigs.open(Optional.of(file.toString()), "here", 0)) {
      assertThat(told()).hasSize(1);
      assertThat(told().getFirst())
          .contains("\"server\":\"" + pair.source().server(), "certificate-authority-data");
      Thread.sleep(Duration.between(Instant.now(), soon.minusSeconds(29)));
      assertThat(cluster.discover().types()).isNotEmpty();
      assertThat(told().size()).as("asked again, in the middle of the run").isGreaterThan(1);
    }
  }

  private List<String> told() throws IOException {
    return Files.readAllLines(folder.resolve("told"));
  }

  @Test
  void aPluginWhoseTokenIsNotAcceptedIsTold() throws IOException {
    Path file =
        kubeconfig(authority(pair.source().admin()), plugin("wrong", "2999-01-01T00:00:00Z"));
    assertThat(refusal(file, "here").code()).isEqualTo(ErrorCode.M1402);
  }

  /** The server is verified behind the proxy as it is without. */
  @Test
  void theProxyOfAClusterIsUsed() throws IOException {
    Login admin = pair.source().admin();
    String user = "token: " + admin.token();
    try (ConnectProxy proxy = new ConnectProxy()) {
      String cluster = authority(admin) + ", proxy-url: '" + proxy.url() + "'";
      KUBECONFIGS.open(Optional.of(kubeconfig(cluster, user).toString()), "here", 0).close();
      assertThat(proxy.asked()).isNotEmpty();
      assertThat(proxy.asked())
          .allMatch(line -> line.startsWith("CONNECT " + pair.source().server().getAuthority()));
      String other = authority(pair.target().admin()) + ", proxy-url: '" + proxy.url() + "'";
      assertThat(refusal(kubeconfig(other, user), "here").code()).isEqualTo(ErrorCode.M1401);
    }
  }
}
