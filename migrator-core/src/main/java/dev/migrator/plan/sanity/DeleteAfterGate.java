package dev.migrator.plan.sanity;

import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Nothing is stopped, deleted or recreated before the gate, and the gate waits for every copy. */
final class DeleteAfterGate implements SanityCheck {

  private static final StepId GATE = StepId.gate("afterCopy");

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<StepId> after = new HashSet<>();
    boolean seen = false;
    for (Step step : plan.steps()) {
      if (step.id().equals(GATE)) {
        seen = true;
        after.add(GATE);
        Set<StepId> needs = new HashSet<>(step.needs());
        plan.steps().stream()
            .filter(s -> s.phase() == Phase.COPY && !needs.contains(s.id()))
            .forEach(s -> breach.accept(GATE.text(), "does not wait for " + s.id()));
      } else if (!Collections.disjoint(after, step.needs())) {
        after.add(step.id());
      } else if (step.phase() != Phase.COPY) {
        breach.accept(step.id().text(), "can start before the gate afterCopy");
      }
      if (step.phase() == Phase.COPY && after.contains(step.id())) {
        breach.accept(step.id().text(), "is a copy, but waits for the gate afterCopy");
      }
    }
    if (!seen) {
      breach.accept(GATE.text(), "is missing");
    }
  }
}
