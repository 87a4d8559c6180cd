package dev.migrator.runbook;

import java.util.Locale;

/** Whose value goes back, where a move and later somebody at the target changed the same field. */
public enum WhereChanged {
  /** As the source had it before the move. */
  SOURCE,
  /** As the target has it now. */
  TARGET;

  /** As it is typed. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
