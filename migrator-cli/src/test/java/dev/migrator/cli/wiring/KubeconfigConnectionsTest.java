package dev.migrator.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.journal.RunFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigConnectionsTest {

  @TempDir Path folder;
  private final List<String> notices = new ArrayList<>();

  private ErrorCode code(Map<String, String> environment, RunFile.Login login) {
    return catchThrowableOfType(
            ProblemException.class,
            () ->
                new KubeconfigConnections(environment, notices::add, new SystemTime()).open(login))
        .problem()
        .code();
  }

  @Test
  void whatCannotBeOpenedIsTold() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1,
              command: no-such-program}}}]
            contexts:
            - {name: here, context: {cluster: c}}
            - {name: plugin, context: {cluster: c, user: u}}
            """);
    Map<String, String> variable = Map.of("KUBECONFIG", file.toString());
    assertThat(code(Map.of(), new RunFile.Login(Optional.of("/nowhere"), "here")))
        .isEqualTo(ErrorCode.M1004);
    assertThat(code(variable, new RunFile.Login(Optional.empty(), "gone")))
        .isEqualTo(ErrorCode.M1005);
    assertThat(code(variable, new RunFile.Login(Optional.empty(), "here")))
        .isEqualTo(ErrorCode.M1401);
    assertThat(notices)
        .containsExactly(
            "warning: context here talks to http://127.0.0.1:1 without encryption; whoever is in"
                + " between can read Secrets and change what is sent");
    notices.clear();
    assertThat(code(variable, new RunFile.Login(Optional.empty(), "plugin")))
        .isEqualTo(ErrorCode.M1402);
    assertThat(notices).startsWith("context plugin logs in with: no-such-program");
  }
}
