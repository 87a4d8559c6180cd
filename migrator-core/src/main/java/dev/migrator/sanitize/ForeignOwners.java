package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * References to owners by uids that the target does not have: its garbage collector would delete
 * the object.
 *
 * <p>Before: {@code metadata.ownerReferences: [{kind: Foo, uid: 1f..}]}. After: none; those whose
 * owner is at the target by then are set again with its uid there. Those in templates are dropped.
 */
final class ForeignOwners implements SanitizeRule {

  /** In the template of a policy a variable may stand in its place. */
  private static final Pattern UID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

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
    draft.tree().properties().stream()
        .filter(field -> !field.getKey().equals("metadata"))
        .forEach(field -> nested(draft, field.getValue()));
  }

  /**
   * In a template the uid is of the source as well, and nobody maps it: what is made from it would
   * be deleted as soon as it is there. At any depth: operators have templates of many kinds.
   */
  private static void nested(Draft draft, JsonNode node) {
    if (node.path("metadata") instanceof ObjectNode metadata
        && metadata.get("ownerReferences") instanceof ArrayNode owners
        && owners.valueStream().anyMatch(o -> UID.matcher(o.path("uid").asText()).matches())) {
      draft.dropped("metadata.ownerReferences of a template: uids of the source");
      metadata.remove("ownerReferences");
    }
    for (JsonNode inner : node) {
      if (inner.isContainerNode()) {
        nested(draft, inner);
      }
    }
  }
}
