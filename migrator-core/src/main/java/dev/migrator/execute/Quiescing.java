package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.JournalState;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the source's object inert, and back again where the hand-over is given up.
 *
 * <p>Crash: the original values are in the journal, and in an annotation on the object, before it
 * is changed. The patch carries uid and resourceVersion, so that one that arrives late changes
 * nothing.
 */
final class Quiescing {

  private final Run run;
  private final HandOvers handOvers;
  private final Autoscalers autoscalers;
  private final Objections objections;

  Quiescing(Run run, HandOvers handOvers) {
    this.run = run;
    this.handOvers = handOvers;
    this.autoscalers = new Autoscalers(run);
    this.objections = new Objections(run, autoscalers);
  }

  /**
   * Offers to go on without what was refused before it was stopped, where it can be left out: not
   * what an earlier process has stopped, or what may be held by a scaler that is paused.
   */
  StepResult withAWayOn(Step.OnObject step, StepResult refused) {
    ObjectRef ref = step.object();
    if (ref.group().equals("apps") && PausedScalers.any(run.journal().state())) {
      return refused;
    }
    try {
      return new SourceObject(run, ref).read().filter(o -> !Origin.isStopped(o)).isPresent()
          ? run.optional(refused, ref, "without it: it stays at the source")
          : refused;
    } catch (ClusterException e) {
      return refused;
    }
  }

