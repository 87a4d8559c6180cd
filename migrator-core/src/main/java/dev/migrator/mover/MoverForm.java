package dev.migrator.mover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@code mover.yaml} says.
 *
 * @param together whether both Jobs of a pass run at once
 * @param parameters by their names
 * @param reading how logs are read
 * @param leaves what stays somewhere when all of its objects are gone, in words with blanks; empty
 *     where nothing does
 */
record MoverForm(
    boolean together, SortedMap<String, Parameter> parameters, LogReading reading, String leaves) {

  static final String FILE = "mover.yaml";

  private static final Set<String> FIELDS =
      Set.of("about", "together", "parameters", "reads", "leaves");
  private static final Set<String> OF_PARAMETERS =
      Set.of("about", "required", "default", "pattern");
  private static final Pattern ANYTHING = Pattern.compile("\\P{Cntrl}*");

  /** Reads the file. Errors: {@link Blunder}. */
  static MoverForm of(String text) {
    ObjectNode tree = document(text);
    known(tree, FIELDS, "");
    SortedMap<String, Parameter> parameters = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : object(tree, "parameters", "").properties()) {
      parameters.put(entry.getKey(), parameter(entry.getKey(), entry.getValue()));
    }
    if (!tree.path("together").isBoolean()) {
      throw new Blunder(FILE, "together", "is not true or false");
    }
    return new MoverForm(
        tree.path("together").booleanValue(),
        parameters,
        reading(tree),
        text(tree, "leaves", "").orElse(""));
  }

  private static ObjectNode document(String text) {
    try {
      if (Yaml.parse(text).orElse(null) instanceof ObjectNode object) {
        return object;
      }
    } catch (IllegalArgumentException e) {
      throw new Blunder(FILE, "", String.valueOf(e.getMessage()));
    }
    throw new Blunder(FILE, "", "is not a mapping");
  }

  private static Parameter parameter(String name, JsonNode tree) {
    String path = "parameters." + name;
    if (!name.matches("[a-z][A-Za-z0-9]*")) {
      throw new Blunder(FILE, path, "a parameter's name has letters and digits only");
    }
    if (!(tree instanceof ObjectNode fields)) {
      throw new Blunder(FILE, path, "is not a mapping");
    }
    known(fields, OF_PARAMETERS, path + ".");
    JsonNode required = fields.path("required");
    if (!required.isMissingNode() && !required.isBoolean()) {
      throw new Blunder(FILE, path + ".required", "is not true or false");
    }
    String about = text(fields, "about", path + ".").orElse("");
    if (about.isBlank()) {
      throw new Blunder(FILE, path + ".about", "is missing");
    }
    return new Parameter(
        name,
        about,
        required.booleanValue(),
        text(fields, "default", path + ".").orElse(""),
        pattern(fields, "pattern", path + ".", Set.of()).orElse(ANYTHING));
  }

  private static LogReading reading(ObjectNode tree) {
    ObjectNode reads = object(tree, "reads", "");
    known(reads, Set.of("progress", "failure", "result"), "reads.");
    LogReading usual = LogReading.USUAL;
    return new LogReading(
        pattern(reads, "progress", "reads.", Set.of("bytes", "total")).orElse(usual.progress()),
        pattern(reads, "failure", "reads.", Set.of("words")).orElse(usual.failure()),
        pattern(reads, "result", "reads.", Set.of("files", "bytes", "skipped", "digest"))
            .orElse(usual.result()));
  }

  private static Optional<Pattern> pattern(
      ObjectNode tree, String field, String path, Set<String> groups) {
    Optional<String> text = text(tree, field, path);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Pattern pattern = Pattern.compile(text.get());
      if (!pattern.namedGroups().keySet().containsAll(groups)) {
        List<String> lacking = new ArrayList<>(groups);
        lacking.removeAll(pattern.namedGroups().keySet());
        lacking.sort(null);
        throw new Blunder(
            FILE, path + field, "has no group of the name " + String.join(", ", lacking));
      }
      return Optional.of(pattern);
    } catch (PatternSyntaxException e) {
      throw new Blunder(FILE, path + field, "is not a pattern: " + e.getDescription());
    }
  }

  private static Optional<String> text(ObjectNode tree, String field, String path) {
    JsonNode value = tree.path(field);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new Blunder(FILE, path + field, "is not a text; put it in quotes");
    }
    return Optional.of(value.textValue());
  }

  private static ObjectNode object(ObjectNode tree, String field, String path) {
    JsonNode value = tree.path(field);
    if (value.isMissingNode()) {
      return tree.objectNode();
    }
    if (!(value instanceof ObjectNode object)) {
      throw new Blunder(FILE, path + field, "is not a mapping");
    }
    return object;
  }

  private static void known(ObjectNode tree, Set<String> fields, String path) {
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!fields.contains(entry.getKey())) {
        throw new Blunder(
            FILE,
            path + entry.getKey(),
            "is not known; there are " + String.join(", ", fields.stream().sorted().toList()));
      }
    }
  }
}
