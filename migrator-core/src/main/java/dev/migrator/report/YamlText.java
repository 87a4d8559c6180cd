package dev.migrator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.Printable;
import dev.migrator.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An object as people read it: block YAML, one field a line, in its own order.
 *
 * <p>Shape: numbers as they were written; texts that could be taken for something else in quotes;
 * nothing that a terminal could take for more than a character.
 */
final class YamlText {

  // Compiled once: a report asks of every field of every object.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
  private static final Pattern WORD = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n|~");

  private final List<String> lines = new ArrayList<>();

  private YamlText() {}

  static List<String> lines(ObjectNode tree) {
    YamlText text = new YamlText();
    text.fields(tree, "");
    return List.copyOf(text.lines);
  }

  private void fields(ObjectNode object, String indent) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      value(indent + scalar(field.getKey()) + ":", field.getValue(), indent + "  ");
    }
  }

  private void value(String lead, JsonNode value, String indent) {
    if (value instanceof ObjectNode object && !object.isEmpty()) {
      lines.add(lead);
      fields(object, indent);
    } else if (value instanceof ArrayNode list && !list.isEmpty()) {
      lines.add(lead);
      list.forEach(item -> item(item, indent));
    } else {
      lines.add(lead + " " + (value.isTextual() ? scalar(value.textValue()) : Json.text(value)));
    }
  }

  /** The first field of an item stands behind its dash. */
  private void item(JsonNode item, String indent) {
    int first = lines.size();
    if (item instanceof ObjectNode object && !object.isEmpty()) {
      fields(object, indent + "  ");
      lines.set(first, indent + "- " + lines.get(first).substring(indent.length() + 2));
    } else {
      value(indent + "-", item, indent + "  ");
    }
  }

  private static String scalar(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORD.matcher(text).matches();
    return Printable.of(plain ? text : Json.text(Json.object().textNode(text)));
  }
}
