package dev.migrator.sanitize;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Original;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.util.Map;
import java.util.Optional;

/**
 * What goes back gets the name and the fields that it had before it was moved. A field that has
 * changed since the way back was planned is left as it is, and noted.
 *
 * <p>Before, with {@code /spec/schedule now "0 4 * * *" before "0 3 * * *"}: {@code spec:
 * {schedule: "0 4 * * *"}}. After: {@code spec: {schedule: "0 3 * * *"}}.
 *
 * <p>Source: docs/adr/0046
 */
final class OriginalFields implements SanitizeRule {

  private final Map<ObjectRef, Original> originals;

  OriginalFields(Map<ObjectRef, Original> originals) {
    this.originals = originals;
  }

  @Override
  public void apply(Draft draft) {
    Original original = originals.get(draft.source().ref());
    if (original == null) {
      return;
    }
    draft.metadata().put("name", original.home().name());
    if (!original.home().isClusterScoped()) {
      draft.metadata().put("namespace", original.home().namespace());
    }
    for (Original.Field field : original.fields()) {
      if (!setBack(draft.tree(), field)) {
        draft.doesNotFit(field.path());
      }
    }
  }

  private static boolean setBack(ObjectNode tree, Original.Field field) {
    JsonPointer path = JsonPointer.compile(field.path());
    JsonNode live = tree.at(path);
    JsonNode before = value(field.before());
    if (live.equals(before)) {
      return true;
    }
    if (!live.equals(value(field.now()))) {
      return false;
    }
    return switch (tree.at(path.head())) {
      case ObjectNode parent -> {
        put(parent, path.last().getMatchingProperty(), before);
        yield true;
      }
      case ArrayNode list -> replaced(list, path.last().getMatchingIndex(), live, before);
      default -> false;
    };
  }

  /** Elements neither come nor go alone: then the whole list is one field. */
  private static boolean replaced(ArrayNode list, int index, JsonNode live, JsonNode before) {
    if (live.isMissingNode() || before.isMissingNode()) {
      return false;
    }
    JsonNode unused = list.set(index, before);
    return true;
  }

  private static void put(ObjectNode parent, String name, JsonNode before) {
    if (before.isMissingNode()) {
      parent.remove(name);
    } else {
      parent.set(name, before);
    }
  }

  private static JsonNode value(Optional<String> json) {
    return json.<JsonNode>map(Json::parse).orElse(MissingNode.getInstance());
  }
}
