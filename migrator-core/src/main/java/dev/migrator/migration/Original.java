package dev.migrator.migration;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an object that goes back was called and had before it was moved. Only the plan of a way back
 * has these: they say what the mappings and modifiers of the way there cannot, because two names
 * may have become one.
 *
 * @param home what it was called
 * @param fields what is set back in it; in the order of the object
 */
public record Original(ObjectRef home, List<Field> fields) {

  /** Where the name of an object stands: {@link #home} says it. */
  private static final Set<String> NAMES =
      Set.of("/metadata/name", "/metadata/namespace", "/kind", "/apiVersion");

  public Original {
    fields = List.copyOf(fields);
  }

  /**
   * One field that is set back.
   *
   * @param path a JSON pointer
   * @param now the value that it must have, as JSON; empty where it must not be there
   * @param before the value that it gets, as JSON; empty where it is taken out
   */
  public record Field(String path, Optional<String> now, Optional<String> before) {

    /**
     * Errors: {@link IllegalArgumentException} where the path is none, or leads to the name of the
     * object.
     */
    public Field {
      if (JsonPointer.compile(path).matches() || NAMES.contains(path)) {
        throw new IllegalArgumentException("no field of a definition: " + path);
      }
    }
  }

  /** What makes one definition of the other, field by field; their names do not count. */
  public static List<Field> between(ObjectNode now, ObjectNode before) {
    List<Field> fields = new ArrayList<>();
    compare("", now, before, fields);
    return fields;
  }

  private static void compare(String at, JsonNode now, JsonNode before, List<Field> fields) {
    if (now.equals(before) || NAMES.contains(at)) {
      return;
    }
    if (now instanceof ObjectNode mine && before instanceof ObjectNode other) {
      Set<String> names = new LinkedHashSet<>();
      mine.fieldNames().forEachRemaining(names::add);
      other.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name -> compare(at + "/" + escaped(name), field(mine, name), field(other, name), fields));
    } else if (now instanceof ArrayNode mine
        && before instanceof ArrayNode other
        && mine.size() == other.size()) {
      for (int i = 0; i < mine.size(); i++) {
        compare(at + "/" + i, mine.get(i), other.get(i), fields);
      }
    } else {
      fields.add(new Field(at, text(now), text(before)));
    }
  }

  private static JsonNode field(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    return value == null ? MissingNode.getInstance() : value;
  }

  private static Optional<String> text(JsonNode value) {
    return value.isMissingNode() ? Optional.empty() : Optional.of(Json.text(value));
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
