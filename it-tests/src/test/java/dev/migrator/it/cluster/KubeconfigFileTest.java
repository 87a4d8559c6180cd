package dev.migrator.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigFileTest {

  private static final Login ADMIN =
      new Login(URI.create("https://127.0.0.1:6443"), "PEM", Login.ADMIN_USER, "secret");

  @TempDir Path folder;

  @Test
  void hasAClusterAUserAndAContextForEachLogin() {
    Map<String, Login> logins = new LinkedHashMap<>();
    logins.put("source", ADMIN);
    logins.put("source-restricted", ADMIN);
    assertThat(KubeconfigFile.text(logins, "source"))
        .isEqualTo(
            """
            apiVersion: v1
            kind: Config
            current-context: "source"
            clusters:
            - name: source
              cluster:
                server: https://127.0.0.1:6443
                certificate-authority-data: UEVN
            - name: source-restricted
              cluster:
                server: https://127.0.0.1:6443
                certificate-authority-data: UEVN
            users:
            - name: source
              user:
                token: secret
            - name: source-restricted
              user:
                token: secret
            contexts:
            - name: source
              context:
                cluster: source
                user: source
            - name: source-restricted
              context:
                cluster: source-restricted
                user: source-restricted
            """);
  }

  @Test
  void isForItsOwnerOnly() throws Exception {
    Path file = KubeconfigFile.write(folder.resolve("kubeconfig"), Map.of("source", ADMIN), "");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ADMIN.toString()).doesNotContain("secret");
  }
}
