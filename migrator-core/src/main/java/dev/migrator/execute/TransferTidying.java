package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Deletion;
import dev.migrator.event.RefText;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.model.SnapshotNames;
import dev.migrator.mover.Side;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Deletes what the data of a claim came by, in both clusters: on the way forward when the target
 * has a volume of its own, on the way back whatever there is. Only what carries the run's mark.
 *
 * <p>Crash: each deletion is announced, by uid and resourceVersion. It looks first, so it can be
 * begun again.
 *
 * <p>Source: docs/adr/0052
 */
final class TransferTidying {

  /** So long after it was started a pod has a node, or nothing is known of when it will. */
  private static final Duration SCHEDULED = Duration.ofSeconds(30);

  private final Run run;

  TransferTidying(Run run) {
    this.run = run;
  }

  /** For each claim whose data was captured, or may have been, where the run is taken back. */
  static List<Step.OnObject> stepsBack(Plan plan, StepRecords records, boolean removesCopies) {
    List<Step.OnObject> steps = new ArrayList<>();
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (ObjectRef claim : plan.objects(step -> step.is(Verb.CAPTURE))) {
      boolean hasBegun =
          Stream.of(Verb.PRECOPY, Verb.CAPTURE)
              .anyMatch(verb -> records.status(StepId.of(verb, claim)) != StepStatus.NOT_STARTED);
      boolean isCopied = Optional.ofNullable(objects.get(claim)).orElseThrow().isCopied();
      if (hasBegun) {
        steps.add(
            new Step.OnObject(
                Verb.TIDY,
                claim,
                Phase.WAY_BACK,
                removesCopies && !isCopied
                    ? List.of(StepId.of(Verb.REMOVE_COPY, claim))
                    : List.of()));
      }
    }
    return steps;
  }

  /**
   * What holds the objects of these, or defines them, is removed after them; and a claim after the
   * pods of its mover, which use it.
   */
  static Step.OnObject before(Step.OnObject removal, List<Step.OnObject> tidying) {
    ObjectRef removed = removal.object();
    boolean isDefinition =
        removed.kind().equals("CustomResourceDefinition")
            && removed.name().endsWith("." + SnapshotNames.GROUP);
    Set<StepId> needs = new TreeSet<>(removal.needs());
    for (Step.OnObject tidy : tidying) {
      boolean isItsClaim =
          removed.equals(tidy.object())
              && !tidy.needs().contains(StepId.of(Verb.REMOVE_COPY, removed));
      if (isDefinition
          || isItsClaim
          || removed.equals(ObjectRef.namespace(tidy.object().namespace()))) {
        needs.add(tidy.id());
      }
    }
    return removal.waiting(List.copyOf(needs));
  }

