package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.StepId;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run left in transit: stopped at the source, or deleted there and not at work at the
 * target. A plan of the way back is made from what the target has, so these are brought back before
 * it.
 */
final class InTransit {

  private static final int SOME = 5;

  private final Plan plan;
  private final JournalState journal;
  private final CommandSide source;
  private final CommandSide target;

  InTransit(Plan plan, JournalState journal, Cluster source, Cluster target) {
    this.plan = plan;
    this.journal = journal;
    this.source = new CommandSide("source", source);
    this.target = new CommandSide("target", target);
  }

  /**
   * Errors: M1110 when something is in transit, with each object's place; M1401 to M1403 when a
   * cluster does not say.
   */
  void requireNone(RunDirectory directory) {
    Map<ObjectRef, String> found = objects();
    if (found.isEmpty()) {
      return;
    }
    String run = directory.run().id();
    StringBuilder some = new StringBuilder();
    found.entrySet().stream()
        .limit(SOME)
        .forEach(
            e ->
                some.append(some.isEmpty() ? "" : "; ")
                    .append(RefText.of(e.getKey()))
                    .append(' ')
                    .append(e.getValue()));
    throw Problem.of(
            ErrorCode.M1110,
            Amount.of(found.size(), "object is", "objects are")
                + " in transit, and the way back can only be planned from the target",
            some + (found.size() > SOME ? "; ..." : ""),
            "migrator rollback " + run + " --backward   (brings it back to the source first)")
        .withState("This command changed nothing.")
        .exception();
  }

  /** The autoscalers of the source that the run paused, sorted. */
  List<ObjectRef> paused(RunDirectory directory) {
    List<ObjectRef> paused = new ArrayList<>();
    source
        .anyVersion("ScaledObject.keda.sh")
        .ifPresent(
            type ->
                source.each(
                    type,
                    scaler -> {
                      if (Origin.isPaused(scaler, directory.run().id())) {
                        paused.add(scaler.ref());
                      }
                    }));
    return paused.stream().distinct().sorted().toList();
  }

  /**
   * What was handed over and is back: the source has it, and the target does not. In the plan's
   * order; such a run can be taken back like one that deleted nothing.
   */
  List<ObjectRef> returned() {
    List<ObjectRef> handedOver = Lifecycle.of(plan, journal).handedOver(WayBack.MOVE_BACK);
    if (handedOver.isEmpty()) {
      return List.of();
    }
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    return handedOver.stream()
        .filter(
            ref -> {
              PlannedObject object = Optional.ofNullable(objects.get(ref)).orElseThrow();
              return target.get(there(object), object.apiVersion()).isEmpty()
                  && source
                      .get(ref, object.sourceApiVersion())
                      .filter(live -> !live.isBeingDeleted())
                      .isPresent();
            })
        .toList();
  }

  private ObjectRef there(PlannedObject object) {
    return TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
  }

  /** What is in transit and where it is, in the plan's order. */
  Map<ObjectRef, String> objects() {
    Lifecycle places = Lifecycle.of(plan, journal);
    if (places.handedOver(WayBack.SET_GOING, WayBack.BRING_BACK).isEmpty()) {
      return Map.of();
    }
    Map<ObjectRef, String> found = new LinkedHashMap<>();
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    places
        .handedOver()
        .forEach(
            (ref, position) -> {
              PlannedObject object = Optional.ofNullable(objects.get(ref)).orElseThrow();
              switch (position.wayBack()) {
                case SET_GOING -> stopped(object).ifPresent(how -> found.put(ref, how));
                case BRING_BACK -> found.put(ref, between(object));
                case NOTHING, REMOVE_COPY, MOVE_BACK, STAYS_DELETED -> {}
              }
            });
    return found;
  }

  private Optional<String> stopped(PlannedObject object) {
    Optional<Manifest> live = source.get(object.ref(), object.sourceApiVersion());
    if (live.isEmpty()) {
      // Our deletions are announced, so this one was not ours.
      return Optional.empty();
    }
    // A run that was taken back waited for what may arrive late.
    boolean inDoubt =
        journal.finished().filter(end -> end.ending() == Ending.ROLLED_BACK).isEmpty()
            && journal.isInDoubt(StepId.of(Verb.QUIESCE, object.ref()));
    // A drain that was given up has set it back: then it is as it was.
    return Origin.isStopped(live.get()) || inDoubt
        ? Optional.of("is stopped at the source")
        : Optional.empty();
  }

  private String between(PlannedObject object) {
    if (source.get(object.ref(), object.sourceApiVersion()).isPresent()) {
      return "is still at the source, and its deletion was announced";
    }
    return target.get(there(object), object.apiVersion()).isPresent()
        ? "is at the target and was not seen to work there"
        : "is at neither cluster; its definition is in the vault";
  }
}
