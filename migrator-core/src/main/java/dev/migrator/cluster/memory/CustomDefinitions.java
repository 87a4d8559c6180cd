package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What the API server refuses of a new CustomResourceDefinition at {@code v1}, while one that is
 * stored since older versions stays: unknown fields kept by the definition and not by its schemas,
 * schemas that are not structural, and groups of Kubernetes without an approval.
 *
 * <p>Source: apiextensions-apiserver {@code pkg/apis/apiextensions/validation/validation.go},
 * {@code pkg/apiserver/schema/validation.go}
 */
final class CustomDefinitions {

  private static final String APPROVED = "api-approved.kubernetes.io";

  private CustomDefinitions() {}

  static void check(Key key, ObjectNode tree) {
    if (!key.type().equals("CustomResourceDefinition.apiextensions.k8s.io")) {
      return;
    }
    JsonNode spec = tree.path("spec");
    if (spec.path("preserveUnknownFields").asBoolean()) {
      throw Answers.invalid(
          key,
          "spec.preserveUnknownFields",
          "Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to"
              + " true in spec.versions[*].schema instead");
    }
    String group = spec.path("group").asText();
    boolean isProtected = group.endsWith(".k8s.io") || group.endsWith(".kubernetes.io");
    if (isProtected
        && tree.path("metadata").path("annotations").path(APPROVED).asText().isEmpty()) {
      throw Answers.invalid(
          key,
          "metadata.annotations[" + APPROVED + "]",
          "Required value: protected groups must have approval annotation \"" + APPROVED + "\"");
    }
    for (JsonNode version : spec.path("versions")) {
      JsonNode schema = version.path("schema").path("openAPIV3Schema");
      if (!schema.path("type").asText().equals("object")) {
        throw Answers.invalid(
            key, "spec.versions[0].schema.openAPIV3Schema.type", "Required value");
      }
      below(key, schema, "spec.versions[0].schema.openAPIV3Schema");
    }
  }

  private static void typed(Key key, JsonNode schema, String path) {
    if (schema.path("type").asText().isEmpty()
        && !schema.path("x-kubernetes-int-or-string").asBoolean()
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      throw Answers.invalid(
          key, path + ".type", "Required value: must not be empty for specified object fields");
    }
    below(key, schema, path);
  }

  private static void below(Key key, JsonNode schema, String path) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      typed(key, property.getValue(), path + ".properties[" + property.getKey() + "]");
    }
    for (String field : new String[] {"items", "additionalProperties"}) {
      if (schema.path(field).isObject()) {
        typed(key, schema.path(field), path + "." + field);
      }
    }
  }
}
