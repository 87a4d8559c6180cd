package dev.migrator.it.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** Writes kubeconfig files that stand alone: certificates and tokens are inside. */
final class KubeconfigFile {

  private KubeconfigFile() {}

  /**
   * The text of a kubeconfig.
   *
   * @param logins by the name of their context, in the order in which they appear
   * @param currentContext empty for none, so that a tool must name the context it means
   */
  static String text(Map<String, Login> logins, String currentContext) {
    StringBuilder clusters = new StringBuilder("clusters:\n");
    StringBuilder users = new StringBuilder("users:\n");
    StringBuilder contexts = new StringBuilder("contexts:\n");
    logins.forEach(
        (context, login) -> {
          String authority =
              Base64.getEncoder().encodeToString(login.certificateAuthority().getBytes(UTF_8));
          clusters.append(
              """
              - name: %s
                cluster:
                  server: %s
                  certificate-authority-data: %s
              """
                  .formatted(context, login.server(), authority));
          users.append(
              """
              - name: %s
                user:
                  token: %s
              """
                  .formatted(context, login.token()));
          contexts.append(
              """
              - name: %1$s
                context:
                  cluster: %1$s
                  user: %1$s
              """
                  .formatted(context));
        });
    return "apiVersion: v1\nkind: Config\ncurrent-context: \""
        + currentContext
        + "\"\n"
        + clusters
        + users
        + contexts;
  }

  static Path write(Path file, Map<String, Login> logins, String currentContext)
      throws IOException {
    return PrivateFiles.write(file, text(logins, currentContext));
  }
}
