package dev.migrator.lifecycle;

import dev.migrator.plan.StepId;
import java.util.Map;

/**
 * What is known of the steps of a run: by its journal, or by the events that it told.
 *
 * <p>A record that is missing makes an object look less far than it came, never farther.
 */
@FunctionalInterface
public interface StepRecords {

  /**
   * Among the details of a drain that is done: the object ended at the source and does not move.
   */
  String ENDED = "ended";

  /** A detail of the outcome of a capture: what was stopped for it, as its mark says. */
  String STOPPED_AT = "stoppedAt";

  /** Among the details of a drain that failed: the source was set back as it was. */
  String SET_BACK = "setBack";

  /**
   * Among the details of a stop that failed: an earlier one had stopped it, and nobody set it going
   * since, as far as that is known.
   */
  String STOPPED = "stopped";

  /** Of a run that has not begun. */
  StepRecords NONE = step -> StepStatus.NOT_STARTED;

  StepStatus status(StepId step);

  /** What was noted with the last outcome; empty without one, or where nobody notes any. */
  default Map<String, String> details(StepId step) {
    return Map.of();
  }

  /** Whether a request of the step may have been sent, and nobody knows what became of it. */
  default boolean isInDoubt(StepId step) {
    return status(step) == StepStatus.IN_DOUBT;
  }

  /** Whether the last record of one step came after that of the other, as far as that is kept. */
  default boolean isNewer(StepId one, StepId other) {
    return false;
  }
}
