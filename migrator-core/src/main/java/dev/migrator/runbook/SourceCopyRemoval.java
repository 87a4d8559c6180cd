package dev.migrator.runbook;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.TimeSource;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.CascadeLoss;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.ClusterSnapshot;
import dev.migrator.execute.StayReason;
import dev.migrator.execute.Staying;
import dev.migrator.execute.StepAction;
import dev.migrator.execute.StepLog;
import dev.migrator.execute.StepResult;
import dev.migrator.execute.TargetRemovalDecision;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Removes copies from the source, one after the other, each by uid and resourceVersion. One that
 * has another resourceVersion, and still is what moved, is removed as it is now.
 */
final class SourceCopyRemoval implements StepAction {

  /** Whom claims belong to is looked up again after this: one list a namespace, not an object. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private static final Duration FRESH_FOR_ALL = Duration.ofMinutes(1);
  private static final int ATTEMPTS = 8;
  private static final int SOME = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final ClusterSide source;
  private final ClusterSide target;
  private final Plan plan;
  private final UnchangedSinceMove sinceTheMove;
  private final TimeSource time;
  private final Consumer<RunEvent> events;
  private final PruneRecord record;
  private final Map<ObjectRef, PlannedObject> objects;
  private final Map<ObjectRef, PrunePlan.Copy> copies;
  private final Map<ObjectRef, String> keptByDecision;
  private final Set<String> going;
  private final Counterparts counterparts;
  private final Set<ObjectRef> leaving;
  private Staying staying;
  private CopyCascade along;
  private Instant looked;

  /** When everything was looked at for what is everybody's. */
  private Optional<Instant> lookedAtAll = Optional.empty();

  SourceCopyRemoval(
      RunContext runContext,
      ClusterSide source,
      ClusterSide target,
      Plan plan,
      PrunePlanning.Decision decision,
      PruneRecord record) {
    PrunePlan prune = decision.plan();
    this.source = source;
    this.target = target;
    this.plan = plan;
    this.sinceTheMove = UnchangedSinceMove.of(runContext.directory(), plan);
    this.time = runContext.time();
    this.events = runContext.events();
    this.record = record;
    this.objects = plan.objectsByRef();
    this.copies =
        prune.removed().stream().collect(Collectors.toMap(PrunePlan.Copy::ref, copy -> copy));
    this.keptByDecision = prune.kept();
    this.going = prune.removed().stream().map(PrunePlan.Copy::uid).collect(Collectors.toSet());
    this.along = new CopyCascade(source, target, plan, going::contains);
    this.looked = time.now();
    this.counterparts = new Counterparts(plan, source, target);
    this.leaving =
        prune.removed().stream()
            .map(PrunePlan.Copy::ref)
            .collect(Collectors.toCollection(HashSet::new));
    this.staying = decision.staying();
  }

  @Override
  public StepResult run(Step.OnObject step, StepLog log) {
    ObjectRef ref = step.object();
    Optional<String> why =
        Optional.ofNullable(keptByDecision.get(ref))
            .or(
                () ->
                    Optional.ofNullable(copies.get(ref))
                        .flatMap(copy -> remove(planned(ref), copy)));
    return why.map(w -> failed(ref, w)).orElseGet(() -> StepResult.done("removed from the source"));
  }

  private PlannedObject planned(ObjectRef ref) {
    return Optional.ofNullable(objects.get(ref)).orElseThrow();
  }

  private StepResult failed(ObjectRef ref, String why) {
    return StepResult.failed(
        Problem.of(
            ErrorCode.M2103,
            RefText.of(ref) + " could not be removed from the source",
            why,
            "migrator prune " + record.run()));
  }

  /** Empty when the copy is gone, else why it is not, in words. */
  private Optional<String> remove(PlannedObject object, PrunePlan.Copy copy) {
    Optional<String> why;
    try {
      why = kept(copy).or(() -> removed(object, copy));
    } catch (ClusterException | ProblemException e) {
      stays(copy, "it could not be looked at");
      throw e;
    }
    leaving.remove(copy.ref());
    why.ifPresent(words -> stays(copy, words));
    return why;
  }

  /** What stays against the plan keeps what it needs, too. */
  private void stays(PrunePlan.Copy copy, String why) {
    leaving.remove(copy.ref());
    going.remove(copy.uid());
    staying.keep(copy.ref(), StayReason.of(why));
  }

  private Optional<String> kept(PrunePlan.Copy copy) {
    return staying.kept(copy.ref()).map(StayReason::words);
  }

  private Optional<String> removed(PlannedObject object, PrunePlan.Copy copy) {
    String resourceVersion = copy.resourceVersion();
    for (int attempt = 1; ; attempt++) {
      if (record.holds(copy.ref(), copy.uid(), resourceVersion)) {
        try {
          return removeAt(object, copy, resourceVersion);
        } catch (ClusterException e) {
          if (e.failure() instanceof ClusterFailure.NotFound && isGone(object, copy)) {
            return Optional.empty();
          }
          if (!(e.failure() instanceof ClusterFailure.Conflict) || attempt == ATTEMPTS) {
            return Optional.of(e.failure().detail());
          }
        }
        // What is removed moves the status of quotas, budgets and autoscalers.
        pause(attempt);
      }
      Look look = lookAgain(object, copy);
      if (look.end().isPresent()) {
        return look.end().get();
      }
      resourceVersion = look.resourceVersion();
    }
  }

