package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Carries out the steps of a plan whose preparations are done: locks held, drift checked, every
 * planned object in the vault.
 *
 * <p>Crash: whatever was appended to the journal and forced; the next process reads it, looks at
 * both clusters and goes on.
 */
public final class Execution {

  private final Run run;
  private final StepThreads threads;
  private final Gatekeeper gatekeeper;
  private final CommandRunner commands;
  private final Interruption interruption;

  private Execution(Run run, RunTools tools) {
    this.run = run;
    this.threads = tools.threads();
    this.gatekeeper = tools.gatekeeper();
    this.commands = tools.commands();
    this.interruption = tools.interruption();
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
      StepRunner runner =
          new StepRunner(run, gatekeeper, new Hooks(run, commands, interruption), watches);
      Scheduler scheduler =
          new Scheduler(
              run.plan().steps(),
              run.journal().state(),
              threads,
              run.plan().settings().limits().parallel(),
              run.clock(),
              interruption,
              new Worker(runner));
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
    summary.failures().forEach(f -> problems.add(f.problem()));
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

  private static Ending ending(Outcome outcome) {
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

  /** Does a step and writes down what became of it. */
  private final class Worker implements Scheduler.Worker {

    private final StepRunner runner;

    Worker(StepRunner runner) {
      this.runner = runner;
    }

    @Override
    public StepResult work(Step step, Runnable idle) {
      run.events().accept(new RunEvent.StepStarted(run.clock().now(), step.id(), step.phase()));
      Optional<Instant> open = LateRequests.until(step.id(), run.journal().state().step(step.id()));
      StepResult result = result(step, idle);
      switch (result) {
        case StepResult.Done done -> {
          outcome(step, done.observed() ? Result.OBSERVED : Result.DONE, done.details());
          run.events()
              .accept(
                  new RunEvent.StepDone(run.clock().now(), step.id(), step.phase(), done.how()));
        }
        case StepResult.Failed failed -> {
          Problem problem = failed.problem();
          outcome(step, Result.FAILED, details(failed, mayArrive(failed, open)));
          run.events().accept(new RunEvent.StepFailed(run.clock().now(), step.id(), problem));
        }
        case StepResult.Closed closed -> {}
      }
      return result;
    }

    /**
     * Until when something that was sent for the step may arrive: by this process, or by an earlier
     * one when the cluster does not say what became of that, or may still do it after what it said.
     */
    private Optional<Instant> mayArrive(StepResult.Failed failed, Optional<Instant> open) {
      Instant now = run.clock().now();
      return failed.mayArrive()
          ? Optional.of(LateRequests.until(now))
          // Safeguard: doubt-of-before-forgotten
          : open.filter(end -> failed.problem().code() == ErrorCode.M2110 || end.isAfter(now));
    }

    /**
     * @param mayArrive until when a request may arrive that was sent; empty when none is
     */
    private static Map<String, String> details(
        StepResult.Failed failed, Optional<Instant> mayArrive) {
      Problem problem = failed.problem();
      Map<String, String> details = new TreeMap<>();
      if (failed.isSetBack()) {
        details.put(StepRecords.SET_BACK, "");
      }
      details.put("code", problem.code().name());
      details.put("what", problem.what());
      details.put("why", problem.why());
      mayArrive.ifPresent(until -> details.put(StepOutcome.MAY_ARRIVE, until.toString()));
      return details;
    }

    private StepResult result(Step step, Runnable idle) {
      try {
        return runner.run(step, new StepLog(step.id(), run.events(), idle));
      } catch (ClusterException e) {
        return run.unanswered(step, e);
      } catch (ProblemException e) {
        if (stopsTheRun(e.problem().code())) {
          throw e;
        }
        return StepResult.failed(e.problem());
      }
    }

    private void outcome(Step step, Result result, Map<String, String> details) {
      run.journal().append(new StepOutcome(run.clock().now(), step.id(), result, details));
    }

    @Override
    public boolean mustFinish(Step step) {
      return switch (step) {
        case Step.ProveAbsent s -> runner.isBetween(s.object());
        case Step.CreateInert s -> runner.isBetween(s.object());
        case Step.Activate s -> runner.isBetween(s.object());
        case Step.Create s -> runner.isBetween(s.object());
        case Step.Copy s -> false;
        case Step.AwaitCurrent s -> false;
        case Step.Gate s -> false;
        case Step.RunsCommand s -> false;
        case Step.Quiesce s -> false;
        case Step.Drain s -> false;
        case Step.DeleteAtSource s -> false;
        case Step.Verify s -> false;
      };
    }
  }

  private static boolean stopsTheRun(ErrorCode code) {
    return switch (code) {
      case M2105, M2106, M2109 -> true;
      default -> false;
    };
  }
}
