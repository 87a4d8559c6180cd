package dev.migrator.report;

import dev.migrator.event.RunEvent;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Problem;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the events of a run add up to.
 *
 * <p>Events may be told twice and may be missing: a step that is done stays done, and a step of
 * which nothing was told is one that did not start.
 *
 * @param began the first event
 * @param last the last event
 * @param sittings when processes worked on the run, the earliest first
 * @param outcome empty when the last sitting has not told of its end: it is under way, or it died;
 *     a run that was done stays done whatever a prune of it came to
 * @param problems what the last sitting ended with
 */
public record RunTrace(
    String id,
    Instant began,
    Instant last,
    List<Sitting> sittings,
    Map<StepId, StepTrace> steps,
    List<RunEvent.Notice> notices,
    Optional<RunEvent.Outcome> outcome,
    List<Problem> problems)
    implements StepRecords {

  public RunTrace {
    sittings = List.copyOf(sittings);
    steps = Map.copyOf(steps);
    notices = List.copyOf(notices);
    problems = List.copyOf(problems);
  }

  /** The time from which to which one process worked on the run. */
  public record Sitting(Instant from, Instant to) {}

  /** Nothing when there are no events. */
  public static Optional<RunTrace> of(Iterable<? extends RunEvent> events) {
    Telling telling = new Telling();
    events.forEach(telling::hear);
    return telling.trace();
  }

  public Optional<StepTrace> step(StepId id) {
    return Optional.ofNullable(steps.get(id));
  }

  /** Events carry no details; a step that begins anew has forgotten how it failed. */
  @Override
  public StepStatus status(StepId id) {
    return step(id).map(trace -> trace.state().status()).orElse(StepStatus.NOT_STARTED);
  }

  /** Hears one event after the other. */
  private static final class Telling {
    private final Map<StepId, StepTrace> steps = new HashMap<>();
    private final List<RunEvent.Notice> notices = new ArrayList<>();
    private final List<Sitting> sittings = new ArrayList<>();
    private String id = "";
    private Optional<Instant> began = Optional.empty();
    private Instant last = Instant.EPOCH;
    private Optional<RunEvent.Outcome> outcome = Optional.empty();
    private List<Problem> problems = List.of();

    /** The outcome before the last sitting, and whether all that this did was to prune. */
    private Optional<RunEvent.Outcome> before = Optional.empty();

    private boolean isPrune;

    void hear(RunEvent event) {
      boolean first = began.isEmpty();
      if (first) {
        began = Optional.of(event.at());
      }
      if (first || event instanceof RunEvent.RunStarted) {
        sittings.add(new Sitting(event.at(), event.at()));
      }
      last = event.at().isAfter(last) ? event.at() : last;
      sittings.set(sittings.size() - 1, new Sitting(sittings.getLast().from(), last));
      note(event);
    }

    private void note(RunEvent event) {
      switch (event) {
        case RunEvent.RunStarted started -> {
          id = started.run();
          before = outcome();
          isPrune = false;
          outcome = Optional.empty();
          problems = List.of();
        }
        case RunEvent.StepStarted started ->
            steps.merge(
                started.step(),
                StepTrace.started(started.at()),
                (known, told) -> known.again(started.at()));
        case RunEvent.StepWaiting waiting ->
            steps.computeIfPresent(waiting.step(), (step, known) -> known.waiting(waiting.why()));
        case RunEvent.StepDone done -> {
          isPrune |= done.step().isOfPrune();
          steps.put(done.step(), known(done.step()).done(done.at(), done.how()));
        }
        case RunEvent.StepFailed failed -> {
          isPrune |= failed.step().isOfPrune();
          steps.put(failed.step(), known(failed.step()).failed(failed.at(), failed.problem()));
        }
        case RunEvent.Notice notice -> {
          if (!notices.contains(notice)) {
            notices.add(notice);
          }
        }
        case RunEvent.RunEnded ended -> {
          outcome = Optional.of(ended.outcome());
          problems = ended.problems();
        }
        case RunEvent.Prepared prepared -> {}
        case RunEvent.GateReached reached -> {}
      }
    }

    private Optional<RunEvent.Outcome> outcome() {
      boolean stays = isPrune && before.equals(Optional.of(RunEvent.Outcome.DONE));
      return stays ? before : outcome;
    }

    /** A step whose beginning nobody told of, where it is not known. */
    private StepTrace known(StepId step) {
      return steps.getOrDefault(
          step,
          new StepTrace(
              StepTrace.State.UNDER_WAY,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              "",
              Optional.empty()));
    }

    Optional<RunTrace> trace() {
      return began.map(
          from -> new RunTrace(id, from, last, sittings, steps, notices, outcome(), problems));
    }
  }
}
