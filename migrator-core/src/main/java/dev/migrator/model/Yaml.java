package dev.migrator.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML that people write into the same trees as {@link Json}: plain data only, no tags that
 * build classes.
 *
 * <p>Numbers keep their text where it is a JSON number; {@code 0644} is octal, as {@code kubectl}
 * reads it. Anchors are copied where an alias names them, within a budget.
 *
 * <p>Errors: {@link IllegalArgumentException}, one line with the place in the text, for what is not
 * YAML, has duplicate keys, keys that are not scalars, an alias inside its own anchor, more than 64
 * levels, more than a million nodes (aliases counted as what they stand for), or more than 16
 * million characters. Hostile text costs no more than that.
 */
public final class Yaml {

  private static final int MAX_CHARACTERS = 16 * 1024 * 1024;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 1_000_000;

  private final Iterator<Event> events;
  private final CoreSchema schema = new CoreSchema();
  private final Map<Anchor, JsonNode> anchors = new HashMap<>();
  private int nodes;

  private Yaml(Iterator<Event> events) {
    this.events = events;
  }

  /** The one document of the text; empty when there is none, or nothing but comments. */
  public static Optional<JsonNode> parse(String text) {
    List<JsonNode> documents = parseAll(text);
    if (documents.size() > 1) {
      throw new IllegalArgumentException("one document is expected, not " + documents.size());
    }
    return documents.stream().findFirst();
  }

  /** Every document of the text that holds something, in its order. */
  public static List<JsonNode> parseAll(String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException("longer than " + MAX_CHARACTERS + " characters: not read");
    }
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel("text").setCodePointLimit(MAX_CHARACTERS).build();
      return new Yaml(new Parse(settings).parseString(text).iterator()).documents();
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("not YAML: " + oneLine(e), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("not YAML: nested too deep", e);
    }
  }

  private List<JsonNode> documents() {
    List<JsonNode> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.DocumentStart) {
        anchors.clear();
        JsonNode document = node(events.next(), 1);
        if (!document.isNull()) {
          documents.add(document);
        }
      }
    }
    return documents;
  }

  private JsonNode node(Event event, int depth) {
    if (depth > MAX_DEPTH) {
      throw at(event, "nested deeper than " + MAX_DEPTH + " levels");
    }
    if (event instanceof AliasEvent alias) {
      JsonNode anchored = anchors.get(alias.getAlias());
      if (anchored == null) {
        throw at(event, "alias " + alias.getAlias() + " names nothing that is complete");
      }
      count(event, sizeOf(anchored));
      return anchored.deepCopy();
    }
    count(event, 1);
    JsonNode value =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent start -> sequence(depth);
          case MappingStartEvent start -> mapping(depth);
          default -> throw at(event, "unexpected " + event.getEventId());
        };
    if (event instanceof NodeEvent node) {
      node.getAnchor().ifPresent(anchor -> anchors.put(anchor, value));
    }
    return value;
  }

  private ArrayNode sequence(int depth) {
    ArrayNode array = Json.array();
    for (Event e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next()) {
      array.add(node(e, depth + 1));
    }
    return array;
  }

  private ObjectNode mapping(int depth) {
    ObjectNode object = Json.object();
    for (Event e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
      if (!(e instanceof ScalarEvent key)) {
        throw at(e, "a key must be a text");
      }
      count(e, 1);
      if (object.has(key.getValue())) {
        throw at(e, "key " + key.getValue() + " stands there twice");
      }
      object.set(key.getValue(), node(events.next(), depth + 1));
    }
    return object;
  }

  private JsonNode scalar(ScalarEvent event) {
    String text = event.getValue();
    Tag tag =
        event
            .getTag()
            .map(Tag::new)
            .orElseGet(
                () -> event.isPlain() ? schema.getScalarResolver().resolve(text, true) : Tag.STR);
    if (tag.equals(Tag.STR)) {
      return Json.object().textNode(text);
    }
    if (tag.equals(Tag.NULL)) {
      return Json.object().nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return Json.object().booleanNode(text.equalsIgnoreCase("true"));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(event, text);
    }
    throw at(event, "tag " + tag.getValue() + " is not known");
  }

  private static JsonNode number(ScalarEvent event, String text) {
    String digits = text.startsWith("+") ? text.substring(1) : text;
    try {
      if (digits.startsWith("0x")) {
        return Json.object().numberNode(new BigInteger(digits.substring(2), 16));
      }
      if (digits.startsWith("0o")) {
        return Json.object().numberNode(new BigInteger(digits.substring(2), 8));
      }
      if (digits.matches("0[0-7]+")) {
        return Json.object().numberNode(new BigInteger(digits, 8));
      }
      return Json.parse(digits);
    } catch (IllegalArgumentException e) {
      throw at(event, "not a number that JSON knows: " + text);
    }
  }

  private void count(Event event, int more) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw at(
          event, "more than " + MAX_NODES + " values (aliases counted as what they stand for)");
    }
  }

  private static int sizeOf(JsonNode node) {
    int size = 1;
    for (JsonNode child : node) {
      size += sizeOf(child);
    }
    return size;
  }

  private static IllegalArgumentException at(Event event, String message) {
    String place =
        event
            .getStartMark()
            .map(m -> "line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1) + ": ")
            .orElse("");
    return new IllegalArgumentException("not YAML that is read here: " + place + message);
  }

  private static String oneLine(YamlEngineException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException marked) {
      String place =
          marked
              .getProblemMark()
              .map(m -> "line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1) + ": ")
              .orElse("");
      message = place + marked.getProblem();
    }
    return message.lines().findFirst().orElse("").strip();
  }
}
