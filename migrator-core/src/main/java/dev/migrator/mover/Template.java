package dev.migrator.mover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.migrator.model.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tree with blanks: {@code ${name}} in any text, and {@code $when: name} or {@code $unless: name}
 * in a mapping that is left out where the name stands for nothing, or for something.
 *
 * <p>Blanks are filled in the tree and not in its text, so a value cannot become anything else than
 * a text.
 */
final class Template {

  private static final String WHEN = "$when";
  private static final String UNLESS = "$unless";
  private static final Pattern BLANK = Pattern.compile("\\$\\{([^}]*)}");

  private Template() {}

  /** Errors: {@link Blunder} for a blank that nothing fills. */
  static void check(String file, String path, JsonNode tree, Set<String> names) {
    switch (tree) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
          String field = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
          if (entry.getKey().equals(WHEN) || entry.getKey().equals(UNLESS)) {
            known(file, field, entry.getValue().asText(), names);
          } else {
            check(file, field, entry.getValue(), names);
          }
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          check(file, path + "[" + i + "]", array.get(i), names);
        }
      }
      case TextNode text -> {
        Matcher blank = BLANK.matcher(text.textValue());
        while (blank.find()) {
          known(file, path, blank.group(1), names);
        }
      }
      default -> {
        // Numbers and truth values have no blanks.
      }
    }
  }

  private static void known(String file, String path, String name, Set<String> names) {
    if (!names.contains(name)) {
      throw new Blunder(
          file,
          path,
          "`%s` stands for nothing here; there are %s".formatted(name, String.join(", ", names)));
    }
  }

  /** A copy with all blanks filled. The names were checked. */
  static ObjectNode fill(ObjectNode tree, Map<String, String> values) {
    ObjectNode filled = Json.object();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!entry.getKey().equals(WHEN) && !entry.getKey().equals(UNLESS)) {
        filledOrLeftOut(entry.getValue(), values)
            .ifPresent(value -> filled.set(entry.getKey(), value));
      }
    }
    return filled;
  }

  private static Optional<JsonNode> filledOrLeftOut(JsonNode tree, Map<String, String> values) {
    return switch (tree) {
      case ObjectNode object ->
          isLeftOut(object, values) ? Optional.empty() : Optional.of(fill(object, values));
      case ArrayNode array -> {
        ArrayNode filled = Json.array();
        array.forEach(item -> filledOrLeftOut(item, values).ifPresent(filled::add));
        yield Optional.of(filled);
      }
      case TextNode text -> Optional.of(TextNode.valueOf(fill(text.textValue(), values)));
      default -> Optional.of(tree);
    };
  }

  private static boolean isLeftOut(ObjectNode object, Map<String, String> values) {
    JsonNode when = object.path(WHEN);
    JsonNode unless = object.path(UNLESS);
    return (when.isTextual() && isEmpty(when, values))
        || (unless.isTextual() && !isEmpty(unless, values));
  }

  private static boolean isEmpty(JsonNode name, Map<String, String> values) {
    return values.getOrDefault(name.textValue(), "").isEmpty();
  }

  private static String fill(String text, Map<String, String> values) {
    return BLANK
        .matcher(text)
        .replaceAll(blank -> Matcher.quoteReplacement(values.getOrDefault(blank.group(1), "")));
  }
}
