package dev.migrator.cluster.front;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server answers.
 *
 * @param headers beyond those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, read once.
public record Reply(int code, Map<String, String> headers, String contentType, byte[] body) {

  static final String JSON = "application/json";

  static Reply json(int code, JsonNode document) {
    return new Reply(code, Map.of(), JSON, Json.bytes(document));
  }

  Reply withHeader(String name, String value) {
    return new Reply(code, Map.of(name, value), contentType, body);
  }

  Reply withBody(byte[] other) {
    return new Reply(code, headers, contentType, other);
  }

  /** A refusal as API servers word it. */
  static Reply status(int code, String reason, String message) {
    return json(code, statusOf(code, reason, message));
  }

  private static ObjectNode statusOf(int code, String reason, String message) {
    ObjectNode status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Failure").put("message", message).put("reason", reason);
    return status.put("code", code);
  }

  /** What stands at paths that are not served. */
  static Reply unservedPath() {
    return new Reply(
        404, Map.of(), "text/plain", "404 page not found\n".getBytes(StandardCharsets.UTF_8));
  }

  /** What is answered to a request that failed so. */
  static Reply of(ClusterFailure failure) {
    String message = failure.detail();
    return switch (failure) {
      case ClusterFailure.NotFound f -> status(404, "NotFound", message);
      case ClusterFailure.AlreadyExists f -> status(409, "AlreadyExists", message);
      case ClusterFailure.Conflict f ->
          // A patch for another uid is told as an attempt to change an immutable field.
          message.contains("UID in precondition")
              ? invalid(message, List.of("metadata.uid"))
              : status(409, "Conflict", message);
      case ClusterFailure.Invalid f ->
          f.fields().isEmpty() ? status(400, "BadRequest", message) : invalid(message, f.fields());
      case ClusterFailure.Forbidden f -> status(403, "Forbidden", message);
      case ClusterFailure.Unauthorized f -> status(401, "Unauthorized", message);
      case ClusterFailure.Throttled f -> throttled(429, message, f.retryAfter());
      case ClusterFailure.Expired f -> status(410, "Expired", message);
      case ClusterFailure.Unreachable f -> status(502, "InternalError", message);
      case ClusterFailure.OutcomeUnknown f -> status(500, "InternalError", message);
    };
  }

  static Reply throttled(int code, String message, Optional<Duration> retryAfter) {
    String reason = code == 429 ? "TooManyRequests" : "ServiceUnavailable";
    Reply reply = status(code, reason, message);
    return retryAfter
        .map(after -> reply.withHeader("Retry-After", Long.toString(after.toSeconds())))
        .orElse(reply);
  }

  static Reply invalid(String message, List<String> fields) {
    ObjectNode status = statusOf(422, "Invalid", message);
    var causes = status.putObject("details").putArray("causes");
    fields.forEach(
        field -> causes.addObject().put("reason", "FieldValueInvalid").put("field", field));
    return json(422, status);
  }
}
