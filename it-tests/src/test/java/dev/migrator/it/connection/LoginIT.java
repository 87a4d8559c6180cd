package dev.migrator.it.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fabric8.Kubeconfigs;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Login;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
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
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        clusters: [{name: c, cluster: {server: "%s", %s}}]
        users: [{name: u, user: {%s}}]
        contexts: [{name: here, context: {cluster: c, user: u}}]
        """
            .formatted(pair.source().server(), cluster, user));
  }

  private static String authority(Login login) {
    return "certificate-authority-data: "
        + Base64.getEncoder()
            .encodeToString(login.certificateAuthority().getBytes(StandardCharsets.UTF_8));
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
}
