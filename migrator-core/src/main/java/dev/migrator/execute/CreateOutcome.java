package dev.migrator.execute;

import dev.migrator.model.Manifest;

/** What became of a create. */
sealed interface CreateOutcome {

  /**
   * It is there.
   *
   * @param how in words: created, or found with our mark
   */
  record Stored(Manifest object, String how) implements CreateOutcome {}

  /** It is not, or nobody knows. */
  record Refused(StepResult result) implements CreateOutcome {}
}
