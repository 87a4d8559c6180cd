package dev.migrator.sanitize;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.migrator.model.Json;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One operation of a JSON patch.
 *
 * <p>Errors: {@link IllegalArgumentException} when a path does not exist.
 *
 * <p>Source: RFC 6902
 */
final class JsonPatch {

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private JsonPatch() {}

  /**
   * Applies the operation to the tree.
   *
   * @return false when the operation is a test that fails
   */
  static boolean apply(ObjectNode root, JsonNode operation) {
    String name = operation.path("operation").asText(operation.path("op").asText());
    JsonPointer path = JsonPointer.compile(operation.path("path").asText());
    if (path.matches()) {
      throw new IllegalArgumentException("a path is needed: the whole object cannot be changed");
    }
    switch (name) {
      case "add" -> add(root, path, value(operation));
      case "replace" -> {
        JsonNode old = root.at(path);
        if (old.isMissingNode()) {
          throw new IllegalArgumentException("nothing to replace at " + path);
        }
        replace(root, path, value(operation));
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
        return root.at(path).equals(value(operation));
      }
      default -> throw new IllegalArgumentException("unknown operation " + name);
    }
    return true;
  }

  /**
   * Velero's values are texts that are read as JSON where they look like it: {@code "1"} is a
   * number, {@code "\"1\""} a text. Other values stand for themselves.
   */
  private static JsonNode value(JsonNode operation) {
    JsonNode value = operation.path("value");
    if (!value.isTextual()) {
      return value.isMissingNode() ? NullNode.getInstance() : value;
    }
    String text = value.textValue();
    if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      return TextNode.valueOf(text.substring(1, text.length() - 1));
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (text.startsWith("{") || text.startsWith("[") || NUMBER.matcher(text).matches()) {
      return Json.parse(text);
    }
    return lower.equals("true") || lower.equals("false") || text.equals("null")
        ? Json.parse(lower)
        : value;
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

  /** In place, so that fields keep their order. */
  private static void replace(ObjectNode root, JsonPointer path, JsonNode value) {
    switch (root.at(path.head())) {
      case ObjectNode parent -> parent.set(path.last().getMatchingProperty(), value.deepCopy());
      case ArrayNode list -> {
        JsonNode unused = list.set(path.last().getMatchingIndex(), value.deepCopy());
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
