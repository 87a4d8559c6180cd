package dev.migrator.plan.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;

/**
 * One value on one line that is both JSON and a YAML flow collection: {@code {"a": "b", "c": [1,
 * 2]}}.
 *
 * <p>Shape: fields keep their order; texts are quoted; everything that a terminal or a YAML reader
 * could take for more than a character (control, format and bidi characters, line separators) is
 * escaped. One tree has exactly one form.
 */
final class FlowLine {

  private static final HexFormat HEX = HexFormat.of();

  private FlowLine() {}

  static String write(JsonNode tree) {
    StringBuilder out = new StringBuilder(160);
    value(out, tree);
    return out.toString();
  }

  /**
   * Reads what {@link #write} wrote, and only that.
   *
   * <p>Errors: {@link IllegalArgumentException} for anything else, even where JSON would allow it.
   */
  static JsonNode read(String line) {
    JsonNode tree = Json.parse(line);
    if (!write(tree).equals(line)) {
      throw new IllegalArgumentException("not written the way migrator writes it");
    }
    return tree;
  }

  /** The text with {@code ?} for every character that is not plainly printable. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(isPlain(c) ? c : '?'));
    return out.toString();
  }

  private static void value(StringBuilder out, JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        out.append('{');
        for (Iterator<Map.Entry<String, JsonNode>> i = object.properties().iterator();
            i.hasNext(); ) {
          Map.Entry<String, JsonNode> field = i.next();
          text(out, field.getKey());
          out.append(": ");
          value(out, field.getValue());
          out.append(i.hasNext() ? ", " : "");
        }
        out.append('}');
      }
      case ArrayNode array -> {
        out.append('[');
        for (int i = 0; i < array.size(); i++) {
          out.append(i == 0 ? "" : ", ");
          value(out, array.get(i));
        }
        out.append(']');
      }
      default -> {
        if (node.isTextual()) {
          text(out, node.textValue());
        } else {
          out.append(Json.text(node));
        }
      }
    }
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '"' || c == '\\') {
        out.append('\\').append((char) c);
      } else if (isPlain(c)) {
        out.appendCodePoint(c);
      } else {
        for (char unit : Character.toChars(c)) {
          out.append("\\u").append(HEX.toHexDigits(unit));
        }
      }
    }
    out.append('"');
  }

  private static boolean isPlain(int c) {
    if (c < 0x7f) {
      return c >= 0x20;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
