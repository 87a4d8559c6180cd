package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Patch;
import dev.migrator.execute.HandOver.Event;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.report.RefText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates a duplicate-intolerant object at the target in its inert form, and gives it its activity
 * back once more after the source was seen to be without it.
 *
 * <p>A create is the one request that no precondition fences; so what it creates does nothing. The
 * activation is a patch by resourceVersion.
 */
final class Activating {

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Run run;
  private final HandOvers handOvers;
  private final Creating creating;

  Activating(Run run, HandOvers handOvers, Creating creating) {
    this.run = run;
    this.handOvers = handOvers;
    this.creating = creating;
  }

  StepResult createInert(Step.CreateInert step, boolean isAwaited) {
    PlannedObject object = run.planned(step.object());
    if (Draining.hasEnded(run.journal().state(), object.ref())) {
      handOvers.move(object.ref(), Event.CREATE_INERT);
      return StepResult.done("not created: it ran to its end at the source");
    }
    Optional<StepResult> back = stillAtSource(step, object);
    if (back.isPresent()) {
      return back.get();
    }
    Manifest atSource = run.vaulted(object.ref());
    Manifest definition = run.definition(object, atSource);
    Manifest body =
        Inertia.of(atSource)
            .inert(run.marked(object, creating.withOwners(object, atSource, definition)));
    run.intend(step, object.uid(), "", Run.digest(body));
    return switch (creating.send(step, body, isAwaited)) {
      case Creating.Outcome.Stored stored -> {
        handOvers.sawTarget(object.ref(), stored.object());
        handOvers.move(object.ref(), Event.CREATE_INERT);
        yield StepResult.done(stored.how(), Map.of("uid", stored.object().uid()));
      }
      case Creating.Outcome.Refused refused -> refused.result();
    };
  }

  StepResult activate(Step.Activate step) {
    PlannedObject object = run.planned(step.object());
    if (Draining.hasEnded(run.journal().state(), object.ref())) {
      handOvers.move(object.ref(), Event.ACTIVATE);
      return StepResult.done("not started: it ran to its end at the source");
    }
    ObjectRef there = run.atTarget(object);
    Manifest atSource = run.vaulted(object.ref());
    Inertia inertia = Inertia.of(atSource);
    Map<String, String> original = new SourceObject(run, object.ref()).original();
    Optional<Manifest> state = handOvers.seen(object.ref()).target();
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<StepResult> back = stillAtSource(step, object);
        if (back.isPresent()) {
          return back.get();
        }
        ResourceType type = run.target().requireType(there.kind(), object.apiVersion());
        Optional<Manifest> live =
            state.isPresent() ? state : run.target().cluster().get(type, there);
        if (live.isEmpty() || !Origin.isOf(live.get(), object.uid())) {
          return run.failed(
              ErrorCode.M2202,
              there + " at the target is not the one that we created",
              live.isEmpty() ? "somebody deleted it" : "its mark is not ours",
              "its definition is in the vault; look at the target, then: " + run.resume());
        }
        if (!inertia.isInert(live.get())) {
          return activated(object, StepResult.observed("was active already"));
        }
        Manifest ready = told(step, object, type, live.get());
        boolean wasInert = inertia.patchBack(original).equals(inertia.patch());
        if (!wasInert) {
          ObjectNode patch = inertia.patchBack(original);
          Patch.bind(patch, ready);
          run.intend(step, ready.uid(), ready.resourceVersion(), Optional.empty());
          Manifest active = run.target().cluster().patch(type, there, Patch.merge(patch));
          handOvers.sawTarget(object.ref(), active);
        }
        return activated(object, StepResult.done(wasInert ? "stays stopped, as it was" : "active"));
      } catch (ClusterException e) {
        state = Optional.empty();
        if (!SecondLook.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return run.refused(
              e.failure() instanceof ClusterFailure.OutcomeUnknown
                  ? ErrorCode.M2108
                  : ErrorCode.M2102,
              step,
              e.failure());
        }
        run.patience().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }

  private StepResult activated(PlannedObject object, StepResult result) {
    handOvers.move(object.ref(), Event.ACTIVATE);
    handOvers.forget(object.ref());
    return result;
  }

  /** A CronJob is told first which slots are done; only then may it start Jobs. */
  private Manifest told(Step step, PlannedObject object, ResourceType type, Manifest live) {
    if (!object.ref().groupKind().equals("CronJob.batch")) {
      return live;
    }
    CronTimes times = new CronTimes(live, run.plan().settings().handover().missedRuns());
    Optional<Instant> last = run.journal().state().lastScheduled(object.ref());
    Instant now = run.target().cluster().serverTime();
    Optional<ObjectNode> status = times.statusToGoOn(last, now);
    report(object, times, last, now);
    if (status.isEmpty()) {
      return live;
    }
    Patch.bind(status.get(), live);
    run.intend(step, live.uid(), live.resourceVersion(), Optional.empty());
    return run.target().cluster().patch(type, live.ref(), Patch.mergeOf("status", status.get()));
  }

  private void report(PlannedObject object, CronTimes times, Optional<Instant> last, Instant now) {
    Optional<Instant> stopped = handOvers.seen(object.ref()).quiescedAt();
    if (stopped.isEmpty() || run.vaulted(object.ref()).at("spec", "suspend").asBoolean(false)) {
      return;
    }
    List<Instant> missed = times.missed(last, stopped.get(), now);
    if (!missed.isEmpty()) {
      run.notice(
          RefText.of(object.ref())
              + ": "
              + Amount.of(missed.size(), "slot")
              + " passed during the move, the last at "
              + missed.getLast()
              + switch (run.plan().settings().handover().missedRuns()) {
                case SKIP -> "; they are skipped";
                case CATCH_UP -> "; the last one is caught up";
              });
    }
  }

  /** Looked at again before each of the two: what came back at the source must not run twice. */
  private Optional<StepResult> stillAtSource(Step step, PlannedObject object) {
    SourceObject source = new SourceObject(run, object.ref());
    try {
      return source
          .read()
          .map(
              live ->
                  source.isAnother(live)
                      ? source.recreated(live)
                      : run.failed(
                          ErrorCode.M2205,
                          RefText.of(object.ref())
                              + " is at the source again, though it was proven absent",
                          "uid " + live.uid()));
    } catch (ClusterException e) {
      return Optional.of(run.refused(ErrorCode.M2110, step, e.failure()));
    }
  }
}
