package dev.migrator.execute;

import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;

/** What a journal says of autoscalers at the source that the run paused. */
public final class PausedScalers {

  private PausedScalers() {}

  /** Whether the step is the pause of a scaler. */
  static boolean isPause(StepId step) {
    return step.is(Verb.PAUSE_SCALER);
  }

  /** Whether the run may have paused one. */
  public static boolean any(JournalState journal) {
    return journal.steps().keySet().stream().anyMatch(PausedScalers::isPause);
  }

  /** Whether nobody knows of such a pause whether it was set, or still will be. */
  public static boolean isAnyInDoubt(JournalState journal) {
    return journal.steps().keySet().stream()
        .filter(PausedScalers::isPause)
        .anyMatch(step -> journal.status(step) == StepStatus.IN_DOUBT);
  }
}