  private Optional<String> removeAt(
      PlannedObject object, PrunePlan.Copy copy, String resourceVersion) {
    Optional<ResourceType> type = type(object);
    if (type.isEmpty()) {
      return Optional.of("its kind is no longer served");
    }
    Optional<String> kept =
        missedAtTarget(object, type.get()).or(() -> takenAlong(copy)).or(() -> stillUsed(copy));
    if (kept.isPresent()) {
      return kept;
    }
    keepWhatGoesAlong(copy);
    // Safeguard: pruned-unannounced
    record.intend(copy.ref(), copy.uid(), resourceVersion);
    Optional<Manifest> unused =
        source
            .cluster()
            .delete(
                type.get(),
                copy.ref(),
                // Safeguard: prune-without-resource-version
                Deletion.background(copy.uid(), resourceVersion));
    return Optional.empty();
  }

  private void keepWhatGoesAlong(PrunePlan.Copy copy) {
    List<Manifest> missed = along.missed(copy.ref(), copy.uid());
    missed.forEach(record::keep);
    List<ObjectRef> told =
        missed.stream().map(Manifest::ref).filter(ref -> !LossWithOwner.isUsual(ref)).toList();
    if (!told.isEmpty()) {
      events.accept(
          new RunEvent.Notice(
              time.now(),
              "with %s goes at the source, and is in the vault of the prune: %s"
                  .formatted(RefText.of(copy.ref()), RefText.some(told, SOME))));
    }
  }

  /** A copy is only too much as long as there is the other one, and that works. */
  private Optional<String> missedAtTarget(PlannedObject object, ResourceType type) {
    ObjectRef name = TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
    Optional<Manifest> there =
        target
            .type(name.kind(), object.apiVersion())
            .flatMap(t -> target.cluster().get(t, name))
            .filter(found -> !found.isBeingDeleted());
    if (there.isEmpty()) {
      return Optional.of("the target does not have it any more");
    }
    return source
        .cluster()
        .get(type, object.ref())
        .flatMap(live -> counterparts.reasonToKeep(object, live, there.get()));
  }

  /** Somebody may have begun to use what is everybody's: one more look for all of these. */
  private Optional<String> stillUsed(PrunePlan.Copy copy) {
    Instant now = time.now();
    boolean isFresh = lookedAtAll.filter(then -> then.plus(FRESH_FOR_ALL).isAfter(now)).isPresent();
    if (copy.ref().isClusterScoped() && !isFresh) {
      CascadeLoss lost = CopyCascade.lost(source, target, plan);
      staying =
          Staying.of(
              ClusterSnapshot.of(source, leaving, body -> {}),
              leaving,
              Map.of(),
              one -> lost.why(one.type(), one.ref(), one.loss(), one.owners()));
      lookedAtAll = Optional.of(now);
    }
    return kept(copy);
  }

  private Optional<String> takenAlong(PrunePlan.Copy copy) {
    try {
      lookAgainAfterAWhile();
      return along.reasonToKeep(copy.ref(), copy.uid());
    } catch (ProblemException e) {
      // Not known is not none.
      return Optional.of(e.problem().what() + ": " + e.problem().why());
    }
  }

  /**
   * What a copy is after it was not what was to be deleted.
   *
   * @param end what became of it, as {@link #remove} says it; empty when it can be tried again
   */
  private record Look(Optional<Optional<String>> end, String resourceVersion) {
    static Look over(Optional<String> end) {
      return new Look(Optional.of(end), "");
    }
  }

  private Look lookAgain(PlannedObject object, PrunePlan.Copy copy) {
    try {
      Optional<Manifest> live =
          type(object)
              .flatMap(type -> source.cluster().get(type, copy.ref()))
              .filter(found -> found.uid().equals(copy.uid()) && !found.isBeingDeleted());
      if (live.isEmpty()) {
        return Look.over(Optional.empty());
      }
      Optional<String> kept =
          TargetRemovalDecision.leftToItsController(live.get())
              .or(() -> sinceTheMove.changed(object, live.get()));
      if (kept.isPresent()) {
        return Look.over(kept);
      }
      record.keep(live.get());
      return new Look(Optional.empty(), live.get().resourceVersion());
    } catch (ClusterException e) {
      return Look.over(Optional.of(e.failure().detail()));
    }
  }

  private void pause(int attempt) {
    try {
      time.sleep(PAUSE.multipliedBy(attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAgainAfterAWhile() {
    Instant now = time.now();
    if (now.isAfter(looked.plus(FRESH))) {
      along = new CopyCascade(source, target, plan, going::contains);
      looked = now;
    }
  }

  private Optional<ResourceType> type(PlannedObject object) {
    return source.type(object.ref().kind(), object.sourceApiVersion());
  }

  /** Whether the server itself says so: what is lost on its way is not found, too. */
  private boolean isGone(PlannedObject object, PrunePlan.Copy copy) {
    try {
      return type(object)
          .flatMap(type -> source.cluster().get(type, copy.ref()))
          .filter(live -> live.uid().equals(copy.uid()))
          .isEmpty();
    } catch (ClusterException e) {
      return false;
    }
  }
}
