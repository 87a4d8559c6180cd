package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.StepText;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Sets the source's objects back that a run stopped before its first delete.
 *
 * <p>Crash: every act looks first, so it can be begun again. Before each there is a checkpoint:
 * {@link StoppedException} when the run shall stop.
 */
final class Undoing {

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Run run;
  private final Quiescing quiescing;
  private final Autoscalers autoscalers;

  Undoing(Run run) {
    this.run = run;
    this.quiescing = new Quiescing(run, new HandOvers(run.plan(), run.journal().state()));
    this.autoscalers = new Autoscalers(run);
  }

  /** Sets the source's object back; empty when it is as it was, else why not. */
  Optional<String> setBack(Step.OnObject step) {
    run.clock().checkpoint();
    SourceObject source = new SourceObject(run, step.object());
    if (source.inertia().fields().isEmpty()) {
      return Optional.empty();
    }
    StepId back = StepId.of(Verb.ROLL_BACK, step.object());
    Optional<StepResult> failed = quiescing.giveBack(back, StepText.doing(step), source);
    if (failed.isEmpty()) {
      run.journal().append(new StepOutcome(run.clock().now(), back, Result.DONE, Map.of()));
    }
    return failed.map(StepResult::words);
  }

  /** Wakes what scales an object that is back at the source; empty when it is, else why not. */
  Optional<String> wakeScalers(ObjectRef back) {
    for (int attempt = 1; ; attempt++) {
      run.clock().checkpoint();
      try {
        autoscalers.resume(new SourceObject(run, back));
        return Optional.empty();
      } catch (ClusterException e) {
        if (!RereadAfterFailure.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return Optional.of("is back, and what scales it stays paused: " + e.failure().detail());
        }
        run.clock().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }
}
