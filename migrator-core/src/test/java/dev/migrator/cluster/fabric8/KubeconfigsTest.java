package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which kubeconfigs are read, and what is told when one cannot be used. */
@Timeout(60)
class KubeconfigsTest {

  static final ScriptedServer.Script IDENTITY =
      exchange ->
          ScriptedServer.json(
                  200,
                  exchange.getRequestURI().getPath().equals("/version")
                      ? "{\"gitVersion\": \"v1.34.4\"}"
                      : "{\"metadata\": {\"name\": \"kube-system\", \"uid\": \"k\"}}")
              .handle(exchange);

  @TempDir Path folder;
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer().then(IDENTITY);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String here() {
    return "{server: \"%s/\"}".formatted(server.url());
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static Problem problem(Map<String, String> environment, String file, String context) {
    return catchThrowableOfType(
            ProblemException.class,
            () ->
                new Kubeconfigs(environment)
                    .open(Optional.of(file).filter(f -> !f.isEmpty()), context, Opened.PATIENT))
        .problem();
  }

  @Test
  void aNamedContextIsOpened() throws IOException {
    Path file = Opened.write(folder, here(), "{token: t1}");
    try (Cluster cluster =
        new Kubeconfigs(Map.of()).open(Optional.of(file.toString()), "here", 0)) {
      assertThat(cluster.identity()).isEqualTo(new ClusterIdentity("here", "k", "v1.34.4"));
    }
    assertThat(server.arrivals())
        .allSatisfy(arrival -> assertThat(arrival.header("Authorization")).isEqualTo("Bearer t1"));
  }

  @ParameterizedTest
  @CsvSource({"nowhere", "''", "Here", "c", "u"})
  void anUnknownContextIsNeverReplacedByTheCurrentOne(String context) throws IOException {
    Path file = Opened.write(folder, here(), "{token: t1}");
    Problem problem = problem(Map.of(), file.toString(), context);
    assertThat(problem.code()).isEqualTo(ErrorCode.M1005);
    assertThat(problem.why()).isEqualTo("it has here, elsewhere");
    assertThat(problem.next()).isNotEmpty();
    assertThat(server.arrivals()).isEmpty();
  }

  @Test
  void filesOfTheVariableAreMergedAndTheFirstWins() throws IOException {
    Path missing = folder.resolve("missing");
    Path first =
        file(
            "first",
            """
            clusters: [{name: c, cluster: %s}]
            contexts: [{name: here, context: {cluster: c, user: u}}]
            """
                .formatted(here()));
    Path second =
        file(
            "second",
            """
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: u, user: {token: from-second}}]
            contexts: [{name: here, context: {cluster: d, user: v}}]
            """);
    String variable =
        String.join(
            File.pathSeparator, missing.toString(), "", first.toString(), second.toString());
    new Kubeconfigs(Map.of("KUBECONFIG", variable))
        .open(Optional.empty(), "here", Opened.PATIENT)
        .close();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer from-second");
  }

  @Test
  void withoutAnythingTheHomeFolderIsRead() throws IOException {
    Files.createDirectory(folder.resolve(".kube"));
    file(".kube/config", Opened.kubeconfig(here(), "{}"));
    new Kubeconfigs(Map.of("HOME", folder.toString()))
        .open(Optional.empty(), "here", Opened.PATIENT)
        .close();
    assertThat(server.last().header("Authorization")).isEmpty();
  }

  @Test
  void theOptionGoesBeforeTheVariable() throws IOException {
    Path file = Opened.write(folder, here(), "{token: t1}");
    new Kubeconfigs(Map.of("KUBECONFIG", "/nowhere"))
        .open(Optional.of(file.toString()), "here", Opened.PATIENT)
        .close();
    assertThat(problem(Map.of("KUBECONFIG", file.toString()), "/nowhere", "here").code())
        .isEqualTo(ErrorCode.M1004);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: b: c                                    | not YAML",
        "[1, 2]                                     | not a mapping",
        "``                                         | not a mapping",
        "a: &a [*a]                                 | not YAML",
      })
  void aBrokenFileIsTold(String content, String why) throws IOException {
    Problem problem = problem(Map.of(), file("broken", content).toString(), "here");
    assertThat(problem.code()).isEqualTo(ErrorCode.M1004);
    assertThat(problem.what()).contains("broken");
    assertThat(problem.why().replace("alias", "not YAML")).contains(why);
  }

