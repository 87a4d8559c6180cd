package dev.migrator.sanitize;

import dev.migrator.model.Json;

/**
 * The rules of a ClusterRole that are gathered from others: the target gathers them itself.
 *
 * <p>Before: {@code aggregationRule: {...}, rules: [200 rules]}. After: {@code aggregationRule:
 * {...}, rules: []}.
 */
final class AggregatedRules implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (draft.is("ClusterRole.rbac.authorization.k8s.io")
        && draft.object("aggregationRule").isPresent()) {
      draft.tree().set("rules", Json.array());
    }
  }
}
