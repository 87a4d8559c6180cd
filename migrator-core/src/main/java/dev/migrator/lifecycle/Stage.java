package dev.migrator.lifecycle;

/**
 * How far an object is on its way from the source to the target.
 *
 * <p>Shape: in the order of the way; where a copied object and a handed-over object go different
 * ways, the transitions of {@link Transition} say so.
 *
 * <p>Source: docs/safety.md, which shows it as a picture
 */
public enum Stage {
  UNTOUCHED(
      "as it was, at the source", WayBack.NOTHING, "whether the source still has it as planned"),
  COPIED("at the target, as a copy", WayBack.REMOVE_COPY, "nothing; the verification compares it"),
  STOPPED(
      "stopped, at the source", WayBack.SET_GOING, "whether it is still stopped, and what it runs"),
  SET_BACK("set back, and at work at the source", WayBack.NOTHING, "as if it were untouched"),
  DRAINED(
      "stopped and drained, at the source",
      WayBack.SET_GOING,
      "whether it is still stopped, and what it runs"),
  DELETED(
      "deleted at the source, in the vault",
      WayBack.BRING_BACK,
      "whether the source has it, or anything that it started"),
  ABSENT(
      "gone from the source, in the vault",
      WayBack.BRING_BACK,
      "whether the source or the target has it"),
  INERT("inert, at the target", WayBack.BRING_BACK, "whether the target has it inert"),
  ACTIVE("at the target", WayBack.MOVE_BACK, "nothing; the verification compares it"),
  ENDED("ended at the source, in the vault", WayBack.STAYS_DELETED, "nothing: it does not move"),
  RESTORED("back at the source", WayBack.NOTHING, "nothing: the run is not resumed");

  private final String words;
  private final WayBack wayBack;
  private final String resume;

  Stage(String words, WayBack wayBack, String resume) {
    this.words = words;
    this.wayBack = wayBack;
    this.resume = resume;
  }

  /** Where the object is, for people. */
  public String words() {
    return words;
  }

  public WayBack wayBack() {
    return wayBack;
  }

  /** What {@code resume} looks at in the clusters before it goes on from here, for people. */
  public String resume() {
    return resume;
  }

  /** Whether the object works in neither cluster. */
  public boolean isPaused() {
    return switch (this) {
      case STOPPED, DRAINED, DELETED, ABSENT, INERT -> true;
      case UNTOUCHED, COPIED, SET_BACK, ACTIVE, ENDED, RESTORED -> false;
    };
  }
}
