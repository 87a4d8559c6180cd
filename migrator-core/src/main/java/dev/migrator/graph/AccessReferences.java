package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;

/** What accounts and bindings need. */
final class AccessReferences {

  private AccessReferences() {}

  static void serviceAccount(References.Collector found, Manifest account) {
    for (JsonNode secret : account.at("secrets")) {
      found.soft("", "Secret", secret.path("name"), "secrets[].name");
    }
    for (JsonNode secret : account.at("imagePullSecrets")) {
      found.soft("", "Secret", secret.path("name"), "imagePullSecrets[].name");
    }
  }

  static void binding(References.Collector found, Manifest binding) {
    JsonNode role = binding.at("roleRef");
    String kind = role.path("kind").asText("");
    found.add(
        "rbac.authorization.k8s.io",
        kind,
        kind.equals("Role") ? found.namespace() : "",
        role.path("name").asText(""),
        Strength.HARD,
        "roleRef");
    for (JsonNode subject : binding.at("subjects")) {
      if (subject.path("kind").asText().equals("ServiceAccount")) {
        found.add(
            "",
            "ServiceAccount",
            subject.path("namespace").asText(found.namespace()),
            subject.path("name").asText(""),
            Strength.SOFT,
            "subjects[]");
      }
    }
  }
}
