package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import org.jspecify.annotations.Nullable;

/**
 * CustomResourceDefinition v1beta1 to v1: schema, subresources and columns belong to each version.
 *
 * <p>Before: {@code spec: {version: v1, validation: {openAPIV3Schema: S}, additionalPrinterColumns:
 * [{JSONPath: .a}]}}. After: {@code spec: {versions: [{name: v1, served: true, storage: true,
 * schema: {openAPIV3Schema: S}, additionalPrinterColumns: [{jsonPath: .a}]}]}}.
 */
final class DefinitionVersions {

  private DefinitionVersions() {}

  static void toV1(ObjectNode tree) {
    Draft.object(tree, "spec").ifPresent(DefinitionVersions::spec);
  }

  private static void spec(ObjectNode spec) {
    if (!spec.path("versions").isArray() || spec.path("versions").isEmpty()) {
      ObjectNode only = Json.object();
      only.put("name", spec.path("version").asText());
      only.put("served", true);
      only.put("storage", true);
      spec.putArray("versions").add(only);
    }
    spec.remove("version");
    boolean preserve = spec.path("preserveUnknownFields").asBoolean(true);
    spec.remove("preserveUnknownFields");
    JsonNode schema = spec.remove("validation");
    JsonNode subresources = spec.remove("subresources");
    JsonNode columns = spec.remove("additionalPrinterColumns");
    boolean described = schema != null;
    for (ObjectNode version : Draft.objects(spec, "versions")) {
      described |= version.has("schema");
      if (!version.has("schema")) {
        version.set("schema", schema == null ? anything() : schema.deepCopy());
      }
      setIfAbsent(version, "subresources", subresources);
      setIfAbsent(version, "additionalPrinterColumns", columns);
      for (ObjectNode column : Draft.objects(version, "additionalPrinterColumns")) {
        JsonNode path = column.remove("JSONPath");
        if (path != null) {
          column.set("jsonPath", path);
        }
      }
    }
    if (preserve && described) {
      // What was not said was true; the repair of the schemas follows.
      spec.put("preserveUnknownFields", true);
    }
    Draft.object(spec, "conversion").ifPresent(DefinitionVersions::conversion);
  }

  private static void conversion(ObjectNode conversion) {
    JsonNode config = conversion.remove("webhookClientConfig");
    JsonNode reviews = conversion.remove("conversionReviewVersions");
    if (config != null) {
      ObjectNode webhook = conversion.putObject("webhook");
      webhook.set("clientConfig", config);
      webhook.set(
          "conversionReviewVersions", reviews == null ? Json.array().add("v1beta1") : reviews);
    }
  }

  private static ObjectNode anything() {
    ObjectNode schema = Json.object();
    schema
        .putObject("openAPIV3Schema")
        .put("type", "object")
        .put("x-kubernetes-preserve-unknown-fields", true);
    return schema;
  }

  private static void setIfAbsent(ObjectNode version, String field, @Nullable JsonNode value) {
    if (value != null && !version.has(field)) {
      version.set(field, value.deepCopy());
    }
  }
}
