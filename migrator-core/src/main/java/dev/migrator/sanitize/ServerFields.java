package dev.migrator.sanitize;

import java.util.List;

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

  @Override
  public void apply(Draft draft) {
    draft.tree().remove("status");
    draft.metadata().remove(METADATA);
    if (draft.metadata().path("finalizers").size() > 0) {
      draft.dropped("metadata.finalizers");
    }
    draft.metadata().remove("finalizers");
  }
}
