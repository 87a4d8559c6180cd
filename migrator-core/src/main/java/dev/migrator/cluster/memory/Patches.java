package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Merge patches (RFC 7386) and JSON patches (RFC 6902).
 *
 * <p>Errors: {@link IllegalArgumentException} for a patch that is malformed, whose test fails or
 * whose path does not exist.
 */
final class Patches {

  private Patches() {}

  /** The patched copy of the tree. */
  static ObjectNode apply(ObjectNode tree, Patch.Format format, JsonNode body) {
    JsonNode patched =
        switch (format) {
          case MERGE -> merge(tree.deepCopy(), body);
          case JSON -> operations(tree.deepCopy(), body);
        };
    if (patched instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("the patch does not leave an object");
  }

  private static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    ObjectNode merged = target instanceof ObjectNode object ? object : Json.object();
    changes
        .properties()
        .forEach(
            change -> {
              if (change.getValue().isNull()) {
                merged.remove(change.getKey());
              } else {
                merged.set(change.getKey(), merge(merged.path(change.getKey()), change.getValue()));
              }
            });
    return merged;
  }

  private static JsonNode operations(JsonNode tree, JsonNode operations) {
    if (!operations.isArray()) {
      throw new IllegalArgumentException("a JSON patch is a list");
    }
    JsonNode result = tree;
    for (JsonNode operation : operations) {
      result = operate(result, operation);
    }
    return result;
  }

  private static JsonNode operate(JsonNode tree, JsonNode operation) {
    List<String> path = pointer(operation.path("path").asText());
    return switch (operation.path("op").asText()) {
      case "add" -> put(tree, path, operation.path("value").deepCopy(), true);
      case "replace" -> put(tree, path, operation.path("value").deepCopy(), false);
      case "remove" -> remove(tree, path);
      case "move" -> {
        List<String> from = pointer(operation.path("from").asText());
        JsonNode value = at(tree, from).deepCopy();
        yield put(remove(tree, from), path, value, true);
      }
      case "copy" ->
          put(tree, path, at(tree, pointer(operation.path("from").asText())).deepCopy(), true);
      case "test" -> {
        if (!at(tree, path).equals(operation.path("value"))) {
          throw new IllegalArgumentException("testing path " + operation.path("path") + " failed");
        }
        yield tree;
      }
      default -> throw new IllegalArgumentException("no such operation: " + operation.path("op"));
    };
  }

  private static JsonNode at(JsonNode tree, List<String> path) {
    JsonNode node = tree;
    for (String part : path) {
      node = node.isArray() ? node.path(index(part, node.size())) : node.path(part);
      if (node.isMissingNode()) {
        throw new IllegalArgumentException("no such path: " + path);
      }
    }
    return node;
  }

  private static JsonNode put(JsonNode tree, List<String> path, JsonNode value, boolean add) {
    if (path.isEmpty()) {
      return value;
    }
    String last = path.getLast();
    switch (at(tree, path.subList(0, path.size() - 1))) {
      case ObjectNode object -> {
        if (!add && !object.has(last)) {
          throw new IllegalArgumentException("no such path: " + path);
        }
        object.set(last, value);
      }
      case ArrayNode array -> {
        if (add) {
          array.insert(last.equals("-") ? array.size() : index(last, array.size() + 1), value);
        } else {
          array.set(index(last, array.size()), value);
        }
      }
      default -> throw new IllegalArgumentException("no such path: " + path);
    }
    return tree;
  }

  private static JsonNode remove(JsonNode tree, List<String> path) {
    at(tree, path);
    switch (at(tree, path.subList(0, path.size() - 1))) {
      case ObjectNode object -> object.remove(path.getLast());
      case ArrayNode array -> array.remove(index(path.getLast(), array.size()));
      default -> throw new IllegalArgumentException("no such path: " + path);
    }
    return tree;
  }

  private static int index(String part, int size) {
    if (!part.matches("0|[1-9]\\d{0,8}") || Integer.parseInt(part) >= size) {
      throw new IllegalArgumentException("no such index: " + part);
    }
    return Integer.parseInt(part);
  }

  private static List<String> pointer(String text) {
    List<String> parts = new ArrayList<>();
    if (text.isEmpty()) {
      return parts;
    }
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("not a JSON pointer: " + text);
    }
    for (String part : text.substring(1).split("/", -1)) {
      parts.add(part.replace("~1", "/").replace("~0", "~"));
    }
    return parts;
  }
}
