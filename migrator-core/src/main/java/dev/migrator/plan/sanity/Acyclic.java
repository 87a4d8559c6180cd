package dev.migrator.plan.sanity;

import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Every step stands after what it needs, so that no steps wait for each other. */
final class Acyclic implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<StepId> above = new HashSet<>();
    for (Step step : plan.steps()) {
      for (StepId need : step.needs()) {
        if (!above.contains(need)) {
          breach.accept(step.id().text(), "stands before " + need + ", which it needs");
        }
      }
      above.add(step.id());
    }
  }
}
