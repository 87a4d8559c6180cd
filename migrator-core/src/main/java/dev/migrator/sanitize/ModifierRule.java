package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The user's own changes, in Velero's resource-modifier format: conditions, and JSON, merge or
 * strategic merge patches.
 *
 * <p>Shape of one: {@code conditions: {groupResource, resourceNameRegex, namespaces, labelSelector,
 * matches: [{path, value}]}}, {@code patches: [{operation, path, value}]}, {@code mergePatches:
 * [{patchData}]}, {@code strategicPatches: [{patchData}]}.
 *
 * <p>Errors: M1002 when a patch does not fit an object that its conditions match.
 */
final class ModifierRule implements SanitizeRule {

  private final List<JsonNode> modifiers;

  ModifierRule(List<Migration.Modifier> modifiers) {
    this.modifiers = modifiers.stream().map(m -> Json.parse(m.json())).toList();
  }

  @Override
  public void apply(Draft draft) {
    for (JsonNode modifier : modifiers) {
      if (matches(modifier.path("conditions"), draft)) {
        patch(modifier, draft);
      }
    }
  }

  private static void patch(JsonNode modifier, Draft draft) {
    ObjectNode tree = draft.tree();
    try {
      modifier.path("patches").forEach(p -> JsonPatch.apply(tree, p));
      modifier
          .path("mergePatches")
          .forEach(p -> MergePatch.apply(tree, MergePatch.parse(p.path("patchData")), false));
      modifier
          .path("strategicPatches")
          .forEach(p -> MergePatch.apply(tree, MergePatch.parse(p.path("patchData")), true));
    } catch (IllegalArgumentException e) {
      throw Problem.of(
              ErrorCode.M1002,
              "a modifier does not fit " + draft.source().ref(),
              String.valueOf(e.getMessage()))
          .exception();
    }
  }

  private static boolean matches(JsonNode conditions, Draft draft) {
    Manifest source = draft.source();
    String wanted = conditions.path("groupResource").asText("*");
    if (!wanted.equals("*") && !matchesGroupResource(wanted, source)) {
      return false;
    }
    String name = conditions.path("resourceNameRegex").asText("");
    if (!name.isEmpty() && !Pattern.compile(name).matcher(source.name()).find()) {
      return false;
    }
    JsonNode namespaces = conditions.path("namespaces");
    if (!namespaces.isEmpty()) {
      boolean found = false;
      for (JsonNode namespace : namespaces) {
        found |= namespace.asText().equals(source.namespace());
      }
      if (!found) {
        return false;
      }
    }
    Map<String, String> labels = source.labels();
    for (Map.Entry<String, JsonNode> label :
        conditions.path("labelSelector").path("matchLabels").properties()) {
      if (!label.getValue().asText().equals(labels.get(label.getKey()))) {
        return false;
      }
    }
    for (JsonNode match : conditions.path("matches")) {
      JsonNode found = draft.tree().at(match.path("path").asText());
      if (!found.asText().equals(match.path("value").asText())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Names are plural; an object knows its kind only: plurals of Kubernetes' kinds are regular but
   * for these endings.
   */
  private static boolean matchesGroupResource(String wanted, Manifest source) {
    int dot = wanted.indexOf('.');
    String resource = dot < 0 ? wanted : wanted.substring(0, dot);
    String group = dot < 0 ? "" : wanted.substring(dot + 1);
    String kind = source.kind().toLowerCase(java.util.Locale.ROOT);
    String plural =
        kind.endsWith("s") || kind.endsWith("x") || kind.endsWith("ch")
            ? (kind.equals("endpoints") ? kind : kind + "es")
            : kind.endsWith("y") && !kind.endsWith("ey")
                ? kind.substring(0, kind.length() - 1) + "ies"
                : kind + "s";
    return group.equals(source.ref().group()) && (resource.equals(plural) || resource.equals(kind));
  }
}
