package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;

/** What an Ingress needs: its class, its backends, its certificates. */
final class NetworkReferences {

  private NetworkReferences() {}

  static void ingress(References.Collector found, Manifest ingress) {
    found.cluster(
        "networking.k8s.io",
        "IngressClass",
        ingress.at("spec", "ingressClassName"),
        "spec.ingressClassName",
        Strength.SOFT);
    backend(found, ingress.at("spec", "defaultBackend"), "spec.defaultBackend");
    backend(found, ingress.at("spec", "backend"), "spec.backend");
    for (JsonNode rule : ingress.at("spec", "rules")) {
      for (JsonNode path : rule.path("http").path("paths")) {
        backend(found, path.path("backend"), "spec.rules[].http.paths[].backend");
      }
    }
    for (JsonNode tls : ingress.at("spec", "tls")) {
      found.soft("", "Secret", tls.path("secretName"), "spec.tls[].secretName");
    }
  }

  private static void backend(References.Collector found, JsonNode backend, String field) {
    found.soft("", "Service", backend.path("service").path("name"), field + ".service.name");
    found.soft("", "Service", backend.path("serviceName"), field + ".serviceName");
    JsonNode resource = backend.path("resource");
    found.soft(
        resource.path("apiGroup").asText(""),
        resource.path("kind").asText(""),
        resource.path("name"),
        field + ".resource");
  }
}
