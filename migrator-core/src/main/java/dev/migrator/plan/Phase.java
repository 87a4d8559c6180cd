package dev.migrator.plan;

/** The ordered parts of a move, as people think of them; the executor follows needs, not phases. */
public enum Phase {
  /** Phase 1: loss-intolerant objects are copied; both clusters have them from here on. */
  COPY("copy"),
  /** The point at which traffic is shifted. Nothing has been deleted before it. */
  GATE("gate"),
  /** Phase 2: duplicate-intolerant objects are stopped, drained and deleted at the source. */
  HAND_OVER("hand over"),
  /**
   * Phase 3: duplicate-intolerant objects are created and activated at the target, then the rest is
   * created.
   */
  RECREATE("recreate"),
  /** Phase 4: the target is compared with the plan. */
  VERIFY("verify");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
