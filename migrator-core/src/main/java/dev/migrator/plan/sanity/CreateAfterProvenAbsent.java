package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What is protected from duplication goes through its whole chain: stopped, drained, deleted,
 * proven absent, and only then created and activated; each step needs the one before.
 */
final class CreateAfterProvenAbsent implements SanityCheck {

  private static final List<String> CHAIN =
      List.of("quiesce", "drain", "delete", "absent", "inert", "activate");

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<ObjectRef> handedOver = new HashSet<>();
    plan.objects().stream()
        .filter(o -> o.protection() == Protection.DUPLICATION)
        .map(PlannedObject::ref)
        .forEach(handedOver::add);
    Map<StepId, Step> steps = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && handedOver.contains(on.object())) {
        steps.put(step.id(), step);
      }
    }
    for (ObjectRef ref : handedOver) {
      for (int i = 1; i < CHAIN.size(); i++) {
        StepId before = new StepId(CHAIN.get(i - 1) + ":" + ref);
        Step step = steps.get(new StepId(CHAIN.get(i) + ":" + ref));
        if (step == null || !step.needs().contains(before)) {
          breach.accept(CHAIN.get(i) + ":" + ref, "does not wait for " + before);
        }
      }
    }
  }
}
