package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.Dependants;
import dev.migrator.execute.Removals;
import dev.migrator.execute.StayingNeeds;
import dev.migrator.execute.TargetCheck;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.report.RefText;
import dev.migrator.runbook.Pruning.Copy;
import dev.migrator.runbook.Pruning.PrunePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which copies may go from the source, and why the others stay. First each is looked at alone; then
 * what stays keeps what it needs, and what would take something along, until nothing more stays.
 *
 * <p>Reads only.
 */
final class PrunePlanning {

  private final Plan plan;
  private final ClusterSide source;
  private final Counterparts counterparts;
  private final Map<ObjectRef, String> wrong;
  private final SinceTheMove sinceTheMove;
  private final SharedCopies shared;
  private final TakenAlong along;
  private final List<ObjectRef> leftOut;
  private final Map<ObjectRef, Copy> leaving = new LinkedHashMap<>();
  private final Set<String> going = new HashSet<>();
  private final Map<ObjectRef, String> kept = new TreeMap<>();

  private PrunePlanning(
      RunDirectory directory,
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Map<ObjectRef, String> wrong,
      Set<String> clusterScoped) {
    this.plan = plan;
    this.source = source;
    this.wrong = wrong;
    this.counterparts = Counterparts.look(plan, source, target);
    this.sinceTheMove = SinceTheMove.of(directory, plan);
    this.shared = new SharedCopies(source, clusterScoped, going::contains);
    this.along = new TakenAlong(source, target, plan, going::contains);
    this.leftOut = plan.leftOutByAPerson();
  }

  /**
   * What may go.
   *
   * @param needs who uses what goes; empty when nothing goes
   */
  record Decision(PrunePlan plan, Optional<StayingNeeds> needs) {}

  /** Errors: M1107 when what was handed over is not where it should be; as {@link Verifying}. */
  static Decision decide(
      Cluster source,
      Cluster target,
      RunDirectory directory,
      Plan plan,
      Set<String> clusterScoped) {
    Map<ObjectRef, String> wrong =
        Verifying.verify(source, target, directory, plan).stream()
            .collect(Collectors.toMap(TargetCheck.Mismatch::ref, TargetCheck.Mismatch::what));
    Preparation preparation = new Preparation(plan, source, target, true);
    preparation.requireAllRead();
    ClusterSide from = preparation.sourceSide();
    ClusterSide to = preparation.targetSide();
    StillHandedOver.require(directory, plan, from, to);
    return new PrunePlanning(directory, plan, from, to, wrong, clusterScoped).decide();
  }

  private Decision decide() {
    Set<ObjectRef> handedOver = Set.copyOf(plan.handedOver());
    for (PlannedObject object : inRemovalOrder(plan)) {
      Optional<ResourceType> type = source.type(object.ref().kind(), object.sourceApiVersion());
      if (!handedOver.contains(object.ref()) && type.isPresent()) {
        new Side("source", source.cluster())
            .get(type.get(), object.ref())
            .filter(live -> !live.isBeingDeleted())
            .ifPresent(live -> judge(object, live));
      }
    }
    Optional<StayingNeeds> needs =
        leaving.isEmpty() ? Optional.empty() : Optional.of(lookAtNeeds());
    needs.ifPresent(this::keepWhatIsNeeded);
    return new Decision(new PrunePlan(List.copyOf(leaving.values()), kept), needs);
  }

  private void judge(PlannedObject object, Manifest live) {
    Optional<String> why =
        Optional.ofNullable(wrong.get(object.ref()))
            .map(w -> "at the target: " + w)
            .or(() -> besideWhatStays(object.ref()))
            .or(() -> reasonToKeep(object, live));
    if (why.isPresent()) {
      kept.put(object.ref(), why.get());
    } else {
      leaving.put(object.ref(), new Copy(object.ref(), live.uid(), live.resourceVersion()));
      going.add(live.uid());
    }
  }

  /** What a person left out works on at the source, with whatever is in its namespace. */
  private Optional<String> besideWhatStays(ObjectRef copy) {
    return leftOut.stream()
        .filter(ref -> !copy.isClusterScoped() && ref.namespace().equals(copy.namespace()))
        .findFirst()
        .map(ref -> RefText.of(ref) + " was left out of the run, and may use it");
  }

  private Optional<String> reasonToKeep(PlannedObject object, Manifest live) {
    ObjectRef ref = object.ref();
    if (Activity.isKept(ref)) {
      return Optional.of("a " + ref.kind() + " takes with it what is in it");
    }
    return Removals.leftToItsController(live)
        .or(() -> shared.reasonToKeep(object, live))
        .or(() -> counterparts.reasonToKeep(object, live))
        .or(() -> sinceTheMove.changed(object, live));
  }

  private StayingNeeds lookAtNeeds() {
    Set<String> namespaces =
        leaving.keySet().stream()
            .map(ObjectRef::namespace)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    return new Side("source", source.cluster())
        .ask(
            "say what uses the copies",
            cluster ->
                StayingNeeds.look(
                    source, Dependants.kinds(source, plan, ""), leaving.keySet(), namespaces));
  }

  private void keepWhatIsNeeded(StayingNeeds needs) {
    needs
        .without(counterparts.absent(), Set.copyOf(leaving.keySet()))
        .forEach(
            (ref, lacked) ->
                keep(ref, "the target does not have what it needs: " + RefText.of(lacked)));
    boolean more = true;
    while (more) {
      int before = leaving.size();
      for (Copy copy : List.copyOf(leaving.values())) {
        along.reasonToKeep(copy.ref(), copy.uid()).ifPresent(why -> keep(copy.ref(), why));
      }
      needs.kept(Set.copyOf(leaving.keySet())).forEach(this::keep);
      more = leaving.size() < before;
    }
  }

  private void keep(ObjectRef ref, String why) {
    Optional.ofNullable(leaving.remove(ref))
        .ifPresent(
            copy -> {
              going.remove(copy.uid());
              kept.put(ref, why);
            });
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
}
