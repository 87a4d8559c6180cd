package dev.migrator.lifecycle;

import static dev.migrator.lifecycle.Stage.ABSENT;
import static dev.migrator.lifecycle.Stage.ACTIVE;
import static dev.migrator.lifecycle.Stage.COPIED;
import static dev.migrator.lifecycle.Stage.DELETED;
import static dev.migrator.lifecycle.Stage.DRAINED;
import static dev.migrator.lifecycle.Stage.ENDED;
import static dev.migrator.lifecycle.Stage.INERT;
import static dev.migrator.lifecycle.Stage.RESTORED;
import static dev.migrator.lifecycle.Stage.SET_BACK;
import static dev.migrator.lifecycle.Stage.STOPPED;
import static dev.migrator.lifecycle.Stage.UNTOUCHED;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One line of the table of what may happen to an object. What is not in it is a defect of the
 * program, and stops the run before anything else is written.
 */
public record Transition(Stage from, LifecycleEvent event, Stage to) {

  /**
   * What happens on the way to the target, to an object of whatever kind: one that cannot be told
   * to stop goes through the same looks and waits.
   */
  public static final List<Transition> FORWARD =
      List.of(
          new Transition(UNTOUCHED, LifecycleEvent.COPY, COPIED),
          new Transition(UNTOUCHED, LifecycleEvent.QUIESCE, STOPPED),
          new Transition(SET_BACK, LifecycleEvent.QUIESCE, STOPPED),
          new Transition(STOPPED, LifecycleEvent.DRAIN, DRAINED),
          new Transition(STOPPED, LifecycleEvent.SET_BACK, SET_BACK),
          new Transition(DRAINED, LifecycleEvent.DELETE, DELETED),
          // In plans of builds before docs/adr/0030, of what cannot be told to stop.
          new Transition(UNTOUCHED, LifecycleEvent.DELETE, DELETED),
          new Transition(DELETED, LifecycleEvent.PROVE_ABSENT, ABSENT),
          new Transition(DELETED, LifecycleEvent.END, ENDED),
          new Transition(ABSENT, LifecycleEvent.CREATE_INERT, INERT),
          new Transition(ABSENT, LifecycleEvent.CREATE, ACTIVE),
          new Transition(INERT, LifecycleEvent.ACTIVATE, ACTIVE));

  /**
   * What {@code rollback} and {@code rollback --backward} do, from wherever the object is by what
   * is known: what the source still has is set back, what it lacks, or may lack, is restored. Not
   * followed when a run goes on: the journal forbids that from then on.
   */
  public static final List<Transition> BACKWARD =
      Stream.concat(
              // What is stopped can be set back on the way forward, too, and stands there.
              Stream.of(
                  // What was announced may be there.
                  new Transition(UNTOUCHED, LifecycleEvent.REMOVE_COPY, UNTOUCHED),
                  new Transition(COPIED, LifecycleEvent.REMOVE_COPY, UNTOUCHED),
                  new Transition(ABSENT, LifecycleEvent.REMOVE_COPY, ABSENT),
                  new Transition(INERT, LifecycleEvent.REMOVE_COPY, ABSENT)),
              Stream.concat(
                  Stream.of(UNTOUCHED, DRAINED, SET_BACK)
                      .map(from -> new Transition(from, LifecycleEvent.SET_BACK, SET_BACK)),
                  Stream.of(DRAINED, SET_BACK, DELETED, ABSENT, ACTIVE)
                      .map(from -> new Transition(from, LifecycleEvent.RESTORE, RESTORED))))
          .toList();

  /**
   * Where an event of the way to the target leads: each leads to one stage, whatever was before.
   */
  static Stage after(LifecycleEvent event) {
    return FORWARD.stream()
        .filter(t -> t.event() == event)
        .map(Transition::to)
        .findFirst()
        .orElseThrow();
  }

  /** Where the event leads on the way back; empty when it may not happen there. */
  static Optional<Stage> backward(Stage from, LifecycleEvent event) {
    return BACKWARD.stream()
        .filter(t -> t.from() == from && t.event() == event)
        .map(Transition::to)
        .findFirst();
  }

  /** Where the event leads on the way to the target; empty when it may not happen there. */
  public static Optional<Stage> forward(Stage from, LifecycleEvent event) {
    return FORWARD.stream()
        .filter(t -> t.from() == from && t.event() == event)
        .map(Transition::to)
        .findFirst();
  }
}
