package dev.migrator.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a tree as compact UTF-8, byte for byte as {@link Json#bytes(JsonNode, boolean)} does, for
 * trees whose texts have no characters outside of the basic plane. Every object is written several
 * times on its way; a generator for all cases takes twice as long for that.
 */
final class JsonWriter {

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final boolean sorted;
  private byte[] out = new byte[1024];
  private int size;

  JsonWriter(boolean sorted) {
    this.sorted = sorted;
  }

  /** Empty for a tree with a character that is not written here. */
  Optional<byte[]> bytes(JsonNode node) {
    return write(node) ? Optional.of(Arrays.copyOf(out, size)) : Optional.empty();
  }

  private boolean write(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> sorted ? sorted(object) : inOrder(object);
      case ArrayNode array -> array(array);
      case ExactNumber number -> ascii(number.text());
      default -> scalar(node);
    };
  }

  private boolean inOrder(ObjectNode object) {
    put('{');
    boolean first = true;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!field(field, first)) {
        return false;
      }
      first = false;
    }
    put('}');
    return true;
  }

  private boolean sorted(ObjectNode object) {
    if (object.size() < 2) {
      return inOrder(object);
    }
    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
    Map.Entry<String, JsonNode>[] fields = object.properties().toArray(new Map.Entry[0]);
    Arrays.sort(fields, Map.Entry.comparingByKey());
    put('{');
    for (int i = 0; i < fields.length; i++) {
      if (!field(fields[i], i == 0)) {
        return false;
      }
    }
    put('}');
    return true;
  }

  private boolean field(Map.Entry<String, JsonNode> field, boolean first) {
    if (!first) {
      put(',');
    }
    if (!text(field.getKey())) {
      return false;
    }
    put(':');
    return write(field.getValue());
  }

  private boolean array(ArrayNode array) {
    put('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        put(',');
      }
      if (!write(array.get(i))) {
        return false;
      }
    }
    put(']');
    return true;
  }

  private boolean scalar(JsonNode node) {
    if (node.isTextual()) {
      return text(node.textValue());
    }
    if (node.isBoolean()) {
      return ascii(node.booleanValue() ? "true" : "false");
    }
    if (node.isNull()) {
      return ascii("null");
    }
    return (node.isInt() || node.isLong()) && ascii(Long.toString(node.longValue()));
  }

  private boolean text(String text) {
    int length = text.length();
    // No character takes more than six bytes.
    room(length * 6 + 2);
    out[size++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x80) {
        if (c == '"' || c == '\\') {
          out[size++] = '\\';
        }
        out[size++] = (byte) c;
      } else if (c < 0x20) {
        control(c);
      } else if (c < 0x800) {
        out[size++] = (byte) (0xc0 | (c >> 6));
        out[size++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isSurrogate(c)) {
        return false;
      } else {
        out[size++] = (byte) (0xe0 | (c >> 12));
        out[size++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        out[size++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    out[size++] = '"';
    return true;
  }

  private void control(char c) {
    out[size++] = '\\';
    switch (c) {
      case '\b' -> out[size++] = 'b';
      case '\t' -> out[size++] = 't';
      case '\n' -> out[size++] = 'n';
      case '\f' -> out[size++] = 'f';
      case '\r' -> out[size++] = 'r';
      default -> {
        out[size++] = 'u';
        out[size++] = '0';
        out[size++] = '0';
        out[size++] = HEX[c >> 4];
        out[size++] = HEX[c & 0xf];
      }
    }
  }

  @SuppressWarnings("deprecation") // All that is written so is ASCII.
  private boolean ascii(String text) {
    room(text.length());
    text.getBytes(0, text.length(), out, size);
    size += text.length();
    return true;
  }

  private void put(char c) {
    room(1);
    out[size++] = (byte) c;
  }

  private void room(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, Math.addExact(size, more)));
    }
  }
}
