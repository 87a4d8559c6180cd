package dev.migrator.plan;

import java.util.List;

/**
 * The ordered parts of a move, as people think of them, and the parts of what follows one; the
 * executor follows needs, not phases.
 */
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
  VERIFY("verify"),
  /** What was stopped goes on, what was created goes, what was deleted is created again. */
  WAY_BACK("way back"),
  /** The copies that a finished move left at the source are removed. */
  PRUNE("prune");

  /** Those of a move, in their order: a plan that people review has no other. */
  public static final List<Phase> FORWARD = List.of(COPY, GATE, HAND_OVER, RECREATE, VERIFY);

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
