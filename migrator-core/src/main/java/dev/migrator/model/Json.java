package dev.migrator.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * JSON trees that keep what they read: numbers stay the text that they were ({@code 1.10}, {@code
 * 1e3}, 40-digit integers), empty maps and explicit nulls stay, and the order of fields stays.
 *
 * <p>Errors: {@link IllegalArgumentException} for what is not one JSON value, is nested deeper than
 * 512 levels, or has duplicate keys.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(512)
                  .maxNumberLength(10_000)
                  .maxStringLength(64 * 1024 * 1024)
                  .build())
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          // Keys of labels and data are many, and seldom met again.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  /** Reads one JSON value from UTF-8 bytes. */
  public static JsonNode parse(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IllegalArgumentException("empty input is not JSON");
      }
      JsonNode value = read(parser, first);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more than one JSON value");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + firstLine(e), e);
    }
  }

  public static JsonNode parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads one JSON object. */
  public static ObjectNode parseObject(byte[] utf8) {
    if (parse(utf8) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  public static ObjectNode parseObject(String text) {
    return parseObject(text.getBytes(StandardCharsets.UTF_8));
  }

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** Writes the tree as compact UTF-8 in its own field order. */
  public static byte[] bytes(JsonNode node) {
    return bytes(node, false);
  }

  public static String text(JsonNode node) {
    return new String(bytes(node), StandardCharsets.UTF_8);
  }

  /**
   * Writes the tree with sorted keys: equal definitions give equal bytes. Lists keep their order.
   */
  public static byte[] canonicalBytes(JsonNode node) {
    return bytes(node, true);
  }

  private static byte[] bytes(JsonNode node, boolean sorted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      write(node, generator, sorted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static JsonNode read(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          // Found here, where the fields are kept anyway: the parser would keep them once more.
          if (object.replace(field, read(parser, parser.nextToken())) != null) {
            throw new IllegalArgumentException("not JSON: Duplicate field '" + field + "'");
          }
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken item = parser.nextToken();
            item != JsonToken.END_ARRAY;
            item = parser.nextToken()) {
          array.add(read(parser, item));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> new ExactNumber(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalArgumentException("unexpected token " + token);
    };
  }

  private static JsonNode integer(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private static void write(JsonNode node, JsonGenerator out, boolean sorted) throws IOException {
    switch (node) {
      case ObjectNode object -> {
        out.writeStartObject();
        Collection<Map.Entry<String, JsonNode>> fields = object.properties();
        for (Map.Entry<String, JsonNode> field : sorted ? byName(fields) : fields) {
          out.writeFieldName(field.getKey());
          write(field.getValue(), out, sorted);
        }
        out.writeEndObject();
      }
      case ArrayNode array -> {
        out.writeStartArray();
        for (JsonNode item : array) {
          write(item, out, sorted);
        }
        out.writeEndArray();
      }
      case ExactNumber number -> out.writeNumber(number.text());
      default -> {
        if (node.isTextual()) {
          out.writeString(node.textValue());
        } else if (node.isBoolean()) {
          out.writeBoolean(node.booleanValue());
        } else if (node.isInt() || node.isLong()) {
          out.writeNumber(node.longValue());
        } else if (node.isIntegralNumber()) {
          out.writeNumber(node.bigIntegerValue());
        } else if (node.isNumber()) {
          out.writeNumber(node.decimalValue());
        } else if (node.isNull()) {
          out.writeNull();
        } else {
          throw new IllegalArgumentException("cannot write a " + node.getNodeType());
        }
      }
    }
  }

  private static List<Map.Entry<String, JsonNode>> byName(
      Collection<Map.Entry<String, JsonNode>> fields) {
    List<Map.Entry<String, JsonNode>> sorted = new ArrayList<>(fields);
    sorted.sort(Map.Entry.comparingByKey());
    return sorted;
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
