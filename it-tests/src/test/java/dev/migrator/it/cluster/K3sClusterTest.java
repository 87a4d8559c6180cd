package dev.migrator.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.Program;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What can be said of k3s where no Docker engine is. */
class K3sClusterTest {

  @Test
  void imagesAreOfTheVersionsThatAreBuiltElsewhere() throws Exception {
    assertThat(K3sCluster.SOURCE_IMAGE.getVersionPart())
        .isEqualTo(built(BuildModule.KUBERNETES_SOURCE) + "-k3s1");
    assertThat(K3sCluster.TARGET_IMAGE.getVersionPart())
        .isEqualTo(built(BuildModule.KUBERNETES_TARGET) + "-k3s1");
  }

  private static String built(BuildModule module) throws Exception {
    return module.version(Files.readString(Path.of("control-plane", module.folder(), "go.mod")));
  }

  @Test
  void serverKnowsTheUsersAndWritesTheAuditLog() {
    assertThat(K3sCluster.command("localhost", ClusterOptions.DEFAULT))
        .containsExactly(
            "server",
            "--disable=traefik",
            "--tls-san=localhost",
            "--kube-apiserver-arg=token-auth-file=/etc/migrator-it/tokens.csv",
            "--kube-apiserver-arg=audit-policy-file=/etc/migrator-it/audit-policy.yaml",
            "--kube-apiserver-arg=audit-log-path=/etc/migrator-it/logs/audit.log",
            "--kube-apiserver-arg=audit-log-maxsize=100000");
  }

  @Test
  void argumentsOfSingleProgramsAreHandedOn() {
    ClusterOptions options =
        ClusterOptions.DEFAULT
            .withoutAudit()
            .with(Program.KUBE_CONTROLLER_MANAGER, "--controllers=-namespace");
    assertThat(K3sCluster.command("localhost", options))
        .contains("--kube-controller-manager-arg=controllers=-namespace")
        .noneMatch(argument -> argument.contains("audit"));
    assertThatThrownBy(
            () -> K3sCluster.command("localhost", ClusterOptions.DEFAULT.with(Program.KWOK, "--x")))
        .hasMessage("k3s has no kwok");
  }

  @Test
  void usersAreTheSameAsInLocalClusters() {
    assertThat(K3sCluster.tokensCsv("a", "b"))
        .isEqualTo("a,admin,admin,system:masters\nb,restricted,restricted\n");
  }

  @Test
  void readsServerAndAuthorityOfTheKubeconfigThatK3sWrites() {
    Login login =
        K3sCluster.firstLogin(
            """
            clusters:
            - cluster:
                certificate-authority-data: UEVN
                server: https://localhost:32768
              name: default
            """);
    assertThat(login.server()).isEqualTo(URI.create("https://localhost:32768"));
    assertThat(login.certificateAuthority()).isEqualTo("PEM");
    assertThatThrownBy(() -> K3sCluster.firstLogin("clusters: []"))
        .isInstanceOf(ClusterStartException.class);
  }

  @Test
  void readsTheAdministratorsCertificateOfTheKubeconfigThatK3sWrites() {
    String kubeconfig =
        """
        users:
        - name: default
          user:
            client-certificate-data: UEVN
            client-key-data: S0VZ
        """;
    assertThat(K3sCluster.firstCertificate(kubeconfig))
        .isEqualTo(new ClientCertificate("PEM", "KEY"));
    assertThatThrownBy(() -> K3sCluster.firstCertificate("users: []"))
        .hasMessageContaining("client-certificate-data");
  }
}
