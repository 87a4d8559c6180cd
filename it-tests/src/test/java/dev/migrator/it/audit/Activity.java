package dev.migrator.it.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Which stored objects do their work, and which are inert. */
final class Activity {

  private static final Set<String> SCALED =
      Set.of("deployments", "statefulsets", "replicasets", "replicationcontrollers");

  private Activity() {}

  /** Whether the object, as it is stored, does its work or makes others do it. */
  static boolean isActive(String resource, JsonNode object) {
    JsonNode spec = object.path("spec");
    JsonNode status = object.path("status");
    if (object.path("kind").asText().equals("Scale") || SCALED.contains(resource)) {
      return spec.path("replicas").asInt(1) > 0;
    }
    return switch (resource) {
      case "cronjobs" -> !spec.path("suspend").asBoolean(false);
      case "jobs" -> !spec.path("suspend").asBoolean(false) && !hasEnded(status);
      case "pods" ->
          spec.path("schedulingGates").isEmpty()
              && !Set.of("Succeeded", "Failed").contains(status.path("phase").asText());
      // A node selector that no node meets.
      case "daemonsets" ->
          !spec.path("template").path("spec").path("nodeSelector").toString().contains("migrator");
      default ->
          !spec.path("suspend").asBoolean(false)
              && !spec.path("paused").asBoolean(false)
              && !object
                  .path("metadata")
                  .path("annotations")
                  .toString()
                  .matches(".*(paused|skip-reconcile|pause-reconciliation).*");
    };
  }

  /** Whether the object, as it was answered, has left the storage with that answer. */
  static boolean isGone(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.has("deletionTimestamp")
        && metadata.path("finalizers").isEmpty()
        && metadata.path("deletionGracePeriodSeconds").asInt(0) == 0;
  }

  private static boolean hasEnded(JsonNode status) {
    for (JsonNode condition : status.path("conditions")) {
      if (Set.of("Complete", "Failed").contains(condition.path("type").asText())
          && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }
}
