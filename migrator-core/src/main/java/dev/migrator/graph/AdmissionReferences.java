package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.Optional;

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
          Strength.HARD,
          Condition.CURRENT);
    }
  }

  static void service(
      References.Collector found,
      JsonNode service,
      String field,
      Strength strength,
      Condition condition) {
    String namespace = service.path("namespace").asText("");
    String name = service.path("name").asText("");
    if (!namespace.isEmpty() && !name.isEmpty()) {
      found.add(
          new Reference.ToObject(
              ObjectRef.core("Service", namespace, name), strength, condition, field));
    }
  }

  static void policy(References.Collector found, Manifest policy) {
    parameters(policy)
        .filter(kind -> kind.contains("."))
        .ifPresent(kind -> found.add(new Reference.ToDefinition(kind, "spec.paramKind")));
  }

  static void policyBinding(References.Collector found, Manifest binding) {
    found.cluster(
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy",
        binding.at("spec", "policyName"),
        "spec.policyName");
    JsonNode parameters = binding.at("spec", "paramRef");
    if (parameters.path("name").isTextual()) {
      found.add(
          new Reference.ToParameters(
              ObjectRef.clusterScoped(
                  "admissionregistration.k8s.io",
                  "ValidatingAdmissionPolicy",
                  binding.at("spec", "policyName").asText("-")),
              parameters.path("namespace").asText(""),
              parameters.path("name").asText(),
              "spec.paramRef"));
    }
  }

  /** The {@code Kind.group} of the parameters of a policy. */
  static Optional<String> parameters(Manifest policy) {
    JsonNode paramKind = policy.at("spec", "paramKind");
    String kind = paramKind.path("kind").asText("");
    String apiVersion = paramKind.path("apiVersion").asText("");
    int slash = apiVersion.indexOf('/');
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(slash < 0 ? kind : kind + "." + apiVersion.substring(0, slash));
  }
}
