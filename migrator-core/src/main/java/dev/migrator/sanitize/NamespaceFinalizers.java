package dev.migrator.sanitize;

/**
 * What the server adds to a Namespace.
 *
 * <p>Before: {@code labels: {kubernetes.io/metadata.name: shop}, spec: {finalizers: [kubernetes]}}.
 * After: neither.
 */
final class NamespaceFinalizers implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("Namespace")) {
      return;
    }
    draft
        .object("spec")
        .ifPresent(
            spec -> {
              spec.remove("finalizers");
              if (spec.isEmpty()) {
                draft.tree().remove("spec");
              }
            });
    boolean unused = draft.removeFromMetadata("labels", "kubernetes.io/metadata.name"::equals);
  }
}
