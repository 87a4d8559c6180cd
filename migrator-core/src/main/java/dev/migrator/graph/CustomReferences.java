package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;

/**
 * What custom resources need: their definition, and the well-known references of the gateway API,
 * cert-manager, external-secrets, KEDA and Knative.
 */
final class CustomReferences {

  private CustomReferences() {}

  static void collect(References.Collector found, Manifest object) {
    String group = object.ref().group();
    if (!group.contains(".")) {
      return;
    }
    found.add(new Reference.ToDefinition(object.ref().groupKind(), "apiVersion"));
    found.add(new Reference.ToDefinition(object.apiVersion(), "apiVersion"));
    switch (group) {
      case "gateway.networking.k8s.io" -> gateway(found, object);
      case "cert-manager.io" -> certificate(found, object);
      case "external-secrets.io" -> externalSecret(found, object);
      case "keda.sh" -> keda(found, object);
      case "serving.knative.dev" -> knative(found, object);
      default -> {}
    }
  }

  private static void gateway(References.Collector found, Manifest object) {
    String group = "gateway.networking.k8s.io";
    found.cluster(
        group,
        "GatewayClass",
        object.at("spec", "gatewayClassName"),
        "spec.gatewayClassName",
        Strength.SOFT);
    for (JsonNode listener : object.at("spec", "listeners")) {
      for (JsonNode certificate : listener.path("tls").path("certificateRefs")) {
        named(found, certificate, "", "Secret", "spec.listeners[].tls.certificateRefs[]");
      }
    }
    for (JsonNode parent : object.at("spec", "parentRefs")) {
      named(found, parent, group, "Gateway", "spec.parentRefs[]");
    }
    for (JsonNode rule : object.at("spec", "rules")) {
      for (JsonNode backend : rule.path("backendRefs")) {
        named(found, backend, "", "Service", "spec.rules[].backendRefs[]");
      }
    }
  }

  private static void certificate(References.Collector found, Manifest object) {
    JsonNode issuer = object.at("spec", "issuerRef");
    String kind = issuer.path("kind").asText("Issuer");
    found.add(
        issuer.path("group").asText("cert-manager.io"),
        kind,
        kind.equals("ClusterIssuer") ? "" : found.namespace(),
        issuer.path("name").asText(""),
        Strength.SOFT,
        "spec.issuerRef");
    // Secrets of a ClusterIssuer live where cert-manager does. One that is not there yet is issued.
    String namespace = found.namespace().isEmpty() ? "cert-manager" : found.namespace();
    if (object.kind().equals("Certificate")) {
      // The issued Secret must be there first, or the certificate is issued again.
      found.weak("", "Secret", namespace, object.at("spec", "secretName"), "spec.secretName");
    }
    found.weak(
        "", "Secret", namespace, object.at("spec", "ca", "secretName"), "spec.ca.secretName");
    found.weak(
        "",
        "Secret",
        namespace,
        object.at("spec", "acme", "privateKeySecretRef", "name"),
        "spec.acme.privateKeySecretRef");
    for (JsonNode solver : object.at("spec", "acme", "solvers")) {
      secrets(found, solver, namespace, "spec.acme.solvers[]", Strength.WEAK);
    }
  }

  /** Every {@code ...SecretRef: {name}} below the node. */
  private static void secrets(
      References.Collector found,
      JsonNode node,
      String namespace,
      String field,
      Strength strength) {
    for (java.util.Map.Entry<String, JsonNode> child : node.properties()) {
      JsonNode value = child.getValue();
      if (child.getKey().toLowerCase(java.util.Locale.ROOT).endsWith("secretref")) {
        found.add(
            "",
            "Secret",
            value.path("namespace").asText(namespace),
            value.path("name").asText(""),
            strength,
            field + "." + child.getKey());
      }
      secrets(found, value, namespace, field + "." + child.getKey(), strength);
    }
    if (node.isArray()) {
      node.forEach(item -> secrets(found, item, namespace, field + "[]", strength));
    }
  }

  private static void externalSecret(References.Collector found, Manifest object) {
    secrets(
        found,
        object.at("spec", "provider"),
        found.namespace(),
        "spec.provider",
        found.namespace().isEmpty() ? Strength.WEAK : Strength.SOFT);
    JsonNode store = object.at("spec", "secretStoreRef");
    String kind = store.path("kind").asText("SecretStore");
    found.add(
        "external-secrets.io",
        kind,
        kind.equals("ClusterSecretStore") ? "" : found.namespace(),
        store.path("name").asText(""),
        Strength.SOFT,
        "spec.secretStoreRef");
  }

  private static void keda(References.Collector found, Manifest object) {
    if (object.has("spec", "scaleTargetRef")) {
      WorkloadReferences.scaleTarget(found, object);
    }
    if (!found.namespace().isEmpty()) {
      for (JsonNode target : object.at("spec", "secretTargetRef")) {
        found.soft("", "Secret", target.path("name"), "spec.secretTargetRef[].name");
      }
    }
    for (JsonNode trigger : object.at("spec", "triggers")) {
      JsonNode auth = trigger.path("authenticationRef");
      String kind = auth.path("kind").asText("TriggerAuthentication");
      found.add(
          "keda.sh",
          kind,
          kind.startsWith("Cluster") ? "" : found.namespace(),
          auth.path("name").asText(""),
          Strength.SOFT,
          "spec.triggers[].authenticationRef");
    }
  }

  /** A Revision is made of one state of its Configuration; older ones are never made again. */
  private static void knative(References.Collector found, Manifest object) {
    for (JsonNode share : object.at("spec", "traffic")) {
      found.soft(
          "serving.knative.dev",
          "Revision",
          share.path("revisionName"),
          "spec.traffic[].revisionName");
    }
  }

  private static void named(
      References.Collector found, JsonNode ref, String group, String kind, String field) {
    found.add(
        ref.path("group").asText(group),
        ref.path("kind").asText(kind),
        ref.path("namespace").asText(found.namespace()),
        ref.path("name").asText(""),
        Strength.SOFT,
        field);
    String namespace = ref.path("namespace").asText(found.namespace());
    if (!namespace.equals(found.namespace())) {
      found.add(
          new Reference.ToKind(
              namespace, "ReferenceGrant.gateway.networking.k8s.io", field + ".namespace"));
    }
  }
}
