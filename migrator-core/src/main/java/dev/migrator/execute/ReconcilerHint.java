package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.GitOpsOwner;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;

/** Who may put an object back when it is deleted, as far as the object says. */
final class ReconcilerHint {

  private ReconcilerHint() {}

  /** Ready to be put behind a sentence; empty when the object names nobody. */
  static String named(Manifest object) {
    List<String> names = new ArrayList<>();
    GitOpsOwner.of(object).ifPresent(by -> names.add(by.name()));
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
