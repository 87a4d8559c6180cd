package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.PuttingBack;
import dev.migrator.execute.TargetCheck;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.report.RefText;
import dev.migrator.report.RunEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes the copies that a finished move left at the source: only what is at the target, equal,
 * and at the source still as it was when it moved. What takes other things along when it is deleted
 * (namespaces, definitions, volumes) stays, and so does what is cluster-scoped, unless it is asked
 * for by name and nothing else uses it.
 */
public final class Pruning {

  private static final int SOME = 8;

  private Pruning() {}

  /**
   * One copy that can go.
   *
   * @param uid at the source, a precondition of its deletion
   * @param resourceVersion likewise
   */
  public record Copy(ObjectRef ref, String uid, String resourceVersion) {}

  /**
   * What pruning would do.
   *
   * @param removed in the order in which they are removed: dependants first
   * @param kept what stays, with the reason
   */
  public record PrunePlan(List<Copy> removed, Map<ObjectRef, String> kept) {
    public PrunePlan {
      removed = List.copyOf(removed);
      kept = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(kept));
    }
  }

  /**
   * Looks, and changes nothing.
   *
   * <p>Errors: M1107 when the run is not done; as {@link Verifying}.
   */
  public static PrunePlan plan(Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    return plan(source, target, directory, plan, Set.of());
  }

  /**
   * As {@link #plan(Cluster, Cluster, RunDirectory, Plan)}, also with copies in no namespace.
   *
   * @param clusterScoped the names of those that may go, too
   */
  public static PrunePlan plan(
      Cluster source,
      Cluster target,
      RunDirectory directory,
      Plan plan,
      Set<String> clusterScoped) {
    requireDone(directory, directory.hasJournal() ? finished(directory) : Optional.empty());
    Map<ObjectRef, String> wrong =
        Verifying.verify(source, target, directory, plan).stream()
            .collect(Collectors.toMap(TargetCheck.Mismatch::ref, TargetCheck.Mismatch::what));
    Preparation preparation = new Preparation(plan, source, target, true);
    ClusterSide side = preparation.sourceSide();
    requireHandedOver(directory, plan, side);
    Set<String> going = new HashSet<>();
    Reasons reasons =
        new Reasons(
            SinceTheMove.of(directory, plan),
            new TakenAlong(side, preparation.targetSide(), plan, going::contains),
            new SharedCopies(side, clusterScoped, going::contains));
    UsedByLeftOut staying = UsedByLeftOut.of(side, plan);
    List<Copy> removed = new ArrayList<>();
    Map<ObjectRef, String> kept = new java.util.TreeMap<>();
    Set<ObjectRef> handedOver = Set.copyOf(plan.handedOver());
    for (PlannedObject object : inRemovalOrder(plan)) {
      ObjectRef ref = object.ref();
      Optional<ResourceType> type = side.type(ref.kind(), object.sourceApiVersion());
      if (handedOver.contains(ref) || type.isEmpty()) {
        continue;
      }
      Optional<Manifest> live = new Side("source", source).get(type.get(), ref);
      if (live.isEmpty() || live.get().isBeingDeleted()) {
        continue;
      }
      Optional<String> why =
          Optional.ofNullable(wrong.get(ref))
              .map(w -> "at the target: " + w)
              .or(() -> staying.reasonToKeep(ref))
              .or(() -> reasons.toKeep(object, live.get()));
      if (why.isPresent()) {
        kept.put(ref, why.get());
      } else {
        removed.add(new Copy(ref, live.get().uid(), live.get().resourceVersion()));
        going.add(live.get().uid());
      }
    }
    return new PrunePlan(removed, kept);
  }

  /** Why a copy stays that the target has. */
  private record Reasons(SinceTheMove sinceTheMove, TakenAlong along, SharedCopies shared) {

    Optional<String> toKeep(PlannedObject object, Manifest live) {
      ObjectRef ref = object.ref();
      if (Activity.isKept(ref)) {
        return Optional.of("a " + ref.kind() + " takes with it what is in it");
      }
      return leftToItsController(live)
          .or(() -> shared.reasonToKeep(object, live))
          .or(() -> along.reasonToKeep(ref, live.uid()))
          .or(() -> sinceTheMove.changed(object, live));
    }
  }

  /** What was handed over and is back at the source may need every copy there. */
  private static void requireHandedOver(RunDirectory directory, Plan plan, ClusterSide source) {
    List<ObjectRef> back = new ArrayList<>();
    Set<ObjectRef> away =
        Set.copyOf(
            Lifecycle.of(plan, directory.readJournal().state()).handedOver(WayBack.MOVE_BACK));
    for (PlannedObject object : plan.objects()) {
      boolean isBack =
          away.contains(object.ref())
              && source
                  .type(object.ref().kind(), object.sourceApiVersion())
                  .flatMap(type -> new Side("source", source.cluster()).get(type, object.ref()))
                  .isPresent();
      if (isBack) {
        back.add(object.ref());
      }
    }
    if (!back.isEmpty()) {
      throw Problem.of(
              ErrorCode.M1107,
              Amount.of(back.size(), "object")
                  + " that was handed over is at the source, so nothing is removed there",
              RefText.of(back.getFirst()) + " may need the copies that are beside it",
              "migrator verify " + directory.run().id(),
              "migrator rollback "
                  + directory.run().id()
                  + "   (when all is back: removes the copies from the target instead)")
          .exception();
    }
  }

  private static Optional<JournalRecord.RunFinished> finished(RunDirectory directory) {
    return directory.readJournal().state().finished();
  }

  private static void requireDone(
      RunDirectory directory, Optional<JournalRecord.RunFinished> finished) {
    if (finished.filter(end -> end.ending() == JournalRecord.Ending.DONE).isEmpty()) {
      String run = directory.run().id();
      throw Problem.of(
              ErrorCode.M1107,
              "run " + run + " is not done, so nothing is removed from the source",
              "the copies at the source are what there is to fall back on",
              "migrator resume " + run)
          .exception();
    }
  }

  /** Dependants first; what is in no namespace at last, when its users are gone. */
  private static List<PlannedObject> inRemovalOrder(Plan plan) {
    List<PlannedObject> order = new ArrayList<>();
    List<PlannedObject> clusterScoped = new ArrayList<>();
    for (PlannedObject object : inCreationOrder(plan).reversed()) {
      (object.ref().namespace().isEmpty() ? clusterScoped : order).add(object);
    }
    order.addAll(clusterScoped);
    return order;
  }

  private static List<PlannedObject> inCreationOrder(Plan plan) {
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    List<PlannedObject> order = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Copy || step instanceof Step.Create) {
        ObjectRef ref = ((Step.OnObject) step).object();
        Optional.ofNullable(objects.get(ref)).ifPresent(order::add);
      }
    }
    return order;
  }

  /** Why a custom resource with a finalizer stays, such as an Argo CD Application that cascades. */
  static Optional<String> leftToItsController(Manifest live) {
    return live.ref().isForeign() && !live.at("metadata", "finalizers").isEmpty()
        ? Optional.of("its controller ends it, and may delete more with it")
        : Optional.empty();
  }

  /**
   * Removes what the prune plan says, each by uid and resourceVersion; what changed meanwhile
   * stays, unless it is only its status.
   *
   * <p>Crash: each removal is announced in the prune's own journal, and what is removed is in its
   * own vault; the rest can be planned and pruned again.
   */
  public static RunEvent.RunEnded prune(Workplace workplace, Plan plan, PrunePlan prunePlan) {
    return new Moving(workplace, plan)
        .withLocks(
            JournalState.PRUNE,
            (source, target, locks, journal) -> {
              // Somebody may have taken the run back since the prune was planned.
              requireDone(workplace.directory(), journal.state().finished());
              requireHandedOver(workplace.directory(), plan, source);
              source.guardBy(locks);
              tell(
                  workplace,
                  new RunEvent.RunStarted(
                      workplace.time().now(),
                      workplace.directory().run().id(),
                      prunePlan.removed().size(),
                      0));
              RunEvent.RunEnded ended;
              try (PrunePapers papers = PrunePapers.begin(workplace, source, plan, prunePlan)) {
                RemovingCopies copies =
                    new RemovingCopies(workplace, source, target, plan, prunePlan, papers);
                ended = removed(workplace, plan, prunePlan, copies, papers);
              }
              // The run stays what it was: done. What could not be removed can be pruned again.
              journal.append(
                  new JournalRecord.RunFinished(workplace.time().now(), JournalRecord.Ending.DONE));
              return ended;
            });
  }

  private static RunEvent.RunEnded removed(
      Workplace workplace,
      Plan plan,
      PrunePlan prunePlan,
      RemovingCopies copies,
      PrunePapers papers) {
    List<String> failed = new ArrayList<>();
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    int looked = 0;
    for (Copy copy : prunePlan.removed()) {
      if (workplace.interruption().isRequested()) {
        break;
      }
      looked++;
      PlannedObject object = Optional.ofNullable(objects.get(copy.ref())).orElseThrow();
      Optional<String> why = copies.remove(object, copy);
      papers.note(copy.ref(), why);
      tell(workplace, event(workplace, copy, why));
      why.ifPresent(w -> failed.add(RefText.of(copy.ref()) + ": " + w));
    }
    papers.end(failed.isEmpty() ? JournalRecord.Ending.DONE : JournalRecord.Ending.BLOCKED);
    return ended(workplace, prunePlan, failed, prunePlan.removed().size() - looked);
  }

  private static void tell(Workplace workplace, RunEvent event) {
    workplace.events().accept(event);
  }

  private static RunEvent event(Workplace workplace, Copy copy, Optional<String> why) {
    StepId step = PuttingBack.removal(copy.ref());
    return why.isEmpty()
        ? new RunEvent.StepDone(
            workplace.time().now(), step, Phase.VERIFY, "removed from the source")
        : new RunEvent.StepFailed(
            workplace.time().now(),
            step,
            Problem.of(
                ErrorCode.M2103,
                RefText.of(copy.ref()) + " could not be removed from the source",
                why.get(),
                "migrator prune " + workplace.directory().run().id()));
  }

  private static RunEvent.RunEnded ended(
      Workplace workplace, PrunePlan prunePlan, List<String> failed, int left) {
    List<Problem> problems = new ArrayList<>();
    if (left > 0) {
      problems.add(
          Problem.of(
              ErrorCode.M9130,
              "the prune was interrupted at a checkpoint",
              Amount.of(left, "copy is", "copies are") + " still at the source",
              "migrator prune " + workplace.directory().run().id()));
    }
    if (!failed.isEmpty()) {
      problems.add(
          Problem.of(
              ErrorCode.M2103,
              Amount.of(failed.size(), "copy", "copies") + " could not be removed from the source",
              failed.stream().limit(SOME).collect(Collectors.joining("; ")),
              "migrator prune " + workplace.directory().run().id()));
    }
    RunEvent.RunEnded ended =
        new RunEvent.RunEnded(
            workplace.time().now(),
            outcome(failed, left),
            prunePlan.removed().size() - failed.size() - left,
            failed.size(),
            left,
            problems);
    tell(workplace, ended);
    return ended;
  }

  private static RunEvent.Outcome outcome(List<String> failed, int left) {
    if (left > 0) {
      return RunEvent.Outcome.INTERRUPTED;
    }
    return failed.isEmpty() ? RunEvent.Outcome.DONE : RunEvent.Outcome.BLOCKED;
  }
}
