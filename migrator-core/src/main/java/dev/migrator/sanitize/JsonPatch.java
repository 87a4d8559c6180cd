package dev.migrator.sanitize;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One operation of a JSON patch.
 *
 * <p>Errors: {@link IllegalArgumentException} when the path does not exist or a test fails.
 *
 * <p>Source: RFC 6902
 */
final class JsonPatch {

  private JsonPatch() {}

  static void apply(ObjectNode root, JsonNode operation) {
    String name = operation.path("operation").asText(operation.path("op").asText());
    JsonPointer path = JsonPointer.compile(operation.path("path").asText());
    switch (name) {
      case "add" -> add(root, path, operation.path("value"));
      case "replace" -> {
        JsonNode old = remove(root, path);
        if (old.isMissingNode()) {
          throw new IllegalArgumentException("nothing to replace at " + path);
        }
        add(root, path, operation.path("value"));
      }
      case "remove" -> {
        if (remove(root, path).isMissingNode()) {
          throw new IllegalArgumentException("nothing to remove at " + path);
        }
      }
      case "copy" -> add(root, path, existing(root, operation).deepCopy());
      case "move" -> {
        JsonNode value = existing(root, operation);
        JsonNode unused = remove(root, JsonPointer.compile(operation.path("from").asText()));
        add(root, path, value);
      }
      case "test" -> {
        if (!root.at(path).equals(operation.path("value"))) {
          throw new IllegalArgumentException("test failed at " + path);
        }
      }
      default -> throw new IllegalArgumentException("unknown operation " + name);
    }
  }

  private static JsonNode existing(ObjectNode root, JsonNode operation) {
    JsonNode value = root.at(operation.path("from").asText());
    if (value.isMissingNode()) {
      throw new IllegalArgumentException("nothing at " + operation.path("from").asText());
    }
    return value;
  }

  private static void add(ObjectNode root, JsonPointer path, JsonNode value) {
    String field = path.last().getMatchingProperty();
    switch (root.at(path.head())) {
      case ObjectNode parent -> parent.set(field, value.deepCopy());
      case ArrayNode list -> {
        int index = field.equals("-") ? list.size() : index(field, list.size());
        list.insert(index, value.deepCopy());
      }
      default -> throw new IllegalArgumentException("no parent for " + path);
    }
  }

  private static JsonNode remove(ObjectNode root, JsonPointer path) {
    JsonNode old = root.at(path);
    if (!old.isMissingNode()) {
      switch (root.at(path.head())) {
        case ObjectNode parent -> parent.remove(path.last().getMatchingProperty());
        case ArrayNode list -> list.remove(path.last().getMatchingIndex());
        default -> throw new IllegalArgumentException("no parent for " + path);
      }
    }
    return old;
  }

  private static int index(String field, int size) {
    try {
      int index = Integer.parseInt(field);
      if (index >= 0 && index <= size) {
        return index;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an index: " + field, e);
    }
    throw new IllegalArgumentException("index out of range: " + field);
  }
}
