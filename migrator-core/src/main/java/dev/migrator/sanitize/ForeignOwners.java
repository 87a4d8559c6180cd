package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * References to owners by uids that the target does not have: its garbage collector would delete
 * the object.
 *
 * <p>Before: {@code metadata.ownerReferences: [{kind: Foo, uid: 1f..}]}. After: none; those whose
 * owner is at the target by then are set again with its uid there.
 */
final class ForeignOwners implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    for (JsonNode owner : draft.metadata().path("ownerReferences")) {
      draft.dropped(
          "metadata.ownerReferences: "
              + owner.path("kind").asText()
              + " "
              + owner.path("name").asText()
              + " (unless that owner travels too)");
    }
    draft.metadata().remove("ownerReferences");
  }
}
