package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.util.Map;
import java.util.Optional;

/**
 * Custom resources against the schema of their definition: required and unknown fields, types and
 * defaults.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/">CustomResourceDefinitions</a>
 */
final class CustomResources {

  private CustomResources() {}

  /** A schema belongs to a version: the one of the request counts, not the stored one. */
  static void complete(Storage storage, Key key, ObjectNode tree, String apiVersion) {
    if (!key.group().contains(".") || key.group().endsWith(".k8s.io")) {
      return;
    }
    for (Manifest definition : storage.all("CustomResourceDefinition.apiextensions.k8s.io")) {
      if (!definition.at("spec", "group").asText().equals(key.group())
          || !definition.at("spec", "names", "kind").asText().equals(key.kind())) {
        continue;
      }
      for (JsonNode version : definition.at("spec", "versions")) {
        if (apiVersion.equals(key.group() + "/" + version.path("name").asText())) {
          JsonNode schema = version.path("schema").path("openAPIV3Schema");
          for (Map.Entry<String, JsonNode> part : schema.path("properties").properties()) {
            if (part.getKey().equals("metadata")) {
              continue;
            }
            fill(tree, part.getKey(), part.getValue());
            if (tree.has(part.getKey())) {
              walk(key, tree.path(part.getKey()), part.getValue(), part.getKey());
            }
          }
          required(key, tree, schema, "");
        }
      }
    }
  }

  private static void walk(Key key, JsonNode value, JsonNode schema, String path) {
    wrongType(value, schema.path("type").asText(), schema)
        .ifPresent(
            why -> {
              throw Answers.invalid(key, path, "Invalid value: " + why);
            });
    if (value.isArray()) {
      for (JsonNode item : value) {
        walk(key, item, schema.path("items"), path + "[]");
      }
    }
    if (!(value instanceof ObjectNode object)) {
      return;
    }
    JsonNode properties = schema.path("properties");
    properties.properties().forEach(field -> fill(object, field.getKey(), field.getValue()));
    required(key, object, schema, path);
    boolean open =
        schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
            || schema.has("additionalProperties")
            || !schema.has("properties");
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String below = path + "." + field.getKey();
      if (properties.has(field.getKey())) {
        walk(key, field.getValue(), properties.path(field.getKey()), below);
      } else if (!open) {
        throw Answers.invalid(key, below, "strict decoding error: unknown field \"" + below + "\"");
      }
    }
  }

  private static void fill(ObjectNode object, String field, JsonNode schema) {
    if (!object.has(field) && schema.has("default")) {
      object.set(field, schema.path("default").deepCopy());
    }
  }

  private static void required(Key key, ObjectNode object, JsonNode schema, String path) {
    for (JsonNode name : schema.path("required")) {
      if (!object.has(name.asText())) {
        throw Answers.invalid(key, path + "." + name.asText(), "Required value");
      }
    }
  }

  private static Optional<String> wrongType(JsonNode value, String type, JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return value.isTextual() || value.isIntegralNumber()
          ? Optional.empty()
          : Optional.of("must be integer or string");
    }
    boolean fits =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "boolean" -> value.isBoolean();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          default -> true;
        };
    return fits ? Optional.empty() : Optional.of("must be of type " + type);
  }
}
