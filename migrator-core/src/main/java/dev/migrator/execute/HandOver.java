package dev.migrator.execute;

import java.util.List;
import java.util.Optional;

/**
 * The life of one duplicate-intolerant object during a move, as a table: what may come after what.
 * Everything else is a defect, and stops the object.
 *
 * <p>Source: docs/safety.md
 */
public final class HandOver {

  /** A detail of a drain's outcome: the Job ran to its end at the source, so it does not move. */
  public static final String ENDED = "ended";

  /** Where the object is. */
  public enum State {
    /** In the vault, and as it was at the source. */
    VAULTED,
    /** Inert at the source. */
    QUIESCED,
    /** Nothing that it started runs any more. */
    DRAINED,
    /** Its deletion was accepted by the source. */
    DELETED,
    /** The source has neither it nor anything that it started. */
    ABSENT,
    /** The target has it in its inert form. */
    PRESENT,
    /** The target has it as active as it was. */
    ACTIVE
  }

  /** What was done. */
  public enum Event {
    QUIESCE,
    DRAIN,
    DELETE,
    PROVE_ABSENT,
    CREATE_INERT,
    ACTIVATE,
    /** Running work did not end in time: the source was set back as it was. */
    SET_BACK
  }

  /** One line of the table. */
  public record Transition(State from, Event event, State to) {}

  /**
   * Everything that may happen, to an object of whatever kind: one that cannot be told to stop goes
   * through the same looks and waits.
   */
  public static final List<Transition> TABLE =
      List.of(
          new Transition(State.VAULTED, Event.QUIESCE, State.QUIESCED),
          new Transition(State.QUIESCED, Event.DRAIN, State.DRAINED),
          new Transition(State.QUIESCED, Event.SET_BACK, State.VAULTED),
          new Transition(State.DRAINED, Event.DELETE, State.DELETED),
          // In plans of builds before docs/adr/0030, of what cannot be told to stop.
          new Transition(State.VAULTED, Event.DELETE, State.DELETED),
          new Transition(State.DELETED, Event.PROVE_ABSENT, State.ABSENT),
          new Transition(State.ABSENT, Event.CREATE_INERT, State.PRESENT),
          new Transition(State.PRESENT, Event.ACTIVATE, State.ACTIVE));

  private HandOver() {}

  /** Where the event leads; empty when it may not happen there. */
  public static Optional<State> after(State state, Event event) {
    return TABLE.stream()
        .filter(t -> t.from() == state && t.event() == event)
        .map(Transition::to)
        .findFirst();
  }
}
