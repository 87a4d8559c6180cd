package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.migrator.model.Json;
import java.util.ArrayList;
import java.util.List;

/** Sets what is absent, and only that: the one verb of defaulting. */
final class Fill {

  private Fill() {}

  static void text(ObjectNode node, String field, String value) {
    if (!node.has(field)) {
      node.put(field, value);
    }
  }

  static void number(ObjectNode node, String field, int value) {
    if (!node.has(field)) {
      node.put(field, value);
    }
  }

  static void flag(ObjectNode node, String field, boolean value) {
    if (!node.has(field)) {
      node.put(field, value);
    }
  }

  /** The object of that name, made if absent. */
  static ObjectNode object(ObjectNode node, String field) {
    return node.withObjectProperty(field);
  }

  static ArrayNode texts(ObjectNode node, String field, String... values) {
    if (!node.has(field)) {
      ArrayNode array = node.putArray(field);
      for (String value : values) {
        array.add(value);
      }
    }
    return node.withArrayProperty(field);
  }

  /** The objects of a list; none when there is no list. */
  static List<ObjectNode> each(JsonNode list) {
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode item : list) {
      if (item instanceof ObjectNode object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** Takes explicit nulls out, as decoding into a Go struct does. */
  static void dropNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    node.forEach(Fill::dropNulls);
  }

  static JsonNode parse(String json) {
    return Json.parse(json);
  }

  static TextNode textNode(String text) {
    return TextNode.valueOf(text);
  }
}
