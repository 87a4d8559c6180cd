package dev.migrator.execute;

import dev.migrator.event.RunEvent;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * One step in hand: says what it waits for, and lets others have its place meanwhile.
 *
 * <p>Used by the step's own thread.
 */
public final class StepLog {

  private final StepId step;
  private final Consumer<RunEvent> events;
  private final Runnable idle;
  private String said = "";
  private boolean isIdle;

  /**
   * @param idle called once, when the step begins to wait for something outside
   */
  StepLog(StepId step, Consumer<RunEvent> events, Runnable idle) {
    this.step = step;
    this.events = events;
    this.idle = idle;
  }

  /** The step waits for something outside; the same words are told once. */
  public void waits(Instant now, String why) {
    if (!isIdle) {
      isIdle = true;
      idle.run();
    }
    if (!why.equals(said)) {
      said = why;
      events.accept(new RunEvent.StepWaiting(now, step, why));
    }
  }

  /** What was said last; empty when it never waited. */
  String said() {
    return said;
  }
}
