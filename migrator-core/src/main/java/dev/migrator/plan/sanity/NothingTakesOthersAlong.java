package dev.migrator.plan.sanity;

import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.function.BiConsumer;

/**
 * No namespace, volume, claim or custom resource definition is deleted: what is in it would go with
 * it.
 */
final class NothingTakesOthersAlong implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject delete
          && delete.is(Verb.DELETE)
          && Activity.isKept(delete.object())) {
        breach.accept(step.id().text(), "would delete what is in it too");
      }
    }
  }
}
