package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * ResourceQuota for numbers of objects.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/policy/resource-quotas/#object-count-quota">Object
 * count quota</a>
 */
final class Quota {

  private static final Map<String, String> SHORT =
      Map.of(
          "pods", "Pod",
          "services", "Service",
          "secrets", "Secret",
          "configmaps", "ConfigMap",
          "persistentvolumeclaims", "PersistentVolumeClaim",
          "replicationcontrollers", "ReplicationController",
          "resourcequotas", "ResourceQuota");

  private final Storage storage;

  Quota(Storage storage) {
    this.storage = storage;
  }

  /** Errors: Forbidden when the new object would be one too many. */
  void check(Key key, ObjectNode tree) {
    for (Manifest quota : storage.in("ResourceQuota", key.namespace())) {
      for (Map.Entry<String, JsonNode> limit : quota.at("spec", "hard").properties()) {
        if (counts(limit.getKey(), key)) {
          long used = used(limit.getKey(), key.namespace());
          if (used + 1 > limit.getValue().asLong()) {
            throw Answers.forbidden(
                key,
                "exceeded quota: %s, requested: %s=1, used: %s=%d, limited: %s=%s"
                    .formatted(
                        quota.name(),
                        limit.getKey(),
                        limit.getKey(),
                        used,
                        limit.getKey(),
                        limit.getValue().asText()));
          }
        }
      }
    }
  }

  /** How much of one limit is used. */
  long used(String limit, String namespace) {
    return typeOf(limit)
        .map(
            type ->
                storage.in(type, namespace).stream()
                    .filter(object -> !type.equals("Pod") || !isTerminal(object))
                    .count())
        .orElse(0L);
  }

  /** Whether this limit is one that is counted here. */
  static boolean isCounted(String limit) {
    return SHORT.containsKey(limit) || limit.startsWith("count/");
  }

  private static boolean isTerminal(Manifest pod) {
    String phase = pod.at("status", "phase").asText();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private boolean counts(String limit, Key key) {
    return typeOf(limit).filter(key.type()::equals).isPresent();
  }

  private Optional<String> typeOf(String limit) {
    String known = SHORT.get(limit);
    if (known != null) {
      return Optional.of(known);
    }
    if (!limit.startsWith("count/")) {
      return Optional.empty();
    }
    String resource = limit.substring("count/".length());
    int dot = resource.indexOf('.');
    String plural = dot < 0 ? resource : resource.substring(0, dot);
    String group = dot < 0 ? "" : resource.substring(dot);
    return SHORT.containsKey(plural) && group.isEmpty()
        ? Optional.ofNullable(SHORT.get(plural))
        : storage.typeNames().stream()
            .filter(type -> type.endsWith(group))
            .filter(
                type ->
                    (type.substring(0, type.length() - group.length()).toLowerCase(Locale.ROOT)
                            + "s")
                        .equals(plural))
            .findFirst();
  }
}
