package dev.migrator.execute;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** In which order copies are removed: what needs others first, and together what can be. */
final class RemovalOrder {

  private RemovalOrder() {}

  /**
   * The objects in the order in which they go; none of those in one list needs another one of it.
   *
   * @param created in the plan's order
   */
  static List<List<PlannedObject>> of(Plan plan, List<PlannedObject> created) {
    Map<StepId, ObjectRef> objects = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        objects.put(step.id(), on.object());
      }
    }
    Map<ObjectRef, Integer> after = new HashMap<>();
    // Each step comes after those that it needs.
    for (Step step : plan.steps().reversed()) {
      ObjectRef by = objects.get(step.id());
      if (by != null) {
        for (StepId need : step.needs()) {
          ObjectRef needed = objects.get(need);
          if (needed != null && !needed.equals(by)) {
            after.merge(needed, after.getOrDefault(by, 0) + 1, Math::max);
          }
        }
      }
    }
    Map<Integer, List<PlannedObject>> order = new TreeMap<>();
    for (PlannedObject object : created.reversed()) {
      order
          .computeIfAbsent(after.getOrDefault(object.ref(), 0), none -> new ArrayList<>())
          .add(object);
    }
    return List.copyOf(order.values());
  }
}
