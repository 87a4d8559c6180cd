package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What answers mean. */
class FailuresTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "400, BadRequest, Invalid",
    "401, Unauthorized, Unauthorized",
    "403, Forbidden, Forbidden",
    "404, NotFound, NotFound",
    "405, MethodNotAllowed, Invalid",
    "408, Timeout, OutcomeUnknown",
    "409, AlreadyExists, AlreadyExists",
    "409, Conflict, Conflict",
    "409, '', Conflict",
    "410, Expired, Expired",
    "413, RequestEntityTooLarge, Invalid",
    "415, UnsupportedMediaType, Invalid",
    "422, Invalid, Invalid",
    "429, TooManyRequests, Throttled",
    "500, InternalError, OutcomeUnknown",
    "500, ServerTimeout, OutcomeUnknown",
    "502, '', OutcomeUnknown",
    "503, ServiceUnavailable, OutcomeUnknown",
    "504, Timeout, OutcomeUnknown",
    "302, '', Unreachable",
    "399, '', OutcomeUnknown",
  })
  void codesMean(int code, String reason, String failure) throws IOException {
    ClusterFailure found =
        createFails(Opened.CONFIG_MAPS, ScriptedServer.status(code, reason, "words"));
    assertThat(found.getClass().getSimpleName()).isEqualTo(failure);
  }

  @Test
  void theServersWordsAndFieldsAreTold() throws IOException {
    ClusterFailure failure =
        createFails(
            Opened.CONFIG_MAPS,
            ScriptedServer.json(
                422,
                """
                {"kind": "Status", "code": 422, "reason": "Invalid",
                 "message": "bad\\nname\\u001b[31m \\u202ereversed",
                 "details": {"causes": [{"field": "metadata.name"}, {"field": "data"}]}}
                """));
    assertThat(failure)
        .isEqualTo(
            new ClusterFailure.Invalid(
                "bad name\\u001b[31m \\u202ereversed", List.of("metadata.name", "data")));
  }

  @ParameterizedTest
  @CsvSource({"429, 7, 7", "429, soon, -1", "429, '', -1", "503, 3, 3"})
  void retryAfterIsTold(int code, String header, long seconds) throws IOException {
    ClusterFailure failure =
        createFails(
            Opened.CONFIG_MAPS,
            ScriptedServer.status(code, "TooManyRequests", "wait", "Retry-After: " + header));
    assertThat(failure)
        .isInstanceOfSatisfying(
            ClusterFailure.Throttled.class,
            f ->
                assertThat(f.retryAfter())
                    .isEqualTo(
                        seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds))));
  }

  @ParameterizedTest
  @CsvSource({"400", "403", "422", "500"})
  void theContentOfSecretsIsNotTold(int code) throws IOException {
    ScriptedServer.Script quoting =
        ScriptedServer.json(
            code,
            """
            {"kind": "Status", "code": %d, "reason": "Refused",
             "message": "Invalid value: hunter2",
             "details": {"causes": [{"field": "data[k]", "message": "hunter2"}]}}
            """
                .formatted(code));
    assertThat(createFails(Opened.SECRETS, quoting).detail())
        .doesNotContain("hunter2")
        .contains(String.valueOf(code), "data[k]");
    assertThat(createFails(Opened.CONFIG_MAPS, quoting).detail()).contains("hunter2");
  }

  @Test
  void aWebhookThatCannotBeAskedIsNamedEvenWhereItSawASecret() throws IOException {
    ScriptedServer.Script quoted =
        ScriptedServer.json(
            500,
            """
            {"kind": "Status", "code": 500, "reason": "InternalError",
             "message": "Internal error occurred: failed calling webhook \\"guard.acme.example\\": hunter2"}
            """);
    assertThat(createFails(Opened.SECRETS, quoted))
        .isEqualTo(
            new ClusterFailure.OutcomeUnknown(
                "HTTP 500 InternalError [] failed calling webhook guard.acme.example"));
    assertThat(createFails(Opened.CONFIG_MAPS, quoted).detail())
        .startsWith("Internal error occurred: failed calling webhook \"guard.acme.example\"");
  }

  @Test
  void anAnswerWithoutAStatusIsToldByItsCode() throws IOException {
    assertThat(createFails(Opened.CONFIG_MAPS, ScriptedServer.json(502, "<html>proxy</html>")))
        .isEqualTo(new ClusterFailure.OutcomeUnknown("HTTP 502"));
  }

  static List<Throwable> beforeSending() {
    return List.of(
        new ConnectException("refused"),
        new SSLHandshakeException("untrusted"),
        new HttpConnectTimeoutException("no connection"));
  }

  @ParameterizedTest
  @MethodSource("beforeSending")
  void whatNeverLeftIsUnreachable(Throwable thrown) {
    assertThat(Failures.ofTransport("POST", new IOException(thrown)).failure())
        .isInstanceOf(ClusterFailure.Unreachable.class)
        .satisfies(failure -> assertThat(failure.detail()).doesNotContain("Exception"));
  }

  static List<Throwable> inTheMiddle() {
    return List.of(
        new SSLException("bad record in the middle of a connection"),
        new SocketException("Connection reset"),
        new EOFException("end of stream"),
        new HttpTimeoutException("no answer"),
        new TimeoutException(),
        new IllegalStateException("who knows"));
  }

  @ParameterizedTest
  @MethodSource("inTheMiddle")
  void whatMayHaveLeftIsUnknown(Throwable thrown) {
    assertThat(Failures.ofTransport("POST", thrown).failure())
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
  }

  private ClusterFailure createFails(ResourceType type, ScriptedServer.Script script)
      throws IOException {
    Manifest body =
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "%s", "metadata": {"name": "n", "namespace": "shop"}}
            """
                .formatted(type.kind()));
    try (ScriptedServer server = new ScriptedServer().then(script);
        Cluster cluster = Opened.to(server, folder, Opened.PATIENT)) {
      return catchThrowableOfType(ClusterException.class, () -> cluster.create(type, body))
          .failure();
    }
  }
}
