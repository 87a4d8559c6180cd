package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What keeps an object that is being deleted, in words.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus">conditions
 * of a namespace</a>
 */
final class DeletionBlockers {

  private DeletionBlockers() {}

  static String words(Manifest live) {
    JsonNode finalizers = live.at("metadata", "finalizers");
    if (!live.ref().groupKind().equals("Namespace")) {
      return "is being deleted, held by finalizers " + finalizers;
    }
    List<String> told = new ArrayList<>();
    for (JsonNode condition : live.at("status", "conditions")) {
      if (condition.path("type").asText().startsWith("Namespace")
          && condition.path("status").asText().equals("True")) {
        told.add(condition.path("message").asText());
      }
    }
    return "is being deleted, held by what is in it"
        + (told.isEmpty() ? "" : ": " + String.join("; ", told))
        + (finalizers.isEmpty() ? "" : ", and by finalizers " + finalizers);
  }
}
