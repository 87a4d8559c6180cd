package dev.migrator.it.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One place in which two objects differ.
 *
 * @param path a JSON pointer; elements of a list are named by their {@code name} where they have
 *     one
 * @param expected missing when only the other has it
 * @param actual missing when it is lost
 */
public record Difference(String path, JsonNode expected, JsonNode actual) {

  /** How a difference came to be. */
  public enum Way {
    ADDED,
    REMOVED,
    CHANGED
  }

  public Way way() {
    return expected.isMissingNode()
        ? Way.ADDED
        : actual.isMissingNode() ? Way.REMOVED : Way.CHANGED;
  }

  /** Every difference, down to single values. */
  public static List<Difference> between(JsonNode expected, JsonNode actual) {
    List<Difference> found = new ArrayList<>();
    compare("", expected, actual, found);
    return found;
  }

  private static void compare(
      String path, JsonNode expected, JsonNode actual, List<Difference> found) {
    if (isMapOrMissing(expected, actual)) {
      Set<String> fields = new LinkedHashSet<>();
      expected.fieldNames().forEachRemaining(fields::add);
      actual.fieldNames().forEachRemaining(fields::add);
      for (String field : fields) {
        String at = path + "/" + field.replace("~", "~0").replace("/", "~1");
        compare(at, expected.path(field), actual.path(field), found);
      }
    } else if (isListOrMissing(expected, actual)) {
      Map<String, JsonNode> here = elements(expected);
      Map<String, JsonNode> there = elements(actual);
      Set<String> all = new LinkedHashSet<>(here.keySet());
      all.addAll(there.keySet());
      for (String element : all) {
        compare(
            path + "/" + element,
            here.getOrDefault(element, MissingNode.getInstance()),
            there.getOrDefault(element, MissingNode.getInstance()),
            found);
      }
    } else if (!same(expected, actual)) {
      found.add(new Difference(path, expected, actual));
    }
  }

  /** Both maps, or one of them and the other missing; an empty map is not the same as none. */
  private static boolean isMapOrMissing(JsonNode a, JsonNode b) {
    return (a.isObject() && b.isObject())
        || (a.isObject() && !a.isEmpty() && b.isMissingNode())
        || (b.isObject() && !b.isEmpty() && a.isMissingNode());
  }

  private static boolean isListOrMissing(JsonNode a, JsonNode b) {
    return (a.isArray() && b.isArray())
        || (a.isArray() && !a.isEmpty() && b.isMissingNode())
        || (b.isArray() && !b.isEmpty() && a.isMissingNode());
  }

  /** By name where every element has one of its own, else by position. */
  private static Map<String, JsonNode> elements(JsonNode list) {
    Map<String, JsonNode> named = new LinkedHashMap<>();
    Map<String, JsonNode> placed = new LinkedHashMap<>();
    for (JsonNode element : list) {
      placed.put(Integer.toString(placed.size()), element);
      if (element.path("name").isTextual()) {
        named.put(element.path("name").asText(), element);
      }
    }
    return named.size() == placed.size() ? named : placed;
  }

  private static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    return a.equals(b);
  }

  @Override
  public String toString() {
    return path + ": " + shown(expected) + " -> " + shown(actual);
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() > 120 ? text.substring(0, 120) + "..." : text;
  }
}
