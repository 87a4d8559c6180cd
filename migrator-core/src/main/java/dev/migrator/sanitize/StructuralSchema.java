package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a schema of {@code apiextensions.k8s.io/v1beta1} one that {@code v1} takes, without a value
 * that was stored before being dropped or refused after: what has no type may still be anything,
 * and every object keeps the fields that the schema does not name.
 *
 * <p>Before: {@code {properties: {spec: {properties: {image: {}}}}}}. After: {@code {type: object,
 * x-kubernetes-preserve-unknown-fields: true, properties: {spec:
 * {x-kubernetes-preserve-unknown-fields: true, properties: {image:
 * {x-kubernetes-preserve-unknown-fields: true}}}}}}.
 *
 * <p>Source: apiextensions-apiserver {@code pkg/apiserver/schema/validation.go}
 */
final class StructuralSchema {

  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
  private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

  /** What says nothing about a value; refused inside of a condition. */
  private static final Set<String> PROSE = Set.of("description", "title", "externalDocs");

  /** What may stand outside of a condition only. */
  private static final Set<String> OUTSIDE_ONLY =
      Set.of("type", "default", "nullable", "additionalProperties");

  private static final Set<String> CHECKED_METADATA = Set.of("name", "generateName");

  private final List<String> typed = new ArrayList<>();
  private final List<String> unchecked = new ArrayList<>();

  private StructuralSchema() {}

  /**
   * Repairs the schema in place.
   *
   * @return what was done, a line each, without values; unknown fields are always kept
   */
  static List<String> repair(ObjectNode root) {
    StructuralSchema schema = new StructuralSchema();
    schema.root(root);
    List<String> done = new ArrayList<>();
    done.add("every object keeps the fields that it does not name");
    if (!schema.typed.isEmpty()) {
      done.add("no type was given to " + String.join(", ", schema.typed));
    }
    schema.unchecked.forEach(what -> done.add(what + " is no longer checked"));
    return done;
  }

  private void root(ObjectNode root) {
    root.remove("additionalProperties");
    root.remove("nullable");
    if (!root.path("type").asText().equals("object")) {
      root.put("type", "object");
      typed.add("the root");
    }
    Draft.object(root, "properties").ifPresent(this::head);
    node(root, "");
  }

  /** The fields that every object has: the server knows them, the schema may say little of them. */
  private void head(ObjectNode properties) {
    for (String field : List.of("apiVersion", "kind")) {
      Draft.object(properties, field).ifPresent(schema -> schema.put("type", "string"));
    }
    Draft.object(properties, "metadata").ifPresent(this::metadata);
  }

  private void metadata(ObjectNode metadata) {
    Optional<ObjectNode> named = Draft.object(metadata, "properties");
    boolean more =
        metadata.properties().stream()
            .anyMatch(e -> !Set.of("type", "properties", "description").contains(e.getKey()));
    metadata.removeAll();
    metadata.put("type", "object");
    if (named.isPresent()) {
      int before = named.get().size();
      named.get().retain(CHECKED_METADATA);
      more |= named.get().size() < before;
      Draft.objects(named.get()).forEach(name -> name.put("type", "string"));
      if (!named.get().isEmpty()) {
        metadata.set("properties", named.get());
      }
    }
    if (more) {
      unchecked.add("metadata, but for its name,");
    }
  }

  private void node(ObjectNode node, String path) {
    if (isIntOrString(node)) {
      node.remove(List.of("anyOf", "oneOf"));
      node.put(INT_OR_STRING, true);
    }
    for (String junctor : List.of("allOf", "anyOf", "oneOf", "not")) {
      condition(node, junctor, path);
    }
    type(node, path);
    for (Map.Entry<String, JsonNode> property : node.path("properties").properties()) {
      boolean head =
          path.isEmpty() && Set.of("metadata", "apiVersion", "kind").contains(property.getKey());
      if (!head && property.getValue() instanceof ObjectNode schema) {
        node(schema, path + "." + property.getKey());
      }
    }
    Draft.object(node, "items").ifPresent(items -> node(items, path + "[]"));
    Draft.object(node, "additionalProperties").ifPresent(values -> node(values, path + ".*"));
  }

  private void type(ObjectNode node, String path) {
    String type = node.path("type").asText();
    if (node.path(INT_OR_STRING).asBoolean()) {
      return;
    }
    if (type.isEmpty()) {
      typed.add(path);
    }
    if (type.equals("array") && !node.has("items")) {
      node.putObject("items");
    }
    boolean struct = type.equals("object") && !node.has("additionalProperties");
    if (type.isEmpty() || struct) {
      node.put(PRESERVE, true);
    }
  }

  /** {@code anyOf: [{type: integer}, {type: string}]} and nothing else that limits the value. */
  private static boolean isIntOrString(ObjectNode node) {
    JsonNode branches = node.has("anyOf") ? node.path("anyOf") : node.path("oneOf");
    return !node.has("type")
        && branches.size() == 2
        && Set.of(Json.text(branches.get(0)), Json.text(branches.get(1)))
            .equals(Set.of("{\"type\":\"integer\"}", "{\"type\":\"string\"}"));
  }

  /** A condition that v1 cannot hold goes: it would refuse what it let pass if only a part went. */
  private void condition(ObjectNode node, String junctor, String path) {
    JsonNode found = node.path(junctor);
    List<JsonNode> branches = new ArrayList<>();
    if (found.isArray()) {
      found.forEach(branches::add);
    } else if (found.isObject()) {
      branches.add(found);
    }
    if (!branches.stream().allMatch(branch -> isCondition(branch, node))) {
      node.remove(junctor);
      unchecked.add(junctor + " of " + (path.isEmpty() ? "the root" : path));
      return;
    }
    branches.forEach(branch -> named(branch, node));
  }

  /** Whether a branch limits values only, once its prose and what stands outside too are gone. */
  private static boolean isCondition(JsonNode branch, JsonNode outside) {
    if (!(branch instanceof ObjectNode schema)) {
      return false;
    }
    schema.remove(PROSE);
    if (schema.has("type") && schema.path("type").equals(outside.path("type"))) {
      schema.remove("type");
    }
    boolean limits =
        schema.properties().stream()
            .noneMatch(e -> OUTSIDE_ONLY.contains(e.getKey()) || e.getKey().startsWith("x-"));
    boolean below =
        schema.path("properties").properties().stream()
            .allMatch(
                e ->
                    !e.getKey().equals("metadata")
                        && !outside.has("additionalProperties")
                        && isCondition(e.getValue(), outside.path("properties").path(e.getKey())));
    boolean items =
        !schema.has("items") || isCondition(schema.path("items"), outside.path("items"));
    return limits && below && items && nested(schema, outside);
  }

  private static boolean nested(ObjectNode schema, JsonNode outside) {
    for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
      for (JsonNode branch : schema.path(junctor)) {
        if (!isCondition(branch, outside)) {
          return false;
        }
      }
    }
    return !schema.has("not") || isCondition(schema.path("not"), outside);
  }

  /** What a condition names must be named outside of it too. */
  private static void named(JsonNode branch, ObjectNode outside) {
    for (Map.Entry<String, JsonNode> property : branch.path("properties").properties()) {
      named(
          property.getValue(),
          outside.withObjectProperty("properties").withObjectProperty(property.getKey()));
    }
    if (branch.has("items")) {
      named(branch.path("items"), outside.withObjectProperty("items"));
    }
    for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
      branch.path(junctor).forEach(inner -> named(inner, outside));
    }
    if (branch.has("not")) {
      named(branch.path("not"), outside);
    }
  }
}
