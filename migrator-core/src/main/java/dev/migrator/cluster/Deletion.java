package dev.migrator.cluster;

/**
 * How to delete, and only what. The propagation policy is always sent, because the default differs
 * between kinds and versions.
 *
 * @param uid precondition; empty for none
 * @param resourceVersion precondition; empty for none
 */
public record Deletion(String uid, String resourceVersion, Propagation propagation) {

  /** Foreground deletion of exactly this state of exactly this object. */
  public static Deletion foreground(String uid, String resourceVersion) {
    return new Deletion(uid, resourceVersion, Propagation.FOREGROUND);
  }

  /** Background deletion of exactly this state of exactly this object. */
  public static Deletion background(String uid, String resourceVersion) {
    return new Deletion(uid, resourceVersion, Propagation.BACKGROUND);
  }

  /**
   * What becomes of dependants. Source:
   * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
   */
  public enum Propagation {
    FOREGROUND("Foreground"),
    BACKGROUND("Background"),
    ORPHAN("Orphan");

    private final String wire;

    Propagation(String wire) {
      this.wire = wire;
    }

    /** The value of {@code propagationPolicy}. */
    public String wire() {
      return wire;
    }
  }
}
