package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Yaml;
import java.util.Map;

/**
 * JSON merge patches, and strategic ones, which merge well-known lists by their key instead of
 * replacing them.
 *
 * <p>Source: RFC 7386; <a
 * href="https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/">strategic
 * merge patch</a>
 */
final class MergePatch {

  /** The key by which items of a list are the same, by the list's field name. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("env", "name"),
          Map.entry("volumes", "name"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("conditions", "type"),
          Map.entry("webhooks", "name"),
          Map.entry("secrets", "name"),
          Map.entry("resourceClaims", "name"));

  private MergePatch() {}

  /** Patch data is a tree, or YAML or JSON in a text; always a mapping. */
  static JsonNode parse(JsonNode data) {
    JsonNode patch = data.isTextual() ? Yaml.parse(data.textValue()).orElseGet(Json::object) : data;
    if (!patch.isObject()) {
      throw new IllegalArgumentException("patchData is not a mapping");
    }
    return patch;
  }

  static void apply(ObjectNode target, JsonNode patch, boolean strategic) {
    if (strategic && patch.path("$patch").asText().equals("replace")) {
      target.removeAll();
    }
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (strategic && name.equals("$patch")) {
        continue;
      }
      if (value.isNull()) {
        target.remove(name);
      } else if (value instanceof ObjectNode child) {
        ObjectNode existing =
            target.get(name) instanceof ObjectNode found ? found : target.putObject(name);
        apply(existing, child, strategic);
      } else if (strategic
          && value instanceof ArrayNode items
          && target.get(name) instanceof ArrayNode list) {
        mergeList(name, list, items);
      } else {
        target.set(name, value.deepCopy());
      }
    }
  }

  private static void mergeList(String name, ArrayNode list, ArrayNode items) {
    String key = name.equals("ports") ? portKey(list, items) : KEYS.getOrDefault(name, "");
    if (key.isEmpty()) {
      list.removeAll();
      list.addAll(items.deepCopy());
      return;
    }
    for (JsonNode item : items) {
      int at = indexOf(list, key, item.path(key));
      boolean delete = item.path("$patch").asText().equals("delete");
      if (delete && at >= 0) {
        list.remove(at);
      } else if (!delete && at >= 0 && list.get(at) instanceof ObjectNode existing) {
        apply(existing, item, true);
      } else if (!delete) {
        list.add(item.deepCopy());
      }
    }
  }

  private static String portKey(ArrayNode list, ArrayNode items) {
    boolean containers = list.path(0).has("containerPort") || items.path(0).has("containerPort");
    return containers ? "containerPort" : "port";
  }

  private static int indexOf(ArrayNode list, String key, JsonNode value) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path(key).equals(value)) {
        return i;
      }
    }
    return -1;
  }
}
