package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.journal.Journal;
import dev.migrator.journal.Vault;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out the steps of a way back: by the scheduler of a move, with its events and its journal.
 * What an earlier process did is looked at again, and a step that fails stops no other: each sees
 * for itself what it can still do.
 *
 * <p>Source: docs/adr/0048
 */
public final class WayBackExecution {

  private WayBackExecution() {}

  /**
   * What came of it.
   *
   * @param done how many steps came to their end
   * @param failed what is not as it should be, and why, in the order in which it was found
   * @param left how many steps were not begun, or given up, because the run shall stop
   */
  public record Outcome(int done, Map<ObjectRef, String> failed, int left) {
    public Outcome {
      failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
    }

    /** The same, and this failed, too; of one object the first reason counts. */
    Outcome and(Map<ObjectRef, String> more) {
      Map<ObjectRef, String> all = new LinkedHashMap<>(failed);
      more.forEach(all::putIfAbsent);
      return new Outcome(done, all, left);
    }

    /** Of two, one after the other. */
    public Outcome then(Outcome next) {
      return new Outcome(done + next.done, failed, left + next.left).and(next.failed);
    }
  }

  /**
   * Does them all, as far as that can be done.
   *
   * <p>Errors: none are thrown for a step; they are in the outcome. What stops a whole run is.
   *
   * @param journal of the way back: that of the run, or of its prune
   * @param vault likewise
   * @param actions one for each kind among the steps
   * @param parallel how many at a time, those that wait for something outside not counted
   */
  public static Outcome of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      RunTools tools,
      List<Step.OnObject> steps,
      Map<Verb, StepAction> actions,
      int parallel) {
    return of(Run.of(plan, source, target, journal, vault, tools), tools, steps, actions, parallel);
  }

  static Outcome of(
      Run run,
      RunTools tools,
      List<Step.OnObject> steps,
      Map<Verb, StepAction> actions,
      int parallel) {
    Scheduler.Summary summary =
        new StepExecution(run, new ByKind(run, actions), StepExecution.Direction.BACK)
            .scheduler(steps, parallel, tools.interruption())
            .run();
    if (summary.fatal().isPresent()) {
      throw thrown(summary.fatal().get());
    }
    Map<ObjectRef, String> failed = new LinkedHashMap<>();
    summary
        .failures()
        .forEach(
            (step, failure) ->
                failed.putIfAbsent(((Step.OnObject) step).object(), failure.problem().why()));
    return new Outcome(summary.done(), failed, summary.notStarted());
  }

  private static RuntimeException thrown(Throwable fatal) {
    return switch (fatal) {
      case Error death -> throw death;
      case RuntimeException known -> known;
      default -> new IllegalStateException(fatal);
    };
  }

  /** Each by its action; a process that shall stop begins none. */
  private record ByKind(Run run, Map<Verb, StepAction> actions) implements StepRunner {

    @Override
    public StepResult run(Step step, StepLog log) {
      Step.OnObject on = (Step.OnObject) step;
      run.clock().checkpoint();
      return Optional.ofNullable(actions.get(on.verb()))
          .orElseThrow(() -> new IllegalStateException("nobody does " + on.id()))
          .run(on, log);
    }

    @Override
    public boolean mustFinish(Step step) {
      return false;
    }
  }

  /** What a step of a rollback could not do. */
  static StepResult failed(Run run, ObjectRef ref, String why) {
    return run.failed(ErrorCode.M2401, RefText.of(ref) + " is not back as it was", why);
  }

  /** As {@link #failed(Run, ObjectRef, String)}; what was sent for it may still arrive. */
  static StepResult failed(Run run, ObjectRef ref, StepResult what) {
    return failed(run, ref, what.words()) instanceof StepResult.Failed failed
            && what instanceof StepResult.Failed known
        ? new StepResult.Failed(failed.problem(), known.mayArrive(), false)
        : failed(run, ref, what.words());
  }
}
