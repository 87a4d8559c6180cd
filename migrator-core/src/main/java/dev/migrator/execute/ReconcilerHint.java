package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who may put an object back when it is deleted, as far as the object says. */
final class ReconcilerHint {

  private static final Map<String, String> MARKS =
      Map.of(
          "argocd.argoproj.io/tracking-id", "Argo CD",
          "argocd.argoproj.io/instance", "Argo CD",
          "kustomize.toolkit.fluxcd.io/name", "Flux Kustomization",
          "helm.toolkit.fluxcd.io/name", "Flux HelmRelease",
          "meta.helm.sh/release-name", "Helm release");

  private ReconcilerHint() {}

  /** Ready to be put behind a sentence; empty when the object names nobody. */
  static String named(Manifest object) {
    List<String> names = new ArrayList<>();
    MARKS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            mark -> {
              String value =
                  object
                      .annotations()
                      .getOrDefault(mark.getKey(), object.labels().getOrDefault(mark.getKey(), ""));
              if (!value.isEmpty()) {
                names.add(mark.getValue() + " " + value);
              }
            });
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      names.add(owner.path("kind").asText() + " " + owner.path("name").asText());
    }
    for (JsonNode field : object.at("metadata", "managedFields")) {
      if (names.isEmpty() && field.path("operation").asText().equals("Apply")) {
        names.add("field manager " + field.path("manager").asText());
      }
    }
    return names.isEmpty() ? "" : "; it belongs to " + String.join(", ", names);
  }
}
