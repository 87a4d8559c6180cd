package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Owner;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where an object of a run is, by what the clusters say now: its journal may know less.
 *
 * <p>Errors: as {@link CommandSide}.
 */
final class ObservedLocation {

  private final Migration.Mappings mappings;
  private final Map<ObjectRef, PlannedObject> objects;
  private final CommandSide source;
  private final CommandSide target;
  private final String run;

  ObservedLocation(Plan plan, Cluster source, Cluster target, String run) {
    this.mappings = plan.settings().mappings();
    this.objects = plan.objectsByRef();
    this.source = new CommandSide("source", source);
    this.target = new CommandSide("target", target);
    this.run = run;
  }

  /** Whether the target has it with the mark of this run. */
  boolean isCreated(ObjectRef ref) {
    PlannedObject object = planned(ref);
    ObjectRef there = TargetNames.of(ref, object.apiVersion(), mappings);
    return target
        .get(there, object.apiVersion())
        .flatMap(Origin::of)
        .filter(origin -> origin.run().equals(run))
        .isPresent();
  }

  /** Whether it is stopped at the source. */
  boolean isStopped(ObjectRef ref) {
    // Of what is not there nobody can say that it goes on.
    return source.get(ref, planned(ref).sourceApiVersion()).map(Origin::isStopped).orElse(true);
  }

  /** Whether the one that was planned is at the source, stopped by nobody and deleted by nobody. */
  boolean isAtWork(ObjectRef ref) {
    return source
        .get(ref, planned(ref).sourceApiVersion())
        .filter(live -> live.uid().equals(planned(ref).uid()))
        .filter(live -> !live.isBeingDeleted() && !Origin.isStopped(live))
        .isPresent();
  }

  /** Whether a scaler of the source that carries the run's pause scales it. */
  boolean isHeld(ObjectRef ref) {
    List<Manifest> scalers = new ArrayList<>();
    source.anyVersion("ScaledObject.keda.sh").ifPresent(type -> source.each(type, scalers::add));
    return scalers.stream()
        .filter(scaler -> scaler.namespace().equals(ref.namespace()))
        .filter(scaler -> Origin.isPaused(scaler, run))
        .anyMatch(
            scaler -> scaler.at("spec", "scaleTargetRef", "name").asText().equals(ref.name()));
  }

  /** One of these that owns the object at the source, over any number of owners. */
  Optional<ObjectRef> owner(ObjectRef ref, Set<ObjectRef> wanted) {
    Deque<Manifest> open = new ArrayDeque<>();
    source.get(ref, planned(ref).sourceApiVersion()).ifPresent(open::add);
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      Manifest owned = open.remove();
      for (Owner by : Owner.of(owned)) {
        for (String namespace : List.of(owned.namespace(), "")) {
          ObjectRef owner = new ObjectRef(by.group(), by.kind(), namespace, by.name());
          if (wanted.contains(owner) && planned(owner).uid().equals(by.uid())) {
            return Optional.of(owner);
          }
        }
        if (seen.add(by.uid())) {
          owner(owned, by).ifPresent(open::add);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Manifest> owner(Manifest owned, Owner by) {
    return source
        .ask("read its owner", any -> source.side().type(by.kind(), by.apiVersion()))
        .flatMap(type -> source.get(type, by.ref(type, owned.namespace())))
        .filter(live -> live.uid().equals(by.uid()));
  }

  private PlannedObject planned(ObjectRef ref) {
    return Optional.ofNullable(objects.get(ref)).orElseThrow();
  }
}
