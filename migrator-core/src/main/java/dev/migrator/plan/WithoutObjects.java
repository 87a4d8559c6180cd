package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Takes steps out of a plan, so that whatever needed them waits for what they waited for. */
public final class WithoutObjects {

  private WithoutObjects() {}

  /**
   * The plan without these objects: they have no step, and stand among what is left out.
   *
   * @param why the reason of each
   */
  public static Plan of(Plan plan, Map<ObjectRef, String> why) {
    if (why.isEmpty()) {
      return plan;
    }
    List<LeftOut> leftOut = new ArrayList<>(plan.leftOut());
    why.forEach((ref, reason) -> leftOut.add(new LeftOut(ref, reason)));
    leftOut.sort(Comparator.comparing(LeftOut::ref));
    return new Plan(
        plan.source(),
        plan.target(),
        plan.keyCheck(),
        plan.settings(),
        plan.reading(),
        plan.objects().stream().filter(o -> !why.containsKey(o.ref())).toList(),
        steps(plan.steps(), s -> s instanceof Step.OnObject on && why.containsKey(on.object())),
        leftOut,
        plan.findings());
  }

  /** The plan that does not wait for these objects to be ready; else they stay what they are. */
  public static Plan unawaited(Plan plan, Set<ObjectRef> objects) {
    return objects.isEmpty()
        ? plan
        : new Plan(
            plan.source(),
            plan.target(),
            plan.keyCheck(),
            plan.settings(),
            plan.reading(),
            plan.objects(),
            steps(
                plan.steps(),
                s ->
                    s instanceof Step.OnObject a
                        && a.is(Verb.AWAIT)
                        && objects.contains(a.object())),
            plan.leftOut(),
            plan.findings());
  }

  /** The other objects of which a step comes after a step of these, at whatever distance. */
  public static Set<ObjectRef> dependants(Plan plan, Set<ObjectRef> objects) {
    Set<StepId> after = new HashSet<>();
    Set<ObjectRef> found = new TreeSet<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on
          && (objects.contains(on.object()) || step.needs().stream().anyMatch(after::contains))) {
        after.add(step.id());
        found.add(on.object());
      }
    }
    found.removeAll(objects);
    return found;
  }

  private static List<Step> steps(List<Step> steps, Predicate<Step> unwanted) {
    Map<StepId, List<StepId>> gone = new HashMap<>();
    steps.stream().filter(unwanted).forEach(step -> gone.put(step.id(), step.needs()));
    return steps.stream()
        .filter(unwanted.negate())
        .map(
            step ->
                step.needs().stream().anyMatch(gone::containsKey)
                    ? step.waiting(needs(step.needs(), gone))
                    : step)
        .toList();
  }

  private static List<StepId> needs(List<StepId> needs, Map<StepId, List<StepId>> gone) {
    Set<StepId> kept = new TreeSet<>();
    Set<StepId> seen = new HashSet<>();
    Deque<StepId> open = new ArrayDeque<>(needs);
    while (!open.isEmpty()) {
      StepId need = open.remove();
      if (seen.add(need)) {
        Optional.ofNullable(gone.get(need)).ifPresentOrElse(open::addAll, () -> kept.add(need));
      }
    }
    return List.copyOf(kept);
  }
}
