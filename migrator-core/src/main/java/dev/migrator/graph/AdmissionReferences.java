package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;

/**
 * What admission configuration needs: a webhook before its backend blocks everything that it
 * matches.
 */
final class AdmissionReferences {

  private AdmissionReferences() {}

  static void webhooks(References.Collector found, Manifest configuration) {
    for (JsonNode webhook : configuration.at("webhooks")) {
      service(
          found,
          webhook.path("clientConfig").path("service"),
          "webhooks[].clientConfig.service",
          Strength.HARD);
    }
  }

  static void service(
      References.Collector found, JsonNode service, String field, Strength strength) {
    String namespace = service.path("namespace").asText("");
    String name = service.path("name").asText("");
    if (!namespace.isEmpty() && !name.isEmpty()) {
      found.add(
          new Reference.ToObject(
              ObjectRef.core("Service", namespace, name), strength, Condition.CURRENT, field));
    }
  }

  static void policy(References.Collector found, Manifest policy) {
    kind(found, policy.at("spec", "paramKind"));
  }

  static void policyBinding(References.Collector found, Manifest binding) {
    found.cluster(
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy",
        binding.at("spec", "policyName"),
        "spec.policyName");
  }

  private static void kind(References.Collector found, JsonNode paramKind) {
    String apiVersion = paramKind.path("apiVersion").asText("");
    int slash = apiVersion.indexOf('/');
    if (slash > 0) {
      found.add(
          new Reference.ToDefinition(
              paramKind.path("kind").asText() + "." + apiVersion.substring(0, slash),
              "spec.paramKind"));
    }
  }
}
