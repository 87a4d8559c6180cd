package dev.migrator.mover;

/** One of the two times that the data is gone through. */
public enum Pass {
  /** While the data is in use: most of it is copied, and what changes meanwhile is tolerated. */
  HOT("hot"),
  /** While nothing uses the data: what has changed is copied, and everything is compared. */
  FINAL("final");

  private final String label;

  Pass(String label) {
    this.label = label;
  }

  /** As templates and the names of Jobs have it. */
  public String label() {
    return label;
  }
}
