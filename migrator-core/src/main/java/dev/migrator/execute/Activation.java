package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives what was created inert, and carries our mark, the activity that it had before the move. The
 * patch is bound to uid and resourceVersion.
 *
 * <p>Crash: an intent without an outcome; the next process looks whether it is active.
 */
final class Activation {

  private final Run run;
  private final HandOvers handOvers;

  Activation(Run run, HandOvers handOvers) {
    this.run = run;
    this.handOvers = handOvers;
  }

  /**
   * Wakes the object at the run's target.
   *
   * @param step under which it is announced
   * @param doing what is being done, in words
   * @param original how its fields were before we touched them
   * @param elsewhere looked at before each attempt: what the other cluster has, in words, which
   *     forbids it
   */
  StepResult wake(
      StepId step,
      String doing,
      PlannedObject object,
      Map<String, String> original,
      Supplier<Optional<StepResult>> elsewhere) {
    ObjectRef there = run.atTarget(object);
    Manifest atSource = run.vaulted(object.ref());
    SuspensionFields inertia = SuspensionFields.of(atSource);
    Map<String, String> meant = inertia.meant(original, atSource, run.definition(object, atSource));
    // Whether a volume is bound was not known when it was created.
    Optional<Manifest> state =
        Activity.isStorage(object.ref()) ? Optional.empty() : handOvers.seen(object.ref()).target();
    boolean mayBeActive = TtlDeletedJobs.mayBeDone(run.journal().state(), step);
    WriteAttempts trials = new WriteAttempts(run, doing);
    RereadAfterFailure reread = RereadAfterFailure.anyway(run.clock());
    while (true) {
      try {
        Optional<StepResult> refusal = elsewhere.get();
        if (refusal.isPresent()) {
          return refusal.get();
        }
        ResourceType type = run.target().requireType(there.kind(), object.apiVersion());
        Optional<Manifest> live =
            state.isPresent() ? state : run.target().cluster().get(type, there);
        if (live.isEmpty() || !Origin.isOf(live.get(), object.uid())) {
          boolean hasEnded =
              live.isEmpty()
                  && (mayBeActive || trials.mayHaveHappened())
                  && TtlDeletedJobs.deletesItself(run.definition(object));
          return hasEnded
              ? StepResult.observed("ran to its end, and was tidied away")
              : notOurs(there, live);
        }
        if (inertia.fields().isEmpty()) {
          return StepResult.done("is at work since it was created");
        }
        boolean isHeld = live.get().annotations().containsKey(Origin.HELD);
        boolean wasActive = !inertia.isInert(live.get());
        if (wasActive && !isHeld) {
          return StepResult.observed("was active already");
        }
        Optional<String> loose = BoundVolume.loose(run.target(), live.get());
        if (loose.isPresent()) {
          return run.failed(
              ErrorCode.M2102, RefText.of(there) + " is not activated", loose.get(), run.resume());
        }
        trials.sends();
        Manifest ready = wasActive ? live.get() : told(step, object, type, live.get());
        ObjectNode patch = wasActive ? Json.object() : inertia.patchBack(meant);
        boolean staysStopped = patch.equals(inertia.patch());
        if (staysStopped && !isHeld) {
          return StepResult.done("stays stopped, as planned");
        }
        if (isHeld) {
          patch
              .withObjectProperty("metadata")
              .withObjectProperty("annotations")
              .putNull(Origin.HELD);
        }
        Patch.bind(patch, ready);
        run.intend(step, ready.uid(), ready.resourceVersion(), Optional.empty());
        Manifest active = run.target().cluster().patch(type, there, Patch.merge(patch));
        handOvers.sawTarget(object.ref(), active);
        return wasActive
            ? StepResult.observed("was active already")
            : StepResult.done(staysStopped ? "stays stopped, as planned" : "active");
      } catch (ClusterException e) {
        state = Optional.empty();
        trials.failed(e.failure());
        if (!reread.again(e.failure())) {
          return trials.gaveUp(ErrorCode.M2102, e.failure());
        }
      }
    }
  }

  private StepResult notOurs(ObjectRef there, Optional<Manifest> live) {
    return run.failed(
        ErrorCode.M2202,
        RefText.of(there) + " at the " + run.target().name() + " is not the one that we created",
        live.isEmpty() ? "it was deleted" : "its mark is not ours",
        "its definition is in the vault; look at the "
            + run.target().name()
            + ", then: "
            + run.resume());
  }

  /** A CronJob is told first which slots are done; only then may it start Jobs. */
  private Manifest told(StepId step, PlannedObject object, ResourceType type, Manifest live) {
    // Safeguard: slots-not-told
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
    if (stopped.isEmpty() || run.definition(object).at("spec", "suspend").asBoolean(false)) {
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
}
