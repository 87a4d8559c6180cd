package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * The zone and region that a server from 1.35 on writes onto a Pod when it is bound to a node: they
 * are those of a node of the source.
 *
 * <p>Before: {@code metadata: {labels: {app: web, topology.kubernetes.io/zone: eu-1a}}, spec:
 * {nodeName: n1}}. After: {@code metadata: {labels: {app: web}}}. Stays: a label that a user set,
 * which is in the last applied configuration or belongs to a manager, for the server writes its own
 * without one; one of a Pod without a node, or of which nobody knows who set it; every label of a
 * template, every nodeSelector and every affinity.
 *
 * <p>Source: kubernetes {@code plugin/pkg/admission/podtopologylabels}
 */
final class TopologyLabels implements SanitizeRule {

  private static final List<String> KEYS =
      List.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region");

  @Override
  public void apply(Draft draft) {
    Manifest pod = draft.source();
    if (!draft.is("Pod")
        || pod.at("spec", "nodeName").asText().isEmpty()
        || pod.at("metadata", "managedFields").isEmpty()) {
      return;
    }
    for (String key : KEYS) {
      if (!isSetByUser(pod, key) && draft.removeFromMetadata("labels", key::equals)) {
        draft.dropped("metadata.labels." + key);
      }
    }
  }

  private static boolean isSetByUser(Manifest pod, String key) {
    for (JsonNode manager : pod.at("metadata", "managedFields")) {
      if (manager.path("fieldsV1").path("f:metadata").path("f:labels").has("f:" + key)) {
        return true;
      }
    }
    return Optional.ofNullable(pod.annotations().get(Manifest.LAST_APPLIED))
        .filter(applied -> appliedLabels(applied).has(key))
        .isPresent();
  }

  private static JsonNode appliedLabels(String applied) {
    try {
      return Json.parse(applied).path("metadata").path("labels");
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }
}
