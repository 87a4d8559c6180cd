package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Json;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What an answer, or its absence, means for the outcome of a request.
 *
 * <p>Source: <a
 * href="https://github.com/kubernetes/community/blob/main/contributors/devel/sig-architecture/api-conventions.md#http-status-codes">API
 * conventions</a>
 */
final class Failures {

  private static final int LONGEST = 600;

  private Failures() {}

  /** There was no answer. */
  static ClusterException ofTransport(String request, Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof UnresolvedAddressException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof SSLException) {
        return new ClusterException(request, new ClusterFailure.Unreachable(words(cause)), thrown);
      }
      if (String.valueOf(cause.getMessage()).contains("too many concurrent streams")) {
        return new ClusterException(
            request, new ClusterFailure.Throttled(words(cause), Optional.empty()), thrown);
      }
    }
    return new ClusterException(request, new ClusterFailure.OutcomeUnknown(words(thrown)), thrown);
  }

  /** The server answered with an error. */
  static ClusterException ofAnswer(String request, HttpResponse<byte[]> answer) {
    JsonNode status = status(answer.body());
    String reason = status.path("reason").asText("");
    List<String> fields = new ArrayList<>();
    status
        .path("details")
        .path("causes")
        .forEach(c -> fields.add(oneLine(c.path("field").asText(""))));
    String detail = detail(request, answer, status, fields);
    Optional<Duration> retryAfter = retryAfter(answer, status);
    ClusterFailure failure =
        switch (answer.code()) {
          case 400, 405, 406, 413, 415, 422 ->
              // A patch for another uid is told as an attempt to change an immutable field.
              !fields.isEmpty() && fields.stream().allMatch("metadata.uid"::equals)
                  ? new ClusterFailure.Conflict(detail)
                  : new ClusterFailure.Invalid(detail, fields);
          case 401 -> new ClusterFailure.Unauthorized(detail);
          case 403 -> new ClusterFailure.Forbidden(detail);
          case 404 -> new ClusterFailure.NotFound(detail);
          case 409 ->
              reason.equals("AlreadyExists")
                  ? new ClusterFailure.AlreadyExists(detail)
                  : new ClusterFailure.Conflict(detail);
          case 410 -> new ClusterFailure.Expired(detail);
          case 429 -> new ClusterFailure.Throttled(detail, retryAfter);
          case 503 ->
              // Only the server's own refusal before it looked at the request says when to come
              // back.
              retryAfter.isPresent()
                  ? new ClusterFailure.Throttled(detail, retryAfter)
                  : new ClusterFailure.OutcomeUnknown(detail);
          default -> new ClusterFailure.OutcomeUnknown(detail);
        };
    return new ClusterException(request, failure);
  }

  private static JsonNode status(byte[] body) {
    try {
      return body == null || body.length == 0 ? Json.object() : Json.parse(body);
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }

  /** A refused Secret is told by its fields only: the server quotes values. */
  private static String detail(
      String request, HttpResponse<byte[]> answer, JsonNode status, List<String> fields) {
    if (request.contains("/secrets")
        && answer.code() != 403
        && answer.code() != 404
        && answer.code() != 409) {
      return answer.code() + " " + status.path("reason").asText("") + " " + fields;
    }
    String message = status.path("message").asText("");
    return message.isEmpty() ? "HTTP " + answer.code() : oneLine(message);
  }

  private static Optional<Duration> retryAfter(HttpResponse<byte[]> answer, JsonNode status) {
    String header = answer.header("Retry-After");
    String text =
        header == null
            ? status.path("details").path("retryAfterSeconds").asText("")
            : header.strip();
    return text.matches("[0-9]{1,6}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    String name = cause.getClass().getSimpleName();
    return oneLine(message == null || message.isEmpty() ? name : name + ": " + message);
  }

  /** No line breaks, control or direction characters, and not endless. */
  static String oneLine(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST));
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (c == '\n' || c == '\r' || c == '\t') {
                out.append(' ');
              } else if (type == Character.CONTROL || type == Character.FORMAT) {
                out.append(String.format("\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
