package dev.migrator.lifecycle;

import dev.migrator.plan.StepId;
import java.util.Map;

/**
 * What is known of the steps of a run: by its journal, or by the events that it told.
 *
 * <p>A record that is missing makes an object look less far than it came, never farther.
 */
public interface StepRecords {

  /**
   * Among the details of a drain that is done: the object ended at the source and does not move.
   */
  String ENDED = "ended";

  /** Among the details of a drain that failed: the source was set back as it was. */
  String SET_BACK = "setBack";

  /** Of a run that has not begun. */
  StepRecords NONE =
      new StepRecords() {
        @Override
        public StepStatus status(StepId step) {
          return StepStatus.NOT_STARTED;
        }

        @Override
        public Map<String, String> details(StepId step) {
          return Map.of();
        }

        @Override
        public boolean isInDoubt(StepId step) {
          return false;
        }

        @Override
        public boolean isNewer(StepId one, StepId other) {
          return false;
        }
      };

  StepStatus status(StepId step);

  /** What was noted with the last outcome; empty without one. */
  Map<String, String> details(StepId step);

  /** Whether a request of the step may have been sent, and nobody knows what became of it. */
  boolean isInDoubt(StepId step);

  /** Whether the last record of one step came after that of the other. */
  boolean isNewer(StepId one, StepId other);
}
