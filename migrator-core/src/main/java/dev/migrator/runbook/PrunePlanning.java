package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RefText;
import dev.migrator.execute.CascadeLoss;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.ClusterSnapshot;
import dev.migrator.execute.StayReason;
import dev.migrator.execute.Staying;
import dev.migrator.execute.TargetCheck;
import dev.migrator.execute.TargetRemovalDecision;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which copies may go from the source, and why the others stay. First each is looked at alone; then
 * what stays keeps what it needs, and what would take something along, until nothing more stays.
 *
 * <p>Reads only.
 */
final class PrunePlanning {

  private final Plan plan;
  private final ClusterSide source;
  private final ClusterSide target;
  private final Counterparts counterparts;
  private final Map<ObjectRef, String> wrong;
  private final UnchangedSinceMove sinceTheMove;
  private final Set<String> clusterScoped;
  private final List<ObjectRef> leftOut;
  private final Map<ObjectRef, PlannedObject> planned = new LinkedHashMap<>();
  private final Map<ObjectRef, PrunePlan.Copy> there = new HashMap<>();
  private final Map<ObjectRef, StayReason> reasons = new HashMap<>();

  private PrunePlanning(
      RunDirectory directory,
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Map<ObjectRef, String> wrong,
      Set<String> clusterScoped) {
    this.plan = plan;
    this.source = source;
    this.target = target;
    this.wrong = wrong;
    this.counterparts = Counterparts.look(plan, source, target);
    this.sinceTheMove = UnchangedSinceMove.of(directory, plan);
    this.clusterScoped = Set.copyOf(clusterScoped);
    this.leftOut = plan.leftOutByAPerson();
    Set<ObjectRef> handedOver = Set.copyOf(plan.handedOver());
    for (PlannedObject object : inRemovalOrder(plan)) {
      if (!handedOver.contains(object.ref())) {
        planned.put(object.ref(), object);
      }
    }
  }

  /**
   * What may go.
   *
   * @param staying by which it was decided: what then stays against it keeps what it needs, too
   */
  record Decision(PrunePlan plan, Staying staying) {}

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
    OtherRuns.requireNoneInTransit(directory, plan);
    Preparation preparation = Preparation.of(plan, source, target, true);
    preparation.requireAllRead();
    ClusterSide from = preparation.sourceSide();
    ClusterSide to = preparation.targetSide();
    StillHandedOver.require(directory, plan, from, to);
    return new PrunePlanning(directory, plan, from, to, wrong, clusterScoped).decide();
  }

  private Decision decide() {
    ClusterSnapshot snapshot =
        new CommandSide(source)
            .ask(
                "find what uses the copies",
                cluster -> ClusterSnapshot.of(source, planned.keySet(), this::judge));
    Set<ObjectRef> absent = counterparts.absent();
    absent.retainAll(snapshot.objects().keySet());
    there
        .keySet()
        .forEach(ref -> lacking(snapshot, ref, absent).ifPresent(w -> reasons.putIfAbsent(ref, w)));
    CascadeLoss lost = CopyCascade.lost(source, target, plan);
    Staying staying =
        Staying.of(
            snapshot,
            there.keySet(),
            reasons,
            one ->
                new CommandSide(source)
                    .ask(
                        "find what is deleted with its owner",
                        cluster -> lost.why(one.type(), one.ref(), one.loss(), one.owners())));
    Map<ObjectRef, String> kept = new TreeMap<>(unlisted(snapshot));
    staying.kept().forEach((ref, reason) -> kept.put(ref, reason.words()));
    List<PrunePlan.Copy> removed = new ArrayList<>();
    for (ObjectRef ref : planned.keySet()) {
      if (there.containsKey(ref) && !kept.containsKey(ref)) {
        removed.add(there.get(ref));
      }
    }
    return new Decision(new PrunePlan(removed, kept), staying);
  }

  private void judge(Manifest listed) {
    PlannedObject object = Optional.ofNullable(planned.get(listed.ref())).orElseThrow();
    there.remove(listed.ref());
    reasons.remove(listed.ref());
    atItsVersion(object, listed)
        .filter(live -> !live.isBeingDeleted())
        .ifPresent(
            live -> {
              there.put(
                  live.ref(), new PrunePlan.Copy(live.ref(), live.uid(), live.resourceVersion()));
              Optional.ofNullable(wrong.get(live.ref()))
                  .map(w -> "at the target: " + w)
                  .or(() -> besideWhatStays(live.ref()))
                  .or(() -> reasonToKeep(object, live))
                  .ifPresent(why -> reasons.put(live.ref(), StayReason.of(why)));
            });
  }

  /** A kind is listed at one version; the plan may have moved another one. */
  private Optional<Manifest> atItsVersion(PlannedObject object, Manifest listed) {
    return listed.apiVersion().equals(object.sourceApiVersion())
        ? Optional.of(listed)
        : new CommandSide(source).get(listed.ref(), object.sourceApiVersion());
  }

  /** What may be there, and nobody can list: it stays. */
  private Map<ObjectRef, String> unlisted(ClusterSnapshot snapshot) {
    Map<ObjectRef, String> unlisted = new HashMap<>();
    for (PlannedObject object : planned.values()) {
      ObjectRef ref = object.ref();
      snapshot.unseen().stream()
          .filter(unseen -> !there.containsKey(ref) && unseen.mayBe(ref))
          .findFirst()
          .ifPresent(unseen -> unlisted.put(ref, unseen.cannotBeRead()));
    }
    return unlisted;
  }

  /** What it requires, and the target does not have. */
  private static Optional<StayReason> lacking(
      ClusterSnapshot snapshot, ObjectRef ref, Set<ObjectRef> absent) {
    return Optional.ofNullable(snapshot.objects().get(ref)).stream()
        .flatMap(seen -> seen.node().references().stream())
        .filter(one -> one.strength() != Reference.Strength.WEAK)
        .filter(one -> Dependency.isNeed(ref, one.field()))
        .flatMap(one -> one instanceof Reference.ToObject to ? Stream.of(to) : Stream.of())
        .filter(to -> !to.field().equals("metadata.namespace"))
        .map(Reference.ToObject::target)
        .filter(absent::contains)
        .findFirst()
        .map(to -> StayReason.of("the target does not have what it needs: " + RefText.of(to)));
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
    return TargetRemovalDecision.leftToItsController(live)
        .or(() -> SharedCopies.reasonToKeep(object, live, clusterScoped))
        .or(() -> counterparts.reasonToKeep(object, live))
        .or(() -> sinceTheMove.changed(object, live));
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
      if (step.is(Verb.COPY) || step.is(Verb.CREATE)) {
        ObjectRef ref = ((Step.OnObject) step).object();
        Optional.ofNullable(objects.get(ref)).ifPresent(order::add);
      }
    }
    return order;
  }
}
