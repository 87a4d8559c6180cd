package dev.migrator.lifecycle;

/** What takes an object back to where it was before the run. */
public enum WayBack {
  /** Nothing was done to it, or it is back. */
  NOTHING("nothing: it is at work at the source"),
  /** The run created it at the target, and nothing was done to it at the source. */
  REMOVE_COPY("`rollback` removes it from the target"),
  /** It was told to stop, and its deletion was not announced. */
  SET_GOING("`rollback` sets it going again at the source"),
  /** Its deletion was at least announced, and it does not work at the target yet. */
  BRING_BACK("`rollback --backward` creates it again at the source, from the vault"),
  /** It works at the target. */
  MOVE_BACK("`rollback --backward` plans a move of its own, from the target to the source"),
  /** It ran to its end at the source. */
  STAYS_DELETED("nothing: it ended; its definition is in the vault");

  private final String words;

  WayBack(String words) {
    this.words = words;
  }

  /** In a sentence, as Markdown. */
  public String words() {
    return words;
  }
}
