package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * What the server keeps of an object by itself.
 *
 * <p>Before: {@code metadata: {uid, resourceVersion, creationTimestamp, managedFields, finalizers,
 * ...}, status: {...}}. After: {@code metadata: {name, namespace, labels, annotations}}.
 */
final class ServerFields implements SanitizeRule {

  private static final List<String> METADATA =
      List.of(
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "selfLink",
          "managedFields",
          "generateName");

  /** Finalizers that every cluster puts on such objects by itself: to lose them is no news. */
  private static final Set<String> OWN_FINALIZERS =
      Set.of(
          "kubernetes",
          "kubernetes.io/pvc-protection",
          "kubernetes.io/pv-protection",
          "external-provisioner.volume.kubernetes.io/finalizer",
          "service.kubernetes.io/load-balancer-cleanup",
          "foregroundDeletion",
          "orphan",
          "batch.kubernetes.io/job-tracking",
          "customresourcecleanup.apiextensions.k8s.io");

  private static boolean isOwn(String finalizer) {
    return OWN_FINALIZERS.contains(finalizer) || finalizer.startsWith("external-attacher/");
  }

  @Override
  public void apply(Draft draft) {
    draft.tree().remove("status");
    draft.metadata().remove(METADATA);
    for (JsonNode finalizer : draft.metadata().path("finalizers")) {
      if (!isOwn(finalizer.asText())) {
        draft.dropped("metadata.finalizers: " + finalizer.asText());
      }
    }
    draft.metadata().remove("finalizers");
  }
}
