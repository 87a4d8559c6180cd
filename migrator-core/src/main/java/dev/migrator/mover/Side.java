package dev.migrator.mover;

/** The cluster that a Job of a transfer runs in. */
public enum Side {
  SOURCE("source"),
  TARGET("target");

  private final String label;

  Side(String label) {
    this.label = label;
  }

  /** As templates and the names of Jobs have it. */
  public String label() {
    return label;
  }
}
