package dev.migrator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What names the elements of a list.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy">list
 * types</a>
 */
final class ListKeys {

  private ListKeys() {}

  /**
   * The elements by their key, in the list's order; empty when the list has no keys or one comes
   * twice.
   */
  static Optional<Map<String, JsonNode>> byKey(String field, ArrayNode list) {
    Map<String, JsonNode> elements = new LinkedHashMap<>();
    for (JsonNode element : list) {
      Optional<String> key = key(field, element);
      if (key.isEmpty() || elements.put(key.get(), element) != null) {
        return Optional.empty();
      }
    }
    return isKeyed(field) ? Optional.of(elements) : Optional.empty();
  }

  private static boolean isKeyed(String field) {
    return switch (field) {
      case "volumeMounts",
          "volumeDevices",
          "hostAliases",
          "topologySpreadConstraints",
          "ownerReferences",
          "ports" ->
          true;
      default -> AllowedDifferences.KEYED_BY_NAME.contains(field);
    };
  }

  private static Optional<String> key(String field, JsonNode element) {
    return switch (field) {
      case "volumeMounts" -> of(element, "mountPath");
      case "volumeDevices" -> of(element, "devicePath");
      case "hostAliases" -> of(element, "ip");
      case "ownerReferences" -> of(element, "uid");
      case "topologySpreadConstraints" ->
          of(element, "topologyKey")
              .flatMap(key -> of(element, "whenUnsatisfiable").map(then -> key + "," + then));
      case "ports" -> {
        String number = element.has("containerPort") ? "containerPort" : "port";
        yield of(element, number).map(port -> port + "/" + element.path("protocol").asText("TCP"));
      }
      default -> of(element, "name").map(name -> "name=" + name);
    };
  }

  private static Optional<String> of(JsonNode element, String field) {
    JsonNode value = element.path(field);
    return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
  }
}
