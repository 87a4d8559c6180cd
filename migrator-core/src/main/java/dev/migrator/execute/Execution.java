package dev.migrator.execute;

import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out the steps of a plan whose preparations are done: locks held, drift checked, every
 * planned object in the vault.
 *
 * <p>Crash: whatever was appended to the journal and forced; the next process reads it, looks at
 * both clusters and goes on.
 */
public final class Execution {

  private final Run run;
  private final RunTools tools;

  private Execution(Run run, RunTools tools) {
    this.run = run;
    this.tools = tools;
  }

  /**
   * Runs until everything is done, or nothing more can be.
   *
   * <p>Errors: none are thrown for what a step could not do; they are in the ending.
   */
  public static RunEvent.RunEnded of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      RunTools tools) {
    Run run = Run.of(plan, source, target, journal, vault, tools);
    return new Execution(run, tools).run();
  }

  private RunEvent.RunEnded run() {
    try (WatchHub watches = new WatchHub(run.target().cluster())) {
      MoveSteps steps =
          new MoveSteps(
              run,
              tools.gatekeeper(),
              new Hooks(run, tools.commands(), tools.interruption()),
              watches);
      Scheduler scheduler =
          new StepExecution(run, steps, StepExecution.Direction.FORWARD)
              .scheduler(
                  run.plan().steps(),
                  run.plan().settings().limits().parallel(),
                  tools.interruption());
      run.events()
          .accept(
              new RunEvent.RunStarted(
                  run.clock().now(), run.id(), run.plan().steps().size(), scheduler.alreadyDone()));
      sayWhatIsLookedAtAgain(scheduler.alreadyDone());
      return ended(scheduler.run());
    }
  }

  /** Whether a new process takes a step for done, and does not look at it again. */
  public static boolean isDone(Step step, JournalState journal) {
    return HandOvers.isDone(step, journal);
  }

  /** The count of an earlier process was higher, and nothing was lost. */
  private void sayWhatIsLookedAtAgain(int alreadyDone) {
    int before =
        (int)
            run.plan().steps().stream()
                .filter(step -> run.journal().state().status(step.id()) == StepStatus.DONE)
                .filter(step -> !(step instanceof Step.Verify))
                .count();
    if (before > alreadyDone) {
      run.notice(
          "%s of %d that were done %s looked at again: what was stopped may have been set going"
              .formatted(
                  Amount.of(before - alreadyDone, "step"),
                  before,
                  before - alreadyDone == 1 ? "is" : "are"));
    }
  }

  private RunEvent.RunEnded ended(Scheduler.Summary summary) {
    List<Problem> problems = new ArrayList<>();
    summary.failures().values().forEach(f -> problems.add(f.problem()));
    summary.fatal().ifPresent(thrown -> problems.add(0, fatal(thrown)));
    if (isStuck(summary, problems)) {
      problems.add(fatal(new IllegalStateException("steps are left, and none of them can begin")));
    }
    Outcome outcome = outcome(summary, problems);
    RunEvent.RunEnded ended =
        new RunEvent.RunEnded(
            run.clock().now(),
            outcome,
            summary.done(),
            summary.failures().size(),
            summary.notStarted(),
            problems);
    if (summary.fatal().isEmpty()) {
      run.journal().commit(new RunFinished(run.clock().now(), ending(outcome)));
    }
    run.events().accept(ended);
    return ended;
  }

  /** Never taken for done: what is left may be at neither cluster. */
  private static boolean isStuck(Scheduler.Summary summary, List<Problem> problems) {
    return summary.notStarted() > 0
        && problems.isEmpty()
        && !summary.stopped()
        && !summary.closed();
  }

  private static Outcome outcome(Scheduler.Summary summary, List<Problem> problems) {
    if (summary.fatal().isPresent()) {
      return Outcome.BLOCKED;
    }
    if (summary.stopped()) {
      return Outcome.INTERRUPTED;
    }
    if (!problems.isEmpty()) {
      return Outcome.BLOCKED;
    }
    return summary.closed() ? Outcome.WAITING : Outcome.DONE;
  }

  /** As the journal calls it. */
  static Ending ending(Outcome outcome) {
    return switch (outcome) {
      case DONE -> Ending.DONE;
      case BLOCKED -> Ending.BLOCKED;
      case INTERRUPTED -> Ending.INTERRUPTED;
      case WAITING -> Ending.WAITING;
      case ROLLED_BACK -> Ending.ROLLED_BACK;
      case RESTORED -> Ending.RESTORED;
    };
  }

  /** What stops a whole run: the journal, the vault or the locks; or a defect of ours. */
  private Problem fatal(Throwable thrown) {
    return switch (thrown) {
      case ProblemException known -> known.problem();
      case Error death -> throw death;
      default ->
          new Problem(
              ErrorCode.M9001,
              "an internal error: " + thrown.getClass().getSimpleName(),
              String.valueOf(thrown.getMessage()),
              "",
              List.of("migrator status " + run.id(), run.resume()));
    };
  }
}
