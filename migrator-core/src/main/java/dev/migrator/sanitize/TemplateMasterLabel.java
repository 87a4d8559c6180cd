package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The label and taint of control-plane nodes, which lost their old name in 1.24 and 1.25.
 *
 * <p>Before: {@code nodeSelector: {node-role.kubernetes.io/master: ""}}. After: {@code
 * nodeSelector: {node-role.kubernetes.io/control-plane: ""}}.
 */
final class TemplateMasterLabel implements SanitizeRule {

  private static final String OLD = "node-role.kubernetes.io/master";
  private static final String NEW = "node-role.kubernetes.io/control-plane";

  @Override
  public void apply(Draft draft) {
    for (ObjectNode spec : draft.podSpecs()) {
      boolean changed = false;
      if (spec.get("nodeSelector") instanceof ObjectNode selector && selector.has(OLD)) {
        JsonNode value = selector.remove(OLD);
        if (!selector.has(NEW)) {
          selector.set(NEW, value);
        }
        changed = true;
      }
      for (ObjectNode toleration : Draft.objects(spec, "tolerations")) {
        changed |= rename(toleration);
      }
      for (ObjectNode term :
          Draft.objects(
              spec,
              "affinity",
              "nodeAffinity",
              "requiredDuringSchedulingIgnoredDuringExecution",
              "nodeSelectorTerms")) {
        for (ObjectNode expression : Draft.objects(term, "matchExpressions")) {
          changed |= rename(expression);
        }
      }
      if (changed) {
        draft.dropped("node-role.kubernetes.io/master (now control-plane)");
      }
    }
  }

  private static boolean rename(ObjectNode keyed) {
    if (keyed.path("key").asText().equals(OLD)) {
      keyed.put("key", NEW);
      return true;
    }
    return false;
  }
}