  @Test
  void noFileIsTold() {
    Problem problem = problem(Map.of("HOME", folder.toString()), "", "here");
    assertThat(problem.code()).isEqualTo(ErrorCode.M1004);
    assertThat(problem.why()).contains(folder.resolve(".kube").toString());
    assertThat(problem.next()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                        | {}                    | http or https URL",
        "{server: 'ftp://x'}                       | {}                    | http or https URL",
        "{server: 'https://a b'}                   | {}                    | not a URL",
        "{server: 'https://x', certificate-authority-data: '@'}|{}| certificate-authority",
        "{server: 'https://x', certificate-authority: gone}    |{}| certificate-authority",
        "{server: 'https://x', certificate-authority-data: aGFsbG8=}|{}| certificate-authority",
        "{server: 'http://x', proxy-url: 'socks5://p:1'} | {}           | only http:// proxies",
        "{server: 'http://x'} | {client-certificate-data: aGFsbG8=}    | need each other",
        "{server: 'https://x'} | {client-certificate-data: aGFsbG8=, client-key-data: aGFsbG8=} |"
            + " client-certificate",
        "{server: 'http://x'} | {tokenFile: gone}                      | tokenFile",
        "{server: 'http://x'} | {auth-provider: {name: gcp}}           | exec plugin",
        "{server: 'http://x'} | {as-groups: [a]}                       | need as",
        "{server: 'http://x'} | {exec: {}}                             | needs a command",
        "{server: 'http://x'} | {exec: {apiVersion: client.authentication.k8s.io/v1, command: x,"
            + " interactiveMode: Always}} | terminal",
      })
  void whatCannotBeUsedIsToldBeforeAnythingIsSent(String cluster, String user, String why)
      throws IOException {
    Problem problem = problem(Map.of(), Opened.write(folder, cluster, user).toString(), "here");
    assertThat(problem.code()).isEqualTo(ErrorCode.M1004);
    assertThat(problem.what()).contains("here");
    assertThat(problem.why()).contains(why).doesNotContain("\n");
    assertThat(problem.next()).isNotEmpty();
  }

  @Test
  void aContextWithoutItsClusterIsTold() throws IOException {
    Path file = file("dangling", "contexts: [{name: here, context: {cluster: c, user: u}}]");
    assertThat(problem(Map.of(), file.toString(), "here").why()).contains("no entry c in clusters");
  }

  @ParameterizedTest
  @CsvSource({
    "401, Unauthorized, M1402",
    "403, Forbidden, M1403",
    "404, NotFound, M1401",
    "500, InternalError, M1401",
    "503, ServiceUnavailable, M1401",
  })
  void aServerThatDoesNotLetUsInIsTold(int code, String reason, ErrorCode expected)
      throws IOException {
    server.then(ScriptedServer.status(code, reason, "the server's words"));
    Problem problem =
        problem(Map.of(), Opened.write(folder, here(), "{token: t1}").toString(), "here");
    assertThat(problem.code()).isEqualTo(expected);
    assertThat(problem.why()).isEqualTo("the server's words");
    assertThat(problem.next()).singleElement().asString().startsWith("kubectl --context here ");
  }

