package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Carries out a list of steps, forward or back: tells of each, and writes down what became of it.
 *
 * <p>Crash: whatever was appended to the journal and forced; the next process reads it, looks at
 * both clusters and goes on.
 */
final class StepExecution implements Scheduler.Worker {

  private final Run run;
  private final StepRunner runner;
  private final Direction direction;

  /** What the steps are of. */
  enum Direction {
    /** What an earlier process did is done, and a failure stops what needs the step. */
    FORWARD,
    /** Everything is looked at again, and each step sees for itself what it can do. */
    BACK
  }

  StepExecution(Run run, StepRunner runner, Direction direction) {
    this.run = run;
    this.runner = runner;
    this.direction = direction;
  }

  /**
   * A scheduler that runs these.
   *
   * @param parallel how many at a time, those that wait for something outside not counted
   */
  Scheduler scheduler(List<? extends Step> steps, int parallel, Interruption interruption) {
    return new Scheduler(
        List.copyOf(steps), run.threads(), parallel, run.clock(), interruption, this);
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
            .accept(new RunEvent.StepDone(run.clock().now(), step.id(), step.phase(), done.how()));
      }
      case StepResult.NotNeeded none ->
          run.events()
              .accept(
                  new RunEvent.StepDone(run.clock().now(), step.id(), step.phase(), none.how()));
      case StepResult.Failed failed -> {
        Problem problem = failed.problem();
        Map<String, String> details = details(failed, mayArrive(failed, open));
        if (wasStopped(step, failed)) {
          details.put(StepRecords.STOPPED, "");
        }
        outcome(step, Result.FAILED, details);
        run.events().accept(new RunEvent.StepFailed(run.clock().now(), step.id(), problem));
      }
      case StepResult.Closed closed -> {}
    }
    return result;
  }

  /** Whether a stop that is looked at again failed before anything was sent for it. */
  private boolean wasStopped(Step step, StepResult.Failed failed) {
    if (!(step instanceof Step.OnObject on) || !on.is(Verb.QUIESCE) || failed.isSetBack()) {
      return false;
    }
    Position before = Lifecycle.of(run.plan(), run.journal().state()).of(on.object());
    return switch (before.stage()) {
      case STOPPED, DRAINED -> !before.isInDoubt();
      case UNTOUCHED, COPIED, SET_BACK, DELETED, ABSENT, INERT, ACTIVE, ENDED, RESTORED -> false;
    };
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

  /** The journal, the vault or the locks. */
  private static boolean stopsTheRun(ErrorCode code) {
    return switch (code) {
      case M2105, M2106, M2109 -> true;
      default -> false;
    };
  }

  private void outcome(Step step, Result result, Map<String, String> details) {
    run.journal().append(new StepOutcome(run.clock().now(), step.id(), result, details));
  }

  @Override
  public boolean mustFinish(Step step) {
    return runner.mustFinish(step);
  }

  @Override
  public boolean isDone(Step step) {
    return direction == Direction.FORWARD && HandOvers.isDone(step, run.journal().state());
  }

  @Override
  public boolean goesOnAfterFailure() {
    return direction == Direction.BACK;
  }
}
