package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.Mappings;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Objects as people write them, and what becomes of them. */
final class Samples {

  static final Mappings NO_MAPPINGS = new Mappings(Map.of(), Map.of(), Map.of(), Map.of());

  private Samples() {}

  /** An object in YAML; {@code metadata.name} is {@code a} where none is given. */
  static Manifest object(String yaml) {
    ObjectNode tree = (ObjectNode) Yaml.parse(yaml).orElseThrow();
    ObjectNode metadata = tree.withObjectProperty("metadata");
    if (!metadata.has("name")) {
      metadata.put("name", "a");
    }
    return Manifest.of(tree);
  }

  static Sanitized sanitize(String yaml) {
    return sanitize(yaml, NO_MAPPINGS);
  }

  static Sanitized sanitize(String yaml, Mappings mappings, String... modifiers) {
    List<Migration.Modifier> parsed =
        Arrays.stream(modifiers)
            .map(m -> new Migration.Modifier(Json.text(Yaml.parse(m).orElseThrow())))
            .toList();
    return new Sanitizer(new SanitizeContext(mappings, parsed)).sanitize(object(yaml));
  }

  /** What is sent, as text: fields in their order, numbers as they were written. */
  static String sent(String yaml) {
    return Json.text(sanitize(yaml).body().tree());
  }

  static String text(String yaml) {
    return Json.text(object(yaml).tree());
  }
}
