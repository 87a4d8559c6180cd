package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * No namespace, volume, claim or custom resource definition is deleted: what is in it would go with
 * it. A claim and its volume whose disk is handed over are: the disk stays.
 */
final class NothingTakesOthersAlong implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<ObjectRef> disks =
        plan.objects().stream()
            .filter(PlannedObject::isHandedOverVolume)
            .map(PlannedObject::ref)
            .collect(Collectors.toSet());
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject delete
          && delete.is(Verb.DELETE)
          && Activity.isKept(delete.object())
          && !disks.contains(delete.object())) {
        breach.accept(step.id().text(), "would delete what is in it too");
      }
    }
  }
}
