package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Json;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * What an answer, or its absence, means for the outcome of a request. In doubt the outcome is
 * unknown.
 *
 * <p>Source: <a
 * href="https://github.com/kubernetes/community/blob/main/contributors/devel/sig-architecture/api-conventions.md#http-status-codes">API
 * conventions</a>
 */
final class Failures {

  private static final int LONGEST = 600;
  private static final Pattern SECRETS =
      Pattern.compile("/api/v1/(namespaces/[^/]+/)?secrets(/.*)?");
  private static final Pattern WEBHOOK =
      Pattern.compile(
          "^Internal error occurred: failed calling webhook \"([a-z0-9][-a-z0-9.]{0,252})\"");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

  private Failures() {}

  /** There was no whole answer. */
  static ClusterException ofTransport(String request, Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (isBeforeSending(cause)) {
        return new ClusterException(request, new ClusterFailure.Unreachable(words(cause)), thrown);
      }
      if (String.valueOf(cause.getMessage()).contains("too many concurrent streams")) {
        return new ClusterException(
            request, new ClusterFailure.Throttled(words(cause), Optional.empty()), thrown);
      }
    }
    return new ClusterException(
        request,
        new ClusterFailure.OutcomeUnknown(
            thrown instanceof TimeoutException ? "no whole answer in time" : words(thrown)),
        thrown);
  }

  /**
   * A connection that did not come to be carries no request. Other errors of TLS do not count: they
   * may end a connection in its middle.
   */
  private static boolean isBeforeSending(Throwable cause) {
    return cause instanceof ConnectException
        || cause instanceof NoRouteToHostException
        || cause instanceof UnknownHostException
        || cause instanceof UnresolvedAddressException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof SSLHandshakeException;
  }

  /** Whether the server said nothing for so long that the connection itself may be dead. */
  static boolean isSilence(Throwable thrown) {
    return thrown instanceof TimeoutException
        || (thrown instanceof HttpTimeoutException
            && !(thrown instanceof HttpConnectTimeoutException));
  }

  /**
   * Whether an API server says that what was asked for is not there. A 404 alone does not: a proxy
   * that has lost its way says that too, and so does a server that does not serve the type yet.
   */
  static boolean isNotFound(Answer answer) {
    return answer.code() == 404 && isNotFound(status(answer.body()));
  }

  private static boolean isNotFound(JsonNode status) {
    return status.path("kind").asText("").equals("Status")
        && status.path("reason").asText("").equals("NotFound");
  }

  /** What API servers answer at paths that they do not serve. */
  private static boolean isUnservedPath(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8).strip().equals("404 page not found");
  }

  /** The server answered with an error. */
  static ClusterException ofAnswer(Answer answer) {
    JsonNode status = status(answer.body());
    List<String> fields = new ArrayList<>();
    status
        .path("details")
        .path("causes")
        .forEach(c -> fields.add(oneLine(c.path("field").asText(""))));
    return new ClusterException(
        answer.call().toString(), failure(answer, status, detail(answer, status, fields), fields));
  }

  private static ClusterFailure failure(
      Answer answer, JsonNode status, String detail, List<String> fields) {
    Optional<Duration> retryAfter = retryAfter(answer, status);
    int code = answer.code();
    return switch (code) {
      case 401 -> new ClusterFailure.Unauthorized(detail);
      case 403 -> new ClusterFailure.Forbidden(detail);
      case 404 ->
          isNotFound(status) || isUnservedPath(answer)
              ? new ClusterFailure.NotFound(detail)
              : new ClusterFailure.Unreachable(
                  detail + ", which is not the answer of an API server");
      case 408 -> new ClusterFailure.OutcomeUnknown(detail);
      case 409 ->
          status.path("reason").asText("").equals("AlreadyExists")
              ? new ClusterFailure.AlreadyExists(detail)
              : new ClusterFailure.Conflict(detail);
      case 410 -> new ClusterFailure.Expired(detail);
      case 422 ->
          // A patch for another uid is told as an attempt to change an immutable field.
          !fields.isEmpty() && fields.stream().allMatch("metadata.uid"::equals)
              ? new ClusterFailure.Conflict(detail)
              : new ClusterFailure.Invalid(detail, fields);
      case 429 -> new ClusterFailure.Throttled(detail, retryAfter);
      case 503 ->
          // Only a server that refuses before it looks at the request says when to come back.
          retryAfter.isPresent()
              ? new ClusterFailure.Throttled(detail, retryAfter)
              : new ClusterFailure.OutcomeUnknown(detail);
      case 301, 302, 307, 308 ->
          // Never followed: the credential is for this server only.
          new ClusterFailure.Unreachable(
              "it redirects to " + oneLine(answer.header("Location").orElse("nowhere")));
      default ->
          code >= 400 && code < 500
              ? new ClusterFailure.Invalid(detail, fields)
              : new ClusterFailure.OutcomeUnknown(detail);
    };
  }

  private static JsonNode status(byte[] body) {
    try {
      return Json.parse(body);
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }

  private static String detail(Answer answer, JsonNode status, List<String> fields) {
    String message = status.path("message").asText("");
    if (message.isEmpty() && status.path("reason").asText("").isEmpty()) {
      return "HTTP " + answer.code();
    }
    return mayQuoteSecrets(answer)
        ? oneLine(
            "HTTP %d %s %s%s"
                .formatted(
                    answer.code(), status.path("reason").asText(""), fields, webhook(message)))
        : oneLine(message);
  }

  /** Of words that may quote a Secret, only the name of the webhook that could not be asked. */
  private static String webhook(String message) {
    Matcher named = WEBHOOK.matcher(message);
    return named.find() ? " failed calling webhook " + named.group(1) : "";
  }

  /** A refusal of a Secret's content quotes it; the other ones name it only. */
  private static boolean mayQuoteSecrets(Answer answer) {
    int code = answer.code();
    return answer.call().isWrite()
        && SECRETS.matcher(answer.call().path()).matches()
        && code != 401
        && code != 404
        && code != 409
        && code != 429;
  }

  private static Optional<Duration> retryAfter(Answer answer, JsonNode status) {
    String text =
        answer
            .header("Retry-After")
            .map(String::strip)
            .orElseGet(() -> status.path("details").path("retryAfterSeconds").asText(""));
    return SECONDS.matcher(text).matches()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }

  /** What an exception says, on one line. */
  static String words(Throwable cause) {
    String message = cause.getMessage();
    String name = name(cause);
    return oneLine(message == null || message.isEmpty() ? name : name + ": " + message);
  }

  /** In words that a person knows, where there are some. */
  private static String name(Throwable cause) {
    return switch (cause) {
      case HttpConnectTimeoutException e -> "no connection in time";
      case ConnectException e -> "the connection was refused";
      case NoRouteToHostException e -> "no route to the host";
      case UnknownHostException e -> "unknown host";
      case UnresolvedAddressException e -> "unknown host";
      case SSLHandshakeException e -> "no agreement on TLS";
      default -> cause.getClass().getSimpleName();
    };
  }

  /** No line breaks, control or direction characters, and not endless. */
  static String oneLine(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST));
    text.codePoints().limit(LONGEST).forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE -> {
        if (c == '\n' || c == '\r' || c == '\t') {
          out.append(' ');
        } else {
          out.append("\\u%04x".formatted(c));
        }
      }
      default -> out.appendCodePoint(c);
    }
  }
}