  /** What the target still needs is not deleted: it waits for the claim's volume. */
  StepResult forward(Step.OnObject step, StepLog log) {
    PlannedObject planned = run.planned(step.object());
    ObjectRef there = run.atTarget(planned);
    Instant end = run.clock().now().plus(run.plan().settings().limits().readyTimeout());
    Instant scheduled = run.clock().now().plus(SCHEDULED);
    GrowingPause pause = new GrowingPause(run.clock());
    try {
      while (true) {
        Optional<Manifest> claim = run.target().get(there, planned.apiVersion());
        String phase =
            claim.map(live -> live.at("status", "phase").asText("Pending")).orElse("gone");
        // Safeguard: tidied-before-bound
        if (phase.equals("Bound")) {
          return tidied(step, log);
        }
        if (run.clock().now().isAfter(scheduled) && claim.filter(this::waitsForAPod).isPresent()) {
          run.notice(
              "%s gets its volume when a pod uses it at the target; until then the snapshot of its data is kept: volumesnapshot/%s in both clusters, to be deleted after that"
                  .formatted(RefText.of(there), SnapshotNames.of(planned.uid())));
          return StepResult.done("kept until a pod uses the claim");
        }
        if (run.clock().now().isAfter(end)) {
          return run.failed(
              ErrorCode.M2107,
              RefText.of(there) + " has no volume yet at the target",
              "it is " + phase + "; until it is Bound, what its data comes by is kept",
              "start what uses it, then: " + run.resume());
        }
        log.waits(run.clock().now(), "the target's claim is " + phase);
        pause.pause();
      }
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private void noteWhatTheMoverLeaves(PlannedObject claim) {
    if (claim.isCopied()) {
      ClaimCopy copy = ClaimCopy.of(run.plan().settings(), run.id(), claim, ClaimCopy.NO_KEY);
      copy.mover()
          .leaves(copy.values(Side.TARGET, ""))
          .ifPresent(what -> run.notice("mover " + copy.mover().name() + " leaves " + what));
    }
  }

  /** A class may make volumes only for claims that a scheduled pod uses; nothing uses this one. */
  private boolean waitsForAPod(Manifest claim) {
    return !claim.annotations().containsKey("volume.kubernetes.io/selected-node")
        && run.target()
            .find(
                new ObjectRef(
                    "storage.k8s.io",
                    "StorageClass",
                    "",
                    claim.at("spec", "storageClassName").asText("")))
            .filter(c -> c.at("volumeBindingMode").asText("").equals("WaitForFirstConsumer"))
            .isPresent();
  }

  /** On the way back, when nothing that was sent can arrive any more. */
  StepResult back(Step.OnObject step, StepLog log) {
    LateRequests.await(
        run,
        LateRequests.of(run.journal().state()).quiet(step.object()),
        why -> log.waits(run.clock().now(), why));
    PlannedObject planned = run.planned(step.object());
    try {
      boolean isNeeded =
          !planned.isCopied()
              && run.target()
                  .get(run.atTarget(planned), planned.apiVersion())
                  .filter(claim -> run.made(claim, planned) && !claim.isBeingDeleted())
                  .filter(claim -> !claim.at("status", "phase").asText("").equals("Bound"))
                  .isPresent();
      if (isNeeded) {
        run.notice(
            RefText.of(planned.ref())
                + " has no volume yet at the target, which is made from its snapshot: delete the"
                + " claim there, then repeat this command to delete the snapshot");
        return new StepResult.NotNeeded("the target's claim is still to be made from it");
      }
      return tidied(step, log);
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private StepResult tidied(Step.OnObject step, StepLog log) {
    PlannedObject planned = run.planned(step.object());
    Consumer<String> waits = why -> log.waits(run.clock().now(), why);
    List<String> held = new ArrayList<>();
    int deleted = 0;
    for (TransferObject object : TransferObject.of(run.plan().settings(), run.id(), planned)) {
      // While the target has something, the source's must be there.
      if (object.side() == Side.TARGET || held.isEmpty()) {
        deleted += delete(step, object, waits, held);
      }
    }
    if (!held.isEmpty()) {
      return run.failed(
          ErrorCode.M2104,
          "what the data of " + RefText.of(planned.ref()) + " came by is not gone",
          String.join("; ", held));
    }
    if (deleted == 0) {
      return StepResult.observed("nothing of it is left");
    }
    noteWhatTheMoverLeaves(planned);
    return StepResult.done("what its data came by is deleted");
  }

  /**
   * @param held hears why it does not go
   * @return how many were deleted
   */
  private int delete(
      Step.OnObject step, TransferObject object, Consumer<String> waits, List<String> held) {
    ClusterSide side = object.side() == Side.SOURCE ? run.source() : run.target();
    ObjectRef ref = object.ref();
    Optional<ResourceType> type = side.typeByAsking(ref.kind(), object.apiVersion());
    if (type.isEmpty()) {
      return 0;
    }
    RereadAfterFailure reread = RereadAfterFailure.unlessStopped(run.clock());
    Instant end = run.clock().now().plus(run.plan().settings().limits().readyTimeout());
    GrowingPause pause = new GrowingPause(run.clock());
    int deleted = 0;
    while (true) {
      try {
        Optional<Manifest> live = side.cluster().get(type.get(), ref);
        if (live.isEmpty() || !run.made(live.get(), run.planned(step.object()))) {
          return deleted;
        }
        if (!live.get().isBeingDeleted()) {
          noteWhatStays(side, live.get());
          run.intend(step, live.get().uid(), live.get().resourceVersion(), Optional.empty());
          Optional<Manifest> unused =
              side.cluster()
                  .delete(
                      type.get(),
                      ref,
                      Deletion.background(live.get().uid(), live.get().resourceVersion()));
          deleted = 1;
        } else {
          waits.accept(DeletionBlockers.words(live.get()));
        }
        if (run.clock().now().isAfter(end)) {
          held.add("at the " + side.name() + ": " + DeletionBlockers.words(live.get()));
          return deleted;
        }
        pause.pause();
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          throw e;
        }
      }
    }
  }

  /** A class may say that snapshots stay when their objects go. */
  private void noteWhatStays(ClusterSide side, Manifest snapshot) {
    if (side != run.source()) {
      return;
    }
    SnapshotObjects.contentOf(snapshot)
        .flatMap(name -> side.find(SnapshotObjects.content(name)))
        .filter(content -> content.at("spec", "deletionPolicy").asText("").equals("Retain"))
        .ifPresent(
            content ->
                run.notice(
                    "volumesnapshotcontent/"
                        + content.name()
                        + " stays at the source with its snapshot, as its class says"));
  }
}
