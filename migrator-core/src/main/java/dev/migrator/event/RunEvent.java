package dev.migrator.event;

import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.List;

/** Something that happened in a run. Sent in the order in which it happened; carries no secrets. */
public sealed interface RunEvent {

  Instant at();

  /** A run began or went on. */
  record RunStarted(Instant at, String run, int steps, int alreadyDone) implements RunEvent {}

  /** The preparations said something worth showing: locks taken, objects vaulted, drift checked. */
  record Prepared(Instant at, String what) implements RunEvent {}

  /** A step began. */
  record StepStarted(Instant at, StepId step, Phase phase) implements RunEvent {}

  /** A step waits, and why: shown as long as it does. */
  record StepWaiting(Instant at, StepId step, String why) implements RunEvent {}

  /**
   * A step is done.
   *
   * @param how in a few words: created, adopted, was absent already, ...; may be empty
   */
  record StepDone(Instant at, StepId step, Phase phase, String how) implements RunEvent {}

  /** A step failed; its dependants will not start. */
  record StepFailed(Instant at, StepId step, Problem problem) implements RunEvent {}

  /** Something that the user should know, such as missed CronJob slots. */
  record Notice(Instant at, String message) implements RunEvent {}

  /** The run waits at a gate. */
  record GateReached(Instant at, String gate) implements RunEvent {}

  /** The run ended for now. */
  record RunEnded(
      Instant at, Outcome outcome, int done, int failed, int notStarted, List<Problem> problems)
      implements RunEvent {
    public RunEnded {
      problems = List.copyOf(problems);
    }
  }

  /** How a run ended. */
  enum Outcome {
    /** Everything planned is done and verified. */
    DONE,
    /** Something failed or needs a decision; the rest is done. Can be resumed. */
    BLOCKED,
    /** Interrupted at a checkpoint. Can be resumed. */
    INTERRUPTED,
    /** Waits at a gate that nobody opened. Can be resumed. */
    WAITING,
    /** Everything was put back as it was. */
    ROLLED_BACK,
    /** What was in transit is back at the source; what works at the target is still there. */
    RESTORED
  }
}