  @Test
  void aServerThatIsNotThereIsTold() throws IOException {
    String file = Opened.write(folder, here(), "{token: t1}").toString();
    server.close();
    assertThat(problem(Map.of(), file, "here").code()).isEqualTo(ErrorCode.M1401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>welcome</html>", "{}", "{\"metadata\": {\"uid\": \"k\"}}"})
  void aServerThatIsNoApiServerIsTold(String answer) throws IOException {
    server.then(ScriptedServer.json(200, answer));
    assertThat(problem(Map.of(), Opened.write(folder, here(), "{}").toString(), "here").code())
        .isEqualTo(ErrorCode.M1401);
  }

  @Test
  void weActAsWhomTheKubeconfigSays() throws IOException {
    Path file =
        Opened.write(
            folder,
            here(),
            "{token: t1, as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes: [x]}}");
    new Kubeconfigs(Map.of()).open(Optional.of(file.toString()), "here", Opened.PATIENT).close();
    assertThat(server.arrivals())
        .allSatisfy(
            arrival -> {
              assertThat(arrival.header("Impersonate-User")).isEqualTo("jane");
              assertThat(arrival.header("Impersonate-Uid")).isEqualTo("7");
              assertThat(arrival.header("Impersonate-Group")).isEqualTo("a|b");
              assertThat(arrival.header("Impersonate-Extra-scopes")).isEqualTo("x");
            });
  }

  @Test
  void namesAndPasswordsAreShown() throws IOException {
    Path file = Opened.write(folder, here(), "{username: joe, password: pw}");
    new Kubeconfigs(Map.of()).open(Optional.of(file.toString()), "here", Opened.PATIENT).close();
    assertThat(server.last().header("Authorization")).isEqualTo("Basic am9lOnB3");
  }

  @Test
  void tokenFilesBelongToTheFolderOfTheirKubeconfig() throws IOException {
    file("token", "from-file\n");
    Path file = Opened.write(folder, here(), "{tokenFile: token}");
    new Kubeconfigs(Map.of()).open(Optional.of(file.toString()), "here", Opened.PATIENT).close();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer from-file");
  }

  @Test
  void aProxyIsUsedAndGetsItsOwnCredential() throws IOException {
    Path file =
        Opened.write(
            folder,
            "{server: 'http://api.example.com:6443', proxy-url: 'http://p:w@127.0.0.1:%d'}"
                .formatted(server.port()),
            "{token: t1}");
    new Kubeconfigs(Map.of()).open(Optional.of(file.toString()), "here", Opened.PATIENT).close();
    assertThat(server.last().header("Host")).isEqualTo("api.example.com:6443");
    assertThat(server.last().header("Proxy-Authorization")).isEqualTo("Basic cDp3");
    assertThat(server.last().uri()).startsWith("http://api.example.com:6443/version");
  }

  @Test
  void thePluginThatLogsUsInIsNamedBeforeItRuns() throws IOException {
    Path plugin = folder.resolve("login.sh");
    Files.writeString(
        plugin,
        """
        #!/bin/sh
        echo "a chatty line" >&2
        printf '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
        printf ' "status": {"token": "%s-%s"}}' "$1" "$FLAVOUR"
        """);
    assertThat(plugin.toFile().setExecutable(true)).isTrue();
    Path file =
        Opened.write(
            folder,
            here(),
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login.sh,"
                + " args: ['$HOME; x'], env: [{name: FLAVOUR, value: mint}]}}");
    List<String> notices = new ArrayList<>();
    new Kubeconfigs(Map.of("PATH", System.getenv("PATH")), notices::add)
        .open(Optional.of(file.toString()), "here", Opened.PATIENT)
        .close();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer $HOME; x-mint");
    assertThat(notices)
        .first()
        .asString()
        .startsWith("context here logs in with: ")
        .contains("login.sh", "$HOME");
  }

  @Test
  void aPluginThatFailsIsTold() throws IOException {
    Path file =
        Opened.write(
            folder,
            here(),
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-program,"
                + " installHint: 'install it with care'}}");
    Problem problem = problem(Map.of(), file.toString(), "here");
    assertThat(problem.code()).isEqualTo(ErrorCode.M1402);
    assertThat(problem.why()).contains("no-such-program", "install it with care");
  }
}
