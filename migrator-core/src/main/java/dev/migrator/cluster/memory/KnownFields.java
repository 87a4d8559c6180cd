package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Strict field validation for the kinds that matter: unknown fields are refused as the server does
 * with {@code fieldValidation=Strict}. What the table does not describe passes.
 */
final class KnownFields {

  /** Shape name to its fields; a field may name the shape of its value after a colon. */
  private static final Map<String, Map<String, String>> SHAPES = read();

  private KnownFields() {}

  static void check(Key key, ObjectNode tree, ResourceType type) {
    walk(key, tree.path("metadata"), "metadata", "metadata");
    if (SHAPES.containsKey(type.groupKind())) {
      walk(key, tree, type.groupKind(), "");
    }
  }

  private static void walk(Key key, JsonNode node, String shape, String path) {
    Map<String, String> fields = SHAPES.getOrDefault(shape, Map.of());
    if (node.isArray()) {
      for (JsonNode item : node) {
        walk(key, item, shape, path + "[]");
      }
      return;
    }
    if (fields.isEmpty()) {
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String below = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      String next = fields.get(field.getKey());
      if (next == null) {
        throw Answers.invalid(key, below, "strict decoding error: unknown field \"" + below + "\"");
      }
      if (!next.isEmpty()) {
        walk(key, field.getValue(), next, below);
      }
    }
  }

  private static Map<String, Map<String, String>> read() {
    try (InputStream in =
        Objects.requireNonNull(KnownFields.class.getResourceAsStream("known-fields.txt"))) {
      Map<String, Map<String, String>> shapes = new HashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        int equals = line.indexOf('=');
        Set<String> names =
            Arrays.stream(line.substring(equals + 1).trim().split(" +"))
                .collect(Collectors.toSet());
        Map<String, String> fields = new HashMap<>();
        for (String name : names) {
          int colon = name.indexOf(':');
          fields.put(
              colon < 0 ? name : name.substring(0, colon),
              colon < 0 ? "" : name.substring(colon + 1));
        }
        shapes.put(line.substring(0, equals).trim(), fields);
      }
      return Map.copyOf(shapes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
