package dev.migrator.sanitize;

/**
 * Annotations by which controllers of the source remember what they did there.
 *
 * <p>Before: {@code annotations: {deployment.kubernetes.io/revision: "7", team: shop}}. After:
 * {@code annotations: {team: shop}}.
 */
final class ServerAnnotations implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    boolean unused = draft.removeFromMetadata("annotations", KnownAnnotations::isDropped);
  }
}
