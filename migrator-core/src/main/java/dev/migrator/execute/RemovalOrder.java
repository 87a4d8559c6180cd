package dev.migrator.execute;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The steps that remove copies: what needs another one goes before it. */
final class RemovalOrder {

  private RemovalOrder() {}

  /**
   * A step for each of these, in reverse order of their creation; each waits for those that remove
   * what needs its object at the target.
   *
   * @param created in the plan's order
   */
  static List<Step.OnObject> of(Plan plan, List<PlannedObject> created) {
    Map<StepId, ObjectRef> objects = new HashMap<>();
    Map<ObjectRef, TreeSet<StepId>> before = new HashMap<>();
    for (PlannedObject object : created) {
      before.put(object.ref(), new TreeSet<>());
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && on.verb().where() == Verb.Where.TARGET) {
        objects.put(step.id(), on.object());
        // Each object is created once, after what it needs: so no two wait for one another.
        for (StepId need : on.verb().creates() ? step.needs() : List.<StepId>of()) {
          ObjectRef needed = objects.get(need);
          if (needed != null && !needed.equals(on.object()) && before.containsKey(needed)) {
            before.get(needed).add(StepId.of(Verb.REMOVE_COPY, on.object()));
          }
        }
      }
    }
    List<Step.OnObject> steps = new ArrayList<>();
    for (PlannedObject object : created.reversed()) {
      steps.add(
          new Step.OnObject(Verb.REMOVE_COPY, object.ref(), List.copyOf(before.get(object.ref()))));
    }
    return steps;
  }
}
