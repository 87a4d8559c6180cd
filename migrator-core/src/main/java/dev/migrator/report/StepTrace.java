package dev.migrator.report;

import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of one step of a run.
 *
 * @param firstBegan when it was tried first; empty when nothing told of a beginning
 * @param began when the latest try began
 * @param ended when it was done or failed; empty while it is under way
 * @param said how it was done, or what it waits for; may be empty
 * @param problem why it failed
 */
public record StepTrace(
    State state,
    Optional<Instant> firstBegan,
    Optional<Instant> began,
    Optional<Instant> ended,
    String said,
    Optional<Problem> problem) {

  /** Where a step is. */
  public enum State {
    UNDER_WAY(StepStatus.IN_DOUBT),
    DONE(StepStatus.DONE),
    FAILED(StepStatus.FAILED);

    private final StepStatus status;

    State(StepStatus status) {
      this.status = status;
    }

    /** What it means for where an object is. */
    StepStatus status() {
      return status;
    }
  }

  static StepTrace started(Instant at) {
    return new StepTrace(
        State.UNDER_WAY, Optional.of(at), Optional.of(at), Optional.empty(), "", Optional.empty());
  }

  /** Tried once more; what is done stays done. */
  StepTrace again(Instant at) {
    return state == State.DONE
        ? this
        : new StepTrace(
            State.UNDER_WAY,
            firstBegan.or(() -> Optional.of(at)),
            Optional.of(at),
            Optional.empty(),
            "",
            Optional.empty());
  }

  StepTrace waiting(String why) {
    return state == State.UNDER_WAY
        ? new StepTrace(state, firstBegan, began, ended, why, problem)
        : this;
  }

  StepTrace done(Instant at, String how) {
    return state == State.DONE
        ? this
        : new StepTrace(State.DONE, firstBegan, began, Optional.of(at), how, Optional.empty());
  }

  StepTrace failed(Instant at, Problem why) {
    return state == State.DONE
        ? this
        : new StepTrace(State.FAILED, firstBegan, began, Optional.of(at), "", Optional.of(why));
  }

  /** How long the latest try took; empty when its beginning or its end is not known. */
  public Optional<Duration> took() {
    return began.flatMap(from -> ended.map(to -> Duration.between(from, to)));
  }
}
