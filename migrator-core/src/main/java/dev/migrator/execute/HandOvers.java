package dev.migrator.execute;

import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.lifecycle.Stage;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.lifecycle.Transition;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where each hand-over is, and what this process has seen of it. Safe for use by many threads; an
 * object's steps come one at a time.
 */
final class HandOvers {

  private final Map<ObjectRef, Stage> stages = new ConcurrentHashMap<>();
  private final Map<ObjectRef, Seen> seen = new ConcurrentHashMap<>();

  /**
   * What this process knows from the servers' last answers; nothing after a restart.
   *
   * @param source the quiesced object at the source
   * @param quiescedAt when the source was told to stop, by our clock
   * @param target the inert object at the target
   */
  record Seen(Optional<Manifest> source, Optional<Instant> quiescedAt, Optional<Manifest> target) {
    static final Seen NOTHING = new Seen(Optional.empty(), Optional.empty(), Optional.empty());
  }

  HandOvers(Plan plan, JournalState journal) {
    Lifecycle.of(plan, new StillTrue(journal))
        .handedOver()
        .forEach((ref, position) -> stages.put(ref, position.stage()));
  }

  /**
   * What the journal says was done, and a new process need not look at again. That something was
   * stopped and ended is true only as long as nobody wakes it, so both are looked at again, unless
   * its deletion was sent.
   */
  private record StillTrue(JournalState journal) implements StepRecords {

    @Override
    public StepStatus status(StepId step) {
      // Safeguard: stopped-for-ever
      boolean isAgain =
          (step.is(Verb.QUIESCE) || step.is(Verb.DRAIN)) && !isSent(step.ofSame(Verb.DELETE));
      return journal.status(step) == StepStatus.DONE && !isAgain
          ? StepStatus.DONE
          : StepStatus.NOT_STARTED;
    }

    private boolean isSent(StepId deletion) {
      return switch (journal.status(deletion)) {
        case DONE, IN_DOUBT -> true;
        case NOT_STARTED, FAILED -> false;
      };
    }

    @Override
    public Map<String, String> details(StepId step) {
      return journal.details(step);
    }

    @Override
    public boolean isNewer(StepId one, StepId other) {
      return journal.isNewer(one, other);
    }
  }

  /** Whether a new process may take a step for done: the verification never is. */
  static boolean isDone(Step step, JournalState journal) {
    return !(step instanceof Step.Verify)
        && new StillTrue(journal).status(step.id()) == StepStatus.DONE;
  }

  Stage stage(ObjectRef ref) {
    return stages.getOrDefault(ref, Stage.UNTOUCHED);
  }

  /**
   * Notes what was done.
   *
   * <p>Errors: {@link IllegalStateException} for what the table does not allow.
   */
  void move(ObjectRef ref, LifecycleEvent event) {
    Stage from = stage(ref);
    Stage to =
        Transition.forward(from, event)
            .orElseThrow(
                () -> new IllegalStateException(ref + ": " + event + " may not follow " + from));
    stages.put(ref, to);
  }

  Seen seen(ObjectRef ref) {
    return seen.getOrDefault(ref, Seen.NOTHING);
  }

  void sawSource(ObjectRef ref, Manifest object, Instant quiescedAt) {
    seen.put(ref, new Seen(Optional.of(object), Optional.of(quiescedAt), Optional.empty()));
  }

  void sawTarget(ObjectRef ref, Manifest object) {
    seen.put(ref, new Seen(Optional.empty(), seen(ref).quiescedAt(), Optional.of(object)));
  }

  void forget(ObjectRef ref) {
    seen.remove(ref);
  }
}
