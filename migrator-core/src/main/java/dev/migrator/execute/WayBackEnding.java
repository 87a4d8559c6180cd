package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * How a way back ends, in codes and words.
 *
 * @param work such as {@code the rollback of run r-1}
 * @param done the outcome when everything went well
 * @param code of what failed
 * @param between stands between the name of what failed, and why
 * @param failure so many objects, and what could not be done with them
 * @param left so many that are not done yet, and where they are
 * @param again the command that goes on
 */
public record WayBackEnding(
    String work,
    RunEvent.Outcome done,
    ErrorCode code,
    String between,
    IntFunction<String> failure,
    IntFunction<String> left,
    String again) {

  private static final int SOME = 8;

  /** Writes it down in the run's journal, and tells it. */
  RunEvent.RunEnded of(Run run, WayBackExecution.Outcome outcome) {
    Instant now = run.clock().now();
    run.journal().commit(new RunFinished(now, ending(outcome)));
    RunEvent.RunEnded ended = event(now, outcome);
    run.events().accept(ended);
    return ended;
  }

  /** For the journal. */
  public Ending ending(WayBackExecution.Outcome outcome) {
    return Execution.ending(result(outcome));
  }

  private RunEvent.Outcome result(WayBackExecution.Outcome outcome) {
    if (outcome.left() > 0) {
      return RunEvent.Outcome.INTERRUPTED;
    }
    return outcome.failed().isEmpty() ? done : RunEvent.Outcome.BLOCKED;
  }

  /** For people. */
  public RunEvent.RunEnded event(Instant now, WayBackExecution.Outcome outcome) {
    List<Problem> problems = new ArrayList<>();
    if (outcome.left() > 0) {
      problems.add(
          Problem.of(
              ErrorCode.M9130,
              work + " was interrupted at a checkpoint",
              left.apply(outcome.left()),
              again));
    }
    if (!outcome.failed().isEmpty()) {
      String some =
          outcome.failed().entrySet().stream()
              .limit(SOME)
              .map(e -> RefText.of(e.getKey()) + between + e.getValue())
              .collect(Collectors.joining("; "));
      problems.add(
          Problem.of(
              code,
              failure.apply(outcome.failed().size()),
              some + (outcome.failed().size() > SOME ? "; ..." : ""),
              "look at them, then: " + again));
    }
    return new RunEvent.RunEnded(
        now, result(outcome), outcome.done(), outcome.failed().size(), outcome.left(), problems);
  }
}
