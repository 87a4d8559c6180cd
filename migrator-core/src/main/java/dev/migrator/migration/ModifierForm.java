package dev.migrator.migration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The form of one modifier: the fields of Velero's resource modifier rules, and at least one patch.
 *
 * <p>Source: <a href="https://velero.io/docs/main/restore-resource-modifiers/">Restore Resource
 * Modifiers</a>
 */
final class ModifierForm {

  private static final Map<String, String> OPERATIONS =
      Map.of(
          "add", "add", "remove", "remove", "replace", "replace", "move", "move", "copy", "copy",
          "test", "test");

  private ModifierForm() {}

  static void check(JsonNode item, String path) {
    Fields rule =
        Fields.of(item, path, List.of("conditions", "patches", "mergePatches", "strategicPatches"));
    conditions(
        rule.object(
            "conditions",
            "groupResource",
            "resourceNameRegex",
            "namespaces",
            "labelSelector",
            "matches"));
    int patches = 0;
    for (JsonNode patch : rule.items("patches")) {
      Fields fields =
          Fields.of(
              patch,
              rule.path("patches[" + patches++ + "]"),
              List.of("operation", "from", "path", "value"));
      required(fields, "operation");
      required(fields, "path");
      fields.choice("operation", "", OPERATIONS);
      fields.text("path", "");
      fields.text("from", "");
    }
    for (String list : List.of("mergePatches", "strategicPatches")) {
      int index = 0;
      for (JsonNode patch : rule.items(list)) {
        Fields fields =
            Fields.of(patch, rule.path(list + "[" + index++ + "]"), List.of("patchData"));
        required(fields, "patchData");
        fields.text("patchData", "");
        patches++;
      }
    }
    if (patches == 0) {
      throw rule.refuse(
          "patches", "at least one of patches, mergePatches, strategicPatches is required");
    }
  }

  private static void conditions(Fields conditions) {
    conditions.text("groupResource", "");
    conditions.texts("namespaces", List.of());
    conditions.object("labelSelector", "matchLabels", "matchExpressions").textMap("matchLabels");
    try {
      Pattern.compile(conditions.text("resourceNameRegex", ""));
    } catch (PatternSyntaxException e) {
      throw conditions.refuse(
          "resourceNameRegex", "not a regular expression: " + e.getDescription());
    }
    int index = 0;
    for (JsonNode match : conditions.items("matches")) {
      Fields fields =
          Fields.of(match, conditions.path("matches[" + index++ + "]"), List.of("path", "value"));
      required(fields, "path");
      fields.text("path", "");
    }
  }

  private static void required(Fields fields, String field) {
    if (!fields.has(field)) {
      throw fields.refuse(field, "is required");
    }
  }
}
