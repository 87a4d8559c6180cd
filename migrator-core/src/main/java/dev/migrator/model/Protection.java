package dev.migrator.model;

import java.util.Optional;

/** What an object must be protected from; this alone decides when it moves. */
public enum Protection {
  /**
   * Loss-intolerant: an outage hurts, two copies do no harm. Copied to the target first, and stays
   * at the source.
   */
  LOSS("loss"),
  /**
   * Duplicate-intolerant: two copies do harm, a pause does not. Stopped and deleted at the source
   * before the target has it.
   */
  DUPLICATION("duplication"),
  /** Tolerates both. Created at the target last, and stays at the source. */
  NONE("none");

  private final String label;

  Protection(String label) {
    this.label = label;
  }

  /** The value of the label {@code migrator.dev/protect-from}. */
  public String label() {
    return label;
  }

  /** The protection that a label value names; empty for any other text. */
  public static Optional<Protection> ofLabel(String value) {
    for (Protection protection : values()) {
      if (protection.label.equals(value)) {
        return Optional.of(protection);
      }
    }
    return Optional.empty();
  }
}
