package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials that expire, are replaced and are refused. */
@Timeout(60)
class CredentialsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;
  private Instant now = NOON;
  private final InstantSource clock = () -> now;

  private static Login login(String token, Optional<Path> file, Optional<ExecPlugin> exec) {
    return new Login(
        URI.create("http://x"),
        false,
        "",
        "",
        Optional.empty(),
        new Credential(token.isEmpty() ? "" : "Bearer " + token, "", "", Optional.empty()),
        file,
        exec,
        Map.of());
  }

  /** A plugin that counts its runs and prints so many as its token. */
  private ExecPlugin counting(String expires) throws LoginException {
    String script =
        """
        echo x >> %1$s/runs
        printf '{"apiVersion": "client.authentication.k8s.io/v1",
          "status": {"token": "%%s", "expirationTimestamp": "%2$s"}}' $(wc -l < %1$s/runs)
        """
            .formatted(folder, expires);
    return plugin(script);
  }

  private ExecPlugin plugin(String script) throws LoginException {
    return ExecPlugin.of(
        Json.parseObject(
            """
            {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/sh",
             "args": ["-c", %s], "provideClusterInfo": true}
            """
                .formatted(Json.text(Json.array().add(script)).replaceAll("^\\[|]$", ""))),
        Json.parse("{\"server\": \"http://x\"}"),
        Map.of("PATH", System.getenv("PATH")));
  }

  private Credentials of(Login login) throws LoginException {
    return Credentials.of(login, () -> login, clock);
  }

  @Test
  void whatExpiresIsRenewedBeforeItDoes() throws LoginException {
    Credentials credentials =
        of(login("", Optional.empty(), Optional.of(counting("2026-03-01T12:15:00Z"))));
    assertThat(credentials.current().authorization()).isEqualTo("Bearer 1");
    now = NOON.plus(Duration.ofMinutes(14));
    assertThat(credentials.current().authorization()).isEqualTo("Bearer 1");
    now = NOON.plus(Duration.ofMinutes(14)).plusSeconds(31);
    assertThat(credentials.current().authorization()).isEqualTo("Bearer 2");
  }

  @Test
  void whatIsRefusedIsRenewedOnceHoweverManyAsk() throws Exception {
    Credentials credentials = of(login("", Optional.empty(), Optional.of(counting(""))));
    Credential first = credentials.current();
    assertThat(credentials.insteadOf(first)).as("it is brand new").isEmpty();
    now = NOON.plusSeconds(60);
    List<Thread> threads =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                credentials.insteadOf(first);
                              } catch (LoginException e) {
                                throw new AssertionError(e);
                              }
                            }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(credentials.current().authorization()).isEqualTo("Bearer 2");
    assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(2);
  }

  @Test
  void tokenFilesAreReadAgainEveryMinute() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one");
    Credentials credentials = of(login("", Optional.of(file), Optional.empty()));
    Files.writeString(file, "two");
    assertThat(credentials.current().authorization()).isEqualTo("Bearer one");
    now = NOON.plusSeconds(61);
    assertThat(credentials.current().authorization()).isEqualTo("Bearer two");
    Files.writeString(file, " ");
    now = NOON.plusSeconds(200);
    assertThatThrownBy(credentials::current).isInstanceOf(LoginException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 3                                                        | ended with 3",
        "echo hello                                                    | did not print JSON",
        "echo '{\"apiVersion\": \"v9\", \"status\": {\"token\": \"t\"}}' | speaks v9",
        "echo '{\"apiVersion\": \"client.authentication.k8s.io/v1\"}'   | gave no credential",
      })
  void pluginsThatMisbehaveAreTold(String script, String why) throws LoginException {
    ExecPlugin plugin = plugin(script);
    assertThatThrownBy(plugin::login).hasMessageContaining(why);
  }

  @Test
  void pluginsAreToldAboutTheCluster() throws LoginException {
    ExecPlugin plugin =
        plugin(
            """
            printf '{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "%s"}}' \
              "$(printf %s "$KUBERNETES_EXEC_INFO" | cksum | cut -d' ' -f1)"
            """);
    assertThat(plugin.environment().get("KUBERNETES_EXEC_INFO"))
        .isEqualTo(
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
                + "\"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"http://x\"}}}");
    assertThat(plugin.login().authorization()).matches("Bearer [0-9]+");
  }

  @Test
  void certificatesMayComeFromPlugins() throws LoginException {
    ExecPlugin plugin =
        plugin(
            """
            printf '{"apiVersion": "client.authentication.k8s.io/v1", "status":
              {"clientCertificateData": "c", "clientKeyData": "k"}}'
            """);
    assertThat(plugin.login())
        .isEqualTo(new Credential("", "c", "k", Optional.empty()))
        .hasToString("a credential");
  }

  /** 401 says that nothing was looked at: the one case in which a write goes out once more. */
  @Test
  void aRefusedRequestGoesOutOnceMoreWithAnotherCredential() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "old");
    Manifest body =
        Manifest.parse(
            "{\"apiVersion\": \"v1\", \"kind\": \"X\", \"metadata\": {\"name\": \"n\"}}");
    try (ScriptedServer server = new ScriptedServer()) {
      server.then(
          exchange -> {
            boolean isNew =
                "Bearer new".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            ScriptedServer.json(isNew ? 201 : 401, Json.text(body.tree())).handle(exchange);
          });
      Login login = login("", Optional.of(file), Optional.empty());
      Login there =
          new Login(
              URI.create(server.url()),
              false,
              "",
              "",
              Optional.empty(),
              login.credential(),
              login.tokenFile(),
              login.exec(),
              Map.of());
      try (Cluster cluster =
          new Fabric8Cluster(
              "here",
              new Transport(there, Credentials.of(there, () -> there, clock), Opened.PATIENT),
              Opened.PATIENT)) {
        now = NOON.plusSeconds(20);
        Files.writeString(file, "new");
        assertThat(cluster.create(Opened.CONFIG_MAPS, body)).isEqualTo(body);
        assertThat(server.arrivals()).hasSize(2);
        server.then(ScriptedServer.status(401, "Unauthorized", "revoked"));
        assertThat(
                org.assertj.core.api.Assertions.catchThrowableOfType(
                        dev.migrator.cluster.ClusterException.class,
                        () -> cluster.create(Opened.CONFIG_MAPS, body))
                    .failure())
            .isEqualTo(new ClusterFailure.Unauthorized("revoked"));
        assertThat(server.arrivals()).hasSize(3);
      }
    } catch (LoginException e) {
      throw new AssertionError(e);
    }
  }
}
