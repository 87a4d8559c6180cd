package dev.migrator.it.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One request that an API server has answered.
 *
 * @param received when the server got it: nothing came of it before
 * @param answered when the server was done with it: whatever came of it was so by then
 * @param path with its query
 * @param resource plural, such as {@code cronjobs}
 * @param subresource empty for the object itself
 * @param name of the object; empty for a create whose name is in its body only, and for lists
 * @param request the body that was sent; missing for reads
 * @param response the body of the answer; missing for reads
 */
public record AuditEvent(
    Instant received,
    Instant answered,
    String verb,
    String user,
    String userAgent,
    String path,
    String group,
    String resource,
    String subresource,
    String namespace,
    String name,
    int code,
    JsonNode request,
    JsonNode response) {

  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");

  /** Questions that are asked with a POST: nothing is stored. */
  private static final Set<String> QUESTIONS =
      Set.of(
          "authentication.k8s.io/tokenreviews",
          "authentication.k8s.io/selfsubjectreviews",
          "authorization.k8s.io/subjectaccessreviews",
          "authorization.k8s.io/localsubjectaccessreviews",
          "authorization.k8s.io/selfsubjectaccessreviews",
          "authorization.k8s.io/selfsubjectrulesreviews");

  static AuditEvent of(JsonNode line) {
    JsonNode object = line.path("objectRef");
    JsonNode response = line.path("responseObject");
    JsonNode request = line.path("requestObject");
    String name =
        Stream.of(object, response.path("metadata"), request.path("metadata"))
            .map(node -> node.path("name").asText(""))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    return new AuditEvent(
        Instant.parse(line.path("requestReceivedTimestamp").asText()),
        Instant.parse(line.path("stageTimestamp").asText()),
        line.path("verb").asText(),
        line.path("user").path("username").asText(),
        line.path("userAgent").asText(),
        line.path("requestURI").asText(),
        object.path("apiGroup").asText(""),
        object.path("resource").asText(""),
        object.path("subresource").asText(""),
        object.path("namespace").asText(""),
        name,
        line.path("responseStatus").path("code").asInt(),
        request,
        response);
  }

  /** True when it asked the server to store something, whether the server did so or not. */
  public boolean isWrite() {
    return WRITES.contains(verb)
        && !path.contains("dryRun=All")
        && !"All".equals(request.path("dryRun").path(0).asText())
        && !QUESTIONS.contains(group + "/" + resource);
  }

  /** True when the server stored something. */
  public boolean isDone() {
    return isWrite() && code >= 200 && code < 300;
  }

  /** True when the tool under test sent it. */
  public boolean isOurs() {
    return userAgent.equals("migrator");
  }

  boolean hasObject() {
    return !(response instanceof MissingNode) && !response.path("kind").asText().equals("Status");
  }

  /** {@code 15:04:05.123456 admin patch batch/cronjobs shop/billing 200}. */
  @Override
  public String toString() {
    String what = resource + (subresource.isEmpty() ? "" : "/" + subresource);
    return "%s %s %s %s %s %d"
        .formatted(
            answered,
            isOurs() ? "migrator" : user,
            verb,
            group.isEmpty() ? what : group + "/" + what,
            namespace.isEmpty() ? name : namespace + "/" + name,
            code);
  }
}
