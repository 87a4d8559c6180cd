package dev.migrator.execute;

import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.Event;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Stage;
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
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && isDone(step, journal)) {
        Event.of(on, false).ifPresent(event -> recall(on.object(), event, journal));
      }
    }
  }

  /**
   * Whether a new process may take a step for done. That something was stopped and ended is true
   * only as long as nobody wakes it, so both are looked at again, unless its deletion was sent.
   */
  static boolean isDone(Step step, JournalState journal) {
    if (journal.status(step.id()) != StepStatus.DONE) {
      return false;
    }
    return switch (step) {
      case Step.Quiesce s -> isDeletionSent(s.object(), journal);
      case Step.Drain s -> isDeletionSent(s.object(), journal);
      // The verification is never taken from memory.
      case Step.Verify s -> false;
      case Step.DeleteAtSource s -> true;
      case Step.ProveAbsent s -> true;
      case Step.CreateInert s -> true;
      case Step.Activate s -> true;
      case Step.Copy s -> true;
      case Step.Create s -> true;
      case Step.AwaitCurrent s -> true;
      case Step.Gate s -> true;
      case Step.RunsCommand s -> true;
    };
  }

  private static boolean isDeletionSent(ObjectRef ref, JournalState journal) {
    return switch (journal.status(StepId.of(Verb.DELETE, ref))) {
      case DONE, IN_DOUBT -> true;
      case NOT_STARTED, FAILED -> false;
    };
  }

  /** What the journal says was done before; the plan's order is the order of events. */
  private void recall(ObjectRef ref, Event event, JournalState journal) {
    boolean isEnd = event == Event.PROVE_ABSENT && Lifecycle.hasEnded(journal, ref);
    Transition.forward(stage(ref), isEnd ? Event.END : event)
        .ifPresent(next -> stages.put(ref, next));
  }

  Stage stage(ObjectRef ref) {
    return stages.getOrDefault(ref, Stage.UNTOUCHED);
  }

  /**
   * Notes what was done.
   *
   * <p>Errors: {@link IllegalStateException} for what the table does not allow.
   */
  void move(ObjectRef ref, Event event) {
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
