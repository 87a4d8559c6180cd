package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.Rollback;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What taking a run back would do, as both clusters are now.
 *
 * @param setBack what is stopped at the source, or may be, in the plan's order, then the
 *     autoscalers that are paused there
 * @param removed what carries the run's mark at the target, named as there, in the order in which
 *     it is removed; what somebody changed is among it, and will stay
 */
public record TakingBack(List<ObjectRef> setBack, List<ObjectRef> removed) {

  public TakingBack {
    setBack = List.copyOf(setBack);
    removed = List.copyOf(removed);
  }

  /**
   * Looks, and changes nothing.
   *
   * <p>Errors: M1103, M1201 other clusters; M1401 to M1403 when a cluster does not say.
   */
  static TakingBack foreseen(Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    ClusterSide side = new Preparation(plan, source, target, true).targetSide();
    String run = directory.run().id();
    Map<ObjectRef, String> sourceUids = new LinkedHashMap<>();
    Set<ResourceType> types = new LinkedHashSet<>();
    for (PlannedObject object : Rollback.created(plan).reversed()) {
      Optional<ResourceType> type = side.type(object.ref().kind(), object.apiVersion());
      if (type.isPresent() && !object.alreadyThere()) {
        types.add(type.get());
        sourceUids.put(
            TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings()),
            object.uid());
      }
    }
    Set<ObjectRef> marked = new HashSet<>();
    for (ResourceType type : types) {
      new Side("target", target)
          .each(
              type,
              live ->
                  Origin.of(live)
                      .filter(o -> o.run().equals(run))
                      .filter(o -> o.sourceUid().equals(sourceUids.get(live.ref())))
                      .ifPresent(o -> marked.add(live.ref())));
    }
    JournalState journal = directory.readJournal().state();
    HalfWay halfWay = new HalfWay(plan, journal, source, target);
    // Who may not list autoscalers has paused none.
    List<ObjectRef> paused = Rollback.hasPaused(journal) ? halfWay.paused(directory) : List.of();
    return new TakingBack(
        Stream.concat(halfWay.objects().keySet().stream(), paused.stream()).toList(),
        sourceUids.keySet().stream().filter(marked::contains).toList());
  }
}