  StepResult quiesce(Step.OnObject step) {
    SourceObject source = new SourceObject(run, step.object());
    RereadAfterFailure reread = RereadAfterFailure.unlessStopped(run.clock());
    while (true) {
      Optional<Manifest> live = source.read();
      if (live.isEmpty()) {
        return absent(source);
      }
      if (source.isAnother(live.get())) {
        return source.recreated(live.get());
      }
      if (live.get().isBeingDeleted() && objections.isDeletedByUs(source)) {
        return stoppedFor(source, "is being deleted");
      }
      Optional<StepResult> objection = objections.to(source, live.get());
      if (objection.isPresent()) {
        // An earlier process may have stopped it.
        return setBackFirst(step, source, live.get(), objection.get());
      }
      if (!source.isAsVaulted(live.get())) {
        source.vaultAgain(live.get());
      }
      if (!source.inertia().atSource() || source.inertia().fields().isEmpty()) {
        return quiesced(source, live.get(), StepResult.done("nothing to stop"));
      }
      if (source.isQuiescedByUs(live.get()) && source.inertia().isInert(live.get())) {
        return quiesced(source, live.get(), StepResult.observed("was stopped already"));
      }
      try {
        autoscalers.pause(source);
        Manifest stopped = stop(step, source, live.get());
        return quiesced(source, stopped, StepResult.done("stopped"));
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          return run.refused(ErrorCode.M2102, step, e.failure());
        }
      }
    }
  }

  private StepResult setBackFirst(
      Step step, SourceObject source, Manifest live, StepResult objection) {
    if (live.isBeingDeleted()) {
      return objection;
    }
    Optional<StepResult> failed =
        source.isQuiescedByUs(live)
            ? giveBack(step.id(), StepText.doing(step), source)
            : Optional.empty();
    handOvers.forget(source.ref());
    return failed.orElseGet(() -> goesOn(objection));
  }

  /** The same; it works at the source, whatever was written down of an earlier stop. */
  private static StepResult goesOn(StepResult objection) {
    return objection instanceof StepResult.Failed failed
        ? new StepResult.Failed(failed.problem(), failed.mayArrive(), true)
        : objection;
  }

  private StepResult absent(SourceObject source) {
    if (objections.isDeletedByUs(source)) {
      return stoppedFor(source, "was deleted already");
    }
    // A Job that ran is tidied away when it has ended; its drain says so.
    boolean tidied =
        source.ref().groupKind().equals("Job.batch")
            && !source.vaulted().at("spec", "suspend").asBoolean(false);
    return tidied ? stoppedFor(source, "is gone") : objections.gone(source);
  }

  private StepResult quiesced(SourceObject source, Manifest live, StepResult result) {
    handOvers.sawSource(source.ref(), live, run.clock().now());
    handOvers.move(source.ref(), LifecycleEvent.QUIESCE);
    return result;
  }

  private StepResult stoppedFor(SourceObject source, String how) {
    handOvers.move(source.ref(), LifecycleEvent.QUIESCE);
    return StepResult.observed(how);
  }

  private Manifest stop(Step step, SourceObject source, Manifest live) {
    Map<String, String> original = source.inertia().read(source.untouched(live));
    if (run.journal().state().original(source.ref()).isEmpty()) {
      run.journal().append(new OriginalState(run.clock().now(), source.ref(), original));
    }
    ObjectNode patch = source.inertia().patch();
    Patch.bind(patch, live)
        .withObjectProperty("annotations")
        .put(Origin.STOPPED, source.mark(source.original()));
    run.intend(step, live.uid(), live.resourceVersion(), Optional.empty());
    Manifest stopped =
        run.source().cluster().patch(source.type(), source.ref(), Patch.merge(patch));
    if (!source.inertia().isInert(stopped)) {
      throw new ClusterException(
          StepText.doing(step),
          new ClusterFailure.Invalid("the source did not keep the values that stop it", List.of()));
    }
    return stopped;
  }

  /**
   * Sets the source back as it was: running work did not end in time. A CronJob's slots that passed
   * meanwhile do not fire in a burst: they are marked as done, unless missed runs are caught up.
   *
   * @return empty when it is as it was; else why not
   */
  Optional<StepResult> setBack(Step step, SourceObject source) {
    Optional<StepResult> failed = giveBack(step.id(), StepText.doing(step), source);
    if (failed.isEmpty()) {
      handOvers.forget(source.ref());
      handOvers.move(source.ref(), LifecycleEvent.SET_BACK);
    }
    return failed;
  }

  /**
   * As {@link #setBack}, whatever this run remembers of the hand-over.
   *
   * @param step under which the writes are announced
   */
  Optional<StepResult> giveBack(StepId step, String doing, SourceObject source) {
    RereadAfterFailure reread = RereadAfterFailure.anyway(run.clock());
    while (true) {
      try {
        Optional<Manifest> live = source.read();
        if (live.isEmpty() || source.isAnother(live.get())) {
          // What is not stopped at the source may have come to its end.
          return source.inertia().atSource()
              ? Optional.of(objections.gone(source))
              : Optional.empty();
        }
        if (source.isQuiescedByUs(live.get())) {
          Optional<String> loose =
              BoundVolume.loose(run.source(), live.get()).or(() -> losesItsClaim(live.get()));
          if (loose.isPresent()) {
            return Optional.of(
                run.failed(
                    ErrorCode.M2102,
                    RefText.of(source.ref()) + " is not set back",
                    loose.get(),
                    run.resume()));
          }
          give(step, source, live.get());
        }
        autoscalers.resume(source);
        return Optional.empty();
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          return Optional.of(run.refused(ErrorCode.M2102, doing, e.failure()));
        }
      }
    }
  }

  /** A deletion that was sent may still arrive, and take the claim from its volume. */
  private Optional<String> losesItsClaim(Manifest live) {
    if (!live.ref().groupKind().equals("PersistentVolume")) {
      return Optional.empty();
    }
    ObjectRef claim = DiskDraining.claimOf(live);
    JournalState journal = run.journal().state();
    boolean isBack = journal.status(StepId.of(Verb.RESTORE, claim)) == StepStatus.DONE;
    return isBack || journal.status(StepId.of(Verb.DELETE, claim)) == StepStatus.NOT_STARTED
        ? Optional.empty()
        : Optional.of("the deletion of its claim was announced; its reclaim policy stays Retain");
  }

  private void give(StepId step, SourceObject source, Manifest live) {
    Manifest current = live;
    if (source.ref().groupKind().equals("CronJob.batch")) {
      Optional<ObjectNode> status =
          new CronTimes(live, run.plan().settings().handover().missedRuns())
              .statusToGoOn(
                  run.journal().state().lastScheduled(source.ref()),
                  run.source().cluster().serverTime());
      if (status.isPresent()) {
        Patch.bind(status.get(), current);
        run.intend(step, current.uid(), current.resourceVersion(), Optional.empty());
        current =
            run.source()
                .cluster()
                .patch(source.type(), source.ref(), Patch.mergeOf("status", status.get()));
      }
    }
    ObjectNode patch = source.inertia().patchBack(source.original());
    Patch.bind(patch, current)
        .withObjectProperty("annotations")
        .set(Origin.STOPPED, Json.parse("null"));
    run.intend(step, current.uid(), current.resourceVersion(), Optional.empty());
    Manifest back = run.source().cluster().patch(source.type(), source.ref(), Patch.merge(patch));
    handOvers.sawSource(source.ref(), back, run.clock().now());
  }
}
