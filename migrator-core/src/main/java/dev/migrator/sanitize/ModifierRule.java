package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import java.util.List;

/**
 * The user's own changes, in Velero's resource-modifier format: conditions, and JSON, merge or
 * strategic merge patches.
 *
 * <p>Shape of one: {@code conditions: {groupResource, resourceNameRegex, namespaces, labelSelector,
 * matches: [{path, value}]}}, {@code patches: [{operation, path, value}]}, {@code mergePatches:
 * [{patchData}]}, {@code strategicPatches: [{patchData}]}.
 *
 * <p>Before, with a JSON patch that replaces {@code /spec/storageClassName} by {@code premium}:
 * {@code spec: {storageClassName: gp2}}. After: {@code spec: {storageClassName: premium}}. As in
 * Velero, the JSON patches of a rule are applied all or, when a {@code test} among them fails,
 * none.
 *
 * <p>Errors: M1002 when a patch does not fit an object that its conditions match, or gives it
 * another name.
 *
 * <p>Source: <a href="https://velero.io/docs/main/restore-resource-modifiers/">Restore Resource
 * Modifiers</a>
 */
final class ModifierRule implements SanitizeRule {

  private final List<JsonNode> modifiers;

  ModifierRule(List<Migration.Modifier> modifiers) {
    this.modifiers = modifiers.stream().map(m -> Json.parse(m.json())).toList();
  }

  @Override
  public void apply(Draft draft) {
    for (JsonNode modifier : modifiers) {
      try {
        if (new ModifierConditions(modifier.path("conditions")).hold(draft)) {
          ObjectRef before = Manifest.of(draft.tree()).ref();
          patch(modifier, draft);
          requireSameName(before, draft.tree());
        }
      } catch (IllegalArgumentException e) {
        throw Problem.of(
                ErrorCode.M1002,
                "a modifier does not fit " + draft.source().ref(),
                String.valueOf(e.getMessage()),
                "change its patch, or its conditions so that they leave this object out")
            .exception();
      }
    }
  }

  private static void patch(JsonNode modifier, Draft draft) {
    ObjectNode patched = draft.tree().deepCopy();
    boolean tested = true;
    for (JsonNode operation : modifier.path("patches")) {
      tested = tested && JsonPatch.apply(patched, operation);
    }
    if (tested) {
      draft.replace(patched);
    }
    for (JsonNode merge : modifier.path("mergePatches")) {
      MergePatch.apply(draft.tree(), MergePatch.parse(merge.path("patchData")), false);
    }
    for (JsonNode merge : modifier.path("strategicPatches")) {
      MergePatch.apply(draft.tree(), MergePatch.parse(merge.path("patchData")), true);
    }
  }

  /** Plans, proofs and comparisons know an object by its name: patches may not change it. */
  private static void requireSameName(ObjectRef before, ObjectNode after) {
    ObjectRef now = Manifest.of(after).ref();
    if (!now.equals(before)) {
      throw new IllegalArgumentException(
          "it makes %s of %s: kinds and names cannot be changed by a modifier, and namespaces only by mappings.namespaces"
              .formatted(now, before));
    }
  }
}
