package dev.migrator.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One mapping of a document that people write, read strictly: unknown fields, and values of the
 * wrong type, are refused with their path.
 *
 * <p>Errors: {@link ErrorCode#M1002}.
 */
final class Fields {

  private final ObjectNode node;
  private final String path;

  private Fields(ObjectNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** The mapping at the path, which may have these fields and no others. */
  static Fields of(JsonNode node, String path, List<String> known) {
    if (!(node instanceof ObjectNode object)) {
      throw invalid(
          path.isEmpty() ? "the document" : path, "a mapping is expected, not " + shown(node));
    }
    Fields fields = new Fields(object, path);
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw fields.refuse(name, hint(name, known));
              }
            });
    return fields;
  }

  static String hint(String unknown, List<String> known) {
    return "no such field"
        + Spelling.nearest(unknown, known).map(n -> "; did you mean " + n + "?").orElse("")
        + " (known here: "
        + String.join(", ", known)
        + ")";
  }

  String path(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** The mapping in the field; an empty one when the field is absent. */
  Fields object(String field, String... known) {
    JsonNode value = node.path(field);
    return of(absent(value) ? Json.object() : value, path(field), List.of(known));
  }

  boolean has(String field) {
    return !absent(node.path(field));
  }

  JsonNode raw(String field) {
    return node.path(field);
  }

  String text(String field, String otherwise) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw refuse(field, "a text is expected, not " + shown(value));
    }
    return value.textValue();
  }

  boolean flag(String field, boolean otherwise) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw refuse(field, "true or false is expected, not " + shown(value));
    }
    return value.booleanValue();
  }

  int integer(String field, int otherwise, int least, int most) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
      throw refuse(
          field,
          "a whole number from " + least + " to " + most + " is expected, not " + shown(value));
    }
    return value.intValue();
  }

  Duration duration(String field, Duration otherwise) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return otherwise;
    }
    return (value.isTextual() ? Durations.parse(value.textValue()) : Optional.<Duration>empty())
        .filter(d -> !d.isZero())
        .orElseThrow(
            () ->
                refuse(field, "a duration such as 30m or 1h30m is expected, not " + shown(value)));
  }

  <T> T choice(String field, T otherwise, Map<String, T> choices) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return otherwise;
    }
    T chosen = value.isTextual() ? choices.get(value.textValue()) : null;
    if (chosen == null) {
      throw refuse(
          field,
          "one of "
              + String.join(", ", new TreeMap<>(choices).keySet())
              + " is expected, not "
              + shown(value));
    }
    return chosen;
  }

  List<String> texts(String field, List<String> otherwise) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return otherwise;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : items(field)) {
      if (!item.isTextual() || item.textValue().isEmpty()) {
        throw refuse(field + "[" + texts.size() + "]", "a text is expected, not " + shown(item));
      }
      texts.add(item.textValue());
    }
    return List.copyOf(texts);
  }

  /** The items of a list; none when the field is absent. */
  List<JsonNode> items(String field) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return List.of();
    }
    if (!(value instanceof ArrayNode array)) {
      throw refuse(field, "a list is expected, not " + shown(value));
    }
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  /** A mapping from names to texts, numbers or flags, each as text. */
  Map<String, String> values(String field) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return Map.of();
    }
    if (!(value instanceof ObjectNode object)) {
      throw refuse(field, "a mapping of values is expected, not " + shown(value));
    }
    Map<String, String> values = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            e -> {
              if (!e.getValue().isValueNode() || e.getValue().asText("").isEmpty()) {
                throw refuse(
                    field + "." + e.getKey(), "a value is expected, not " + shown(e.getValue()));
              }
              values.put(e.getKey(), e.getValue().asText());
            });
    return values;
  }

  /** A mapping from text to text. */
  Map<String, String> textMap(String field) {
    JsonNode value = node.path(field);
    if (absent(value)) {
      return Map.of();
    }
    if (!(value instanceof ObjectNode object)) {
      throw refuse(field, "a mapping of names is expected, not " + shown(value));
    }
    Map<String, String> texts = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            e -> {
              if (!e.getValue().isTextual() || e.getValue().textValue().isEmpty()) {
                throw refuse(
                    field + "." + e.getKey(), "a name is expected, not " + shown(e.getValue()));
              }
              texts.put(e.getKey(), e.getValue().textValue());
            });
    return texts;
  }

  ProblemException refuse(String field, String why) {
    return invalid(path(field), why);
  }

  private static ProblemException invalid(String place, String why) {
    return Problem.of(
            ErrorCode.M1002,
            "the migration file is not valid at " + printable(place),
            why,
            "correct " + printable(place) + " and run the command again")
        .exception();
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String shown(JsonNode value) {
    String text =
        value.isContainerNode() ? (value.isArray() ? "a list" : "a mapping") : Json.text(value);
    return printable(text);
  }

  /** Bounded, on one line, and without control characters, because it goes to a terminal. */
  static String printable(String text) {
    String cut = text.length() > 120 ? text.substring(0, 120) + "..." : text;
    return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
  }
}
