package dev.migrator.runbook;

import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.LiveReadiness;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.verify.Readiness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the target has in the place of each copy: a copy at the source is too much only where that
 * was made from it, and works no worse. Reads one list a type.
 */
final class Counterparts {

  private final Plan plan;
  private final ClusterSide source;
  private final ClusterSide target;
  private final Map<ObjectRef, Standing> standing = new HashMap<>();

  /** How the target's object is, as far as that keeps the source's. */
  private record Standing(boolean isMade, Readiness readiness) {}

  Counterparts(Plan plan, ClusterSide source, ClusterSide target) {
    this.plan = plan;
    this.source = source;
    this.target = target;
  }

  /** Errors: as {@link CommandSide}. */
  static Counterparts look(Plan plan, ClusterSide source, ClusterSide target) {
    Counterparts counterparts = new Counterparts(plan, source, target);
    Map<String, List<PlannedObject>> byType = new TreeMap<>();
    for (PlannedObject object : plan.objects()) {
      byType
          .computeIfAbsent(object.apiVersion() + " " + object.ref().kind(), k -> new ArrayList<>())
          .add(object);
    }
    byType.values().forEach(counterparts::look);
    return counterparts;
  }

  private void look(List<PlannedObject> objects) {
    PlannedObject first = objects.getFirst();
    Optional<ResourceType> type = target.type(first.ref().kind(), first.apiVersion());
    if (type.isEmpty()) {
      return;
    }
    Map<ObjectRef, PlannedObject> wanted = new HashMap<>();
    objects.forEach(object -> wanted.put(there(object), object));
    LiveReadiness judge = new LiveReadiness(target);
    CommandSide side = new CommandSide(target);
    side.each(
        type.get(),
        live -> {
          PlannedObject object = wanted.get(live.ref());
          if (object != null) {
            standing.put(object.ref(), standing(object, live, judge));
          }
        });
  }

  private static Standing standing(PlannedObject object, Manifest live, LiveReadiness judge) {
    return new Standing(Origin.isOf(live, object.uid()), judge.of(live));
  }

  private ObjectRef there(PlannedObject object) {
    return TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
  }

  /** What the target does not have. */
  Set<ObjectRef> absent() {
    Set<ObjectRef> absent = new HashSet<>(plan.objectsByRef().keySet());
    absent.removeAll(standing.keySet());
    return absent;
  }

  /**
   * Why the source's object stays, in words; empty where the target's is as good.
   *
   * @param live the source's
   */
  Optional<String> reasonToKeep(PlannedObject object, Manifest live) {
    return Optional.ofNullable(standing.get(object.ref()))
        .flatMap(there -> reasonToKeep(object, live, there));
  }

  /** As {@link #reasonToKeep(PlannedObject, Manifest)}, by what the target has now. */
  Optional<String> reasonToKeep(PlannedObject object, Manifest live, Manifest there) {
    return reasonToKeep(object, live, standing(object, there, new LiveReadiness(target)));
  }

  private Optional<String> reasonToKeep(PlannedObject object, Manifest live, Standing there) {
    if (!there.isMade()) {
      return Optional.of("the target's was not made from it by a run: it was there, or is new");
    }
    if (there.readiness().status() == Readiness.Status.CURRENT) {
      return Optional.empty();
    }
    Readiness here =
        new CommandSide(source)
            .ask("read its readiness", cluster -> new LiveReadiness(source).of(live));
    return rank(here) < rank(there.readiness())
        ? Optional.of(
            "works at the source, and not at the target: %s; look: %s"
                .formatted(there.readiness().message(), look(there(object))))
        : Optional.empty();
  }

  private static int rank(Readiness readiness) {
    return switch (readiness.status()) {
      case CURRENT -> 0;
      case IN_PROGRESS, UNKNOWN -> 1;
      case FAILED, TERMINATING -> 2;
    };
  }

  private String look(ObjectRef there) {
    return "kubectl --context %s %sdescribe %s %s"
        .formatted(
            plan.target().context(),
            there.isClusterScoped() ? "" : "-n " + there.namespace() + " ",
            there.groupKind().toLowerCase(java.util.Locale.ROOT),
            there.name());
  }
}
