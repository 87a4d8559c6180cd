package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.StepText;
import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sets the source's objects back that a run stopped and did not delete; and wakes what scales an
 * object that is back there.
 *
 * <p>Crash: every act looks first, so it can be begun again.
 */
final class SettingBack implements StepAction {

  private static final StepResult SET_BACK = StepResult.done("set back");

  private final Run run;
  private final Quiescing quiescing;
  private final Autoscalers autoscalers;
  private final LateRequests open;
  private final Set<ObjectRef> returned;

  /** Looks at the journal now: what is set back is written down under the same steps. */
  SettingBack(Run run) {
    this.run = run;
    this.quiescing = new Quiescing(run, new HandOvers(run.plan(), run.journal().state()));
    this.autoscalers = new Autoscalers(run);
    this.open = LateRequests.of(run.journal().state());
    this.returned = new HashSet<>(Lifecycle.of(run.plan(), run.journal().state()).restored());
  }

  /**
   * A step for everything that was stopped and may still be, in the plan's order; and for what
   * scales, when a scaler was paused: that comes before the stop. Then for what is back at the
   * source and may be held at 0 by such a scaler.
   */
  static List<Step.OnObject> steps(Plan plan, JournalState journal) {
    boolean paused = PausedScalers.any(journal);
    Lifecycle places = Lifecycle.of(plan, journal);
    List<Step.OnObject> steps = new ArrayList<>();
    for (ObjectRef ref : plan.objects(step -> step.is(Verb.QUIESCE))) {
      boolean wasStopped = journal.status(StepId.of(Verb.QUIESCE, ref)) != StepStatus.NOT_STARTED;
      if (isAtSource(places.of(ref)) && (wasStopped || (paused && ref.group().equals("apps")))) {
        steps.add(step(ref));
      }
    }
    if (paused) {
      places.restored().forEach(ref -> steps.add(step(ref)));
    }
    return steps;
  }

  /** The step that sets it back. */
  static Step.OnObject step(ObjectRef ref) {
    return new Step.OnObject(Verb.SET_BACK, ref, List.of());
  }

  private static boolean isAtSource(Position position) {
    return switch (position.wayBack()) {
      case NOTHING, SET_GOING -> position.stage() != Stage.RESTORED;
      case REMOVE_COPY, BRING_BACK, MOVE_BACK, STAYS_DELETED -> false;
    };
  }

  @Override
  public StepResult run(Step.OnObject step, StepLog log) {
    ObjectRef ref = step.object();
    if (returned.contains(ref)) {
      LateRequests.await(run, open.quiet(), why -> log.waits(run.clock().now(), why));
      return wakeScalers(ref).map(w -> WayBackExecution.failed(run, ref, w)).orElse(SET_BACK);
    }
    StepResult result = setBack(step);
    if (result instanceof StepResult.Done && isLate(ref)) {
      // It may be stopped, or its scaler paused, after it was set back.
      LateRequests.await(run, open.quiet(), words -> log.waits(run.clock().now(), words));
      result = setBack(step);
    }
    return result instanceof StepResult.Failed ? WayBackExecution.failed(run, ref, result) : result;
  }

  private boolean isLate(ObjectRef ref) {
    return open.hasPause() || open.has(StepId.of(Verb.QUIESCE, ref));
  }

  /** Sets the source's object back; of what cannot be told to stop there is nothing to note. */
  StepResult setBack(Step.OnObject step) {
    SourceObject source = new SourceObject(run, step.object());
    return source.inertia().fields().isEmpty()
        ? new StepResult.NotNeeded("it was not told to stop")
        : quiescing.giveBack(step.id(), StepText.doing(step), source).orElse(SET_BACK);
  }

  /** Wakes what scales an object that is back at the source; empty when it is, else why not. */
  private Optional<String> wakeScalers(ObjectRef back) {
    RereadAfterFailure reread = RereadAfterFailure.anyway(run.clock());
    while (true) {
      run.clock().checkpoint();
      try {
        autoscalers.resume(new SourceObject(run, back));
        return Optional.empty();
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          return Optional.of("is back, and what scales it stays paused: " + e.failure().detail());
        }
      }
    }
  }
}
