package dev.migrator.execute;

import dev.migrator.execute.HandOver.Event;
import dev.migrator.execute.HandOver.State;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.JournalState.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where each hand-over is, and what this process has seen of it. Safe for use by many threads; an
 * object's steps come one at a time.
 */
final class HandOvers {

  private final Map<ObjectRef, State> states = new ConcurrentHashMap<>();
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
        event(on).ifPresent(e -> recall(on.object(), e));
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
    return switch (journal.status(new StepId("delete:" + ref))) {
      case DONE, IN_DOUBT -> true;
      case NOT_STARTED, FAILED -> false;
    };
  }

  /** What the journal says was done before; the plan's order is the order of events. */
  private void recall(ObjectRef ref, Event event) {
    HandOver.after(state(ref), event).ifPresent(next -> states.put(ref, next));
  }

  private static Optional<Event> event(Step.OnObject step) {
    return switch (step) {
      case Step.Quiesce s -> Optional.of(Event.QUIESCE);
      case Step.Drain s -> Optional.of(Event.DRAIN);
      case Step.DeleteAtSource s -> Optional.of(Event.DELETE);
      case Step.ProveAbsent s -> Optional.of(Event.PROVE_ABSENT);
      case Step.CreateInert s -> Optional.of(Event.CREATE_INERT);
      case Step.Activate s -> Optional.of(Event.ACTIVATE);
      case Step.Copy s -> Optional.empty();
      case Step.Create s -> Optional.empty();
      case Step.AwaitCurrent s -> Optional.empty();
      case Step.HookBefore s -> Optional.empty();
      case Step.HookAfter s -> Optional.empty();
    };
  }

  State state(ObjectRef ref) {
    return states.getOrDefault(ref, State.VAULTED);
  }

  /**
   * Notes what was done.
   *
   * <p>Errors: {@link IllegalStateException} for what the table does not allow.
   */
  void move(ObjectRef ref, Event event) {
    State from = state(ref);
    State to =
        HandOver.after(from, event)
            .orElseThrow(
                () -> new IllegalStateException(ref + ": " + event + " may not follow " + from));
    states.put(ref, to);
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
