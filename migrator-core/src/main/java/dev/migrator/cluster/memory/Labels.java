package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Labels as a map, and owners: the small reading that every controller does. */
final class Labels {

  private Labels() {}

  static Map<String, String> of(JsonNode labels) {
    Map<String, String> map = new LinkedHashMap<>();
    labels.properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    return map;
  }

  /** The uid of the owner that controls the object. */
  static Optional<String> controller(Manifest object) {
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      if (owner.path("controller").asBoolean()) {
        return Optional.of(owner.path("uid").asText());
      }
    }
    return Optional.empty();
  }

  /** The reference by which the owner controls a new object. */
  static ObjectNode controlledBy(Manifest owner) {
    return Json.object()
        .put("apiVersion", owner.apiVersion())
        .put("kind", owner.kind())
        .put("name", owner.name())
        .put("uid", owner.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }
}
