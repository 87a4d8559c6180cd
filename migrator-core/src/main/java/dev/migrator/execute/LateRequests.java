package dev.migrator.execute;

import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The requests of a run of which nobody knows what became, and when they can no longer arrive. As
 * long as one may be under way, that something is not there, or not stopped, proves nothing.
 *
 * @param until by step
 */
record LateRequests(Map<StepId, Instant> until) {

  /** A server ends a request after a minute; and some. */
  private static final Duration LATE = Duration.ofSeconds(75);

  LateRequests {
    until = Map.copyOf(until);
  }

  /** As the journal has it now: ask before anything is written under the same steps. */
  static LateRequests of(JournalState journal) {
    Map<StepId, Instant> until = new TreeMap<>();
    journal
        .steps()
        .forEach((step, state) -> until(step, state).ifPresent(end -> until.put(step, end)));
    // One that arrives late deletes that very copy, or gives a Service a port that nobody asked
    // for.
    until.keySet().removeIf(step -> step.is(Verb.REMOVE_COPY) || step.is(Verb.FREE_PORT));
    return new LateRequests(until);
  }

  /** When what was sent up to now has arrived or never will. */
  static Instant until(Instant now) {
    return now.plus(LATE);
  }

  /** When what was sent for a step has arrived or never will; empty when its outcome is known. */
  static Optional<Instant> until(StepId step, JournalState.StepState state) {
    return switch (state.status()) {
      case IN_DOUBT -> state.intent().map(intent -> until(intent.at()));
      case FAILED -> state.outcome().flatMap(outcome -> until(step, outcome));
      case NOT_STARTED, DONE -> Optional.empty();
    };
  }

  private static Optional<Instant> until(StepId step, JournalRecord.StepOutcome failed) {
    // Of a stop that was given up nothing says whether it may have been sent; older journals say
    // it of the rest by the code alone.
    return step.is(Verb.QUIESCE) || ErrorCode.M2108.name().equals(failed.details().get("code"))
        ? Optional.of(until(failed.at()))
        : failed.mayArrive();
  }

  /** When the last of all has arrived, or never will; empty when none is open. */
  Optional<Instant> quiet() {
    return quiet(step -> true);
  }

  /** When the last that concerns the object has arrived; a pause may be that of its scaler. */
  Optional<Instant> quiet(ObjectRef object) {
    return quiet(
        step ->
            step.concerns(object)
                || (PausedScalers.isPause(step) && object.group().equals("apps")));
  }

  private Optional<Instant> quiet(Predicate<StepId> which) {
    return until.entrySet().stream()
        .filter(e -> which.test(e.getKey()))
        .map(Map.Entry::getValue)
        .max(Instant::compareTo);
  }

  boolean has(StepId step) {
    return until.containsKey(step);
  }

  boolean hasPause() {
    return until.keySet().stream().anyMatch(PausedScalers::isPause);
  }

  /** Waits until nothing can arrive any more, and says why. */
  static void await(Run run, Optional<Instant> quiet, Consumer<String> waits) {
    Duration left =
        quiet.map(instant -> Duration.between(run.clock().now(), instant)).orElse(Duration.ZERO);
    if (left.isPositive()) {
      run.clock().checkpoint();
      waits.accept(
          "waits %d s, because a request that was sent may still arrive"
              .formatted(left.toSeconds() + 1));
      run.clock().pause(left);
    }
  }
}
