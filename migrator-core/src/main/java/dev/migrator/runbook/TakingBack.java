package dev.migrator.runbook;

import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.Rollback;
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
   * What carries the mark of the run, named as at the target, in the order in which it is removed.
   *
   * <p>Errors: M1401 to M1403 when the target does not say.
   */
  static List<ObjectRef> marked(ClusterSide side, String run, Plan plan) {
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
      new Side("target", side.cluster())
          .each(
              type,
              live ->
                  Origin.of(live)
                      .filter(o -> o.run().equals(run))
                      .filter(o -> o.sourceUid().equals(sourceUids.get(live.ref())))
                      .ifPresent(o -> marked.add(live.ref())));
    }
    return sourceUids.keySet().stream().filter(marked::contains).toList();
  }
}
