package dev.migrator.plan.sanity;

import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A step that runs a command has one in the settings, which the plan's head shows; and what is set
 * for each hand-over is there for each of them, before its first write and after its last.
 */
final class HooksAreSet implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Map<HookPoint, ?> set = plan.settings().hooks();
    Set<StepId> planned = new HashSet<>();
    for (Step step : plan.steps()) {
      if (step.command().isPresent()) {
        planned.add(step.id());
        if (!set.containsKey(step.command().get())) {
          breach.accept(step.id().text(), "runs a command that is not set");
        }
      }
      if (step instanceof Step.Hook hook && isOfEach(hook.point())) {
        breach.accept(step.id().text(), "is about no object");
      }
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject s && s.is(Verb.DELETE)) {
        require(
            StepId.of(Verb.HOOK_BEFORE, s.object()),
            HookPoint.BEFORE_EACH_HAND_OVER,
            set,
            planned,
            breach);
        require(
            StepId.of(Verb.HOOK_AFTER, s.object()),
            HookPoint.AFTER_EACH_HAND_OVER,
            set,
            planned,
            breach);
      }
    }
    beforeTheFirstWrite(plan, planned, breach);
  }

  private static boolean isOfEach(HookPoint point) {
    return point == HookPoint.BEFORE_EACH_HAND_OVER || point == HookPoint.AFTER_EACH_HAND_OVER;
  }

  private static void require(
      StepId id,
      HookPoint point,
      Map<HookPoint, ?> set,
      Set<StepId> planned,
      BiConsumer<String, String> breach) {
    if (set.containsKey(point) && !planned.contains(id)) {
      breach.accept(id.text(), "is missing");
    }
  }

  private static void beforeTheFirstWrite(
      Plan plan, Set<StepId> planned, BiConsumer<String, String> breach) {
    Set<ObjectRef> seen = new HashSet<>();
    for (Step step : plan.steps()) {
      boolean writes = step.is(Verb.QUIESCE) || step.is(Verb.DELETE);
      if (!writes || !(step instanceof Step.OnObject on) || !seen.add(on.object())) {
        continue;
      }
      StepId before = StepId.of(Verb.HOOK_BEFORE, on.object());
      if (planned.contains(before) && !step.needs().contains(before)) {
        breach.accept(step.id().text(), "does not wait for " + before);
      }
    }
  }
}
