package dev.migrator.plan.sanity;

import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Step ids are unique, and every need is a step of the plan. */
final class NeedsExist implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<StepId> ids = new HashSet<>();
    for (Step step : plan.steps()) {
      if (!ids.add(step.id())) {
        breach.accept(step.id().text(), "is planned twice");
      }
    }
    for (Step step : plan.steps()) {
      for (StepId need : step.needs()) {
        if (!ids.contains(need)) {
          breach.accept(step.id().text(), "needs " + need + ", which is not planned");
        }
      }
    }
  }
}
