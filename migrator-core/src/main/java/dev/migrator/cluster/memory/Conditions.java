package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;

/** The conditions of a status. */
final class Conditions {

  private Conditions() {}

  static boolean isTrue(Manifest object, String type) {
    for (JsonNode condition : object.at("status", "conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** Sets the condition; its time changes only when its status does. */
  static void set(ObjectNode status, String type, String value, String reason, String now) {
    for (ObjectNode condition : Fill.each(status.path("conditions"))) {
      if (condition.path("type").asText().equals(type)) {
        if (!condition.path("status").asText().equals(value)) {
          condition.put("lastTransitionTime", now);
        }
        condition.put("status", value).put("reason", reason);
        return;
      }
    }
    status
        .withArrayProperty("conditions")
        .addObject()
        .put("type", type)
        .put("status", value)
        .put("reason", reason)
        .put("message", "")
        .put("lastTransitionTime", now);
  }
}
