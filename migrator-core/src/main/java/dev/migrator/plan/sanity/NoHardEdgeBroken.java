package dev.migrator.plan.sanity;

import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Where creation fails without another object, the step that creates it waits for that object. */
final class NoHardEdgeBroken implements SanityCheck {

  private final List<Dependency> dependencies;

  NoHardEdgeBroken(List<Dependency> dependencies) {
    this.dependencies = dependencies;
  }

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Map<ObjectRef, Step> creating = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && on.verb().creates()) {
        creating.put(on.object(), step);
      }
    }
    for (Dependency d : dependencies) {
      Step from = creating.get(d.from());
      Step to = creating.get(d.to());
      if (d.strength() != Strength.HARD || from == null || to == null) {
        continue;
      }
      StepId await = StepId.of(Verb.AWAIT, d.to());
      if (!from.needs().contains(to.id()) && !from.needs().contains(await)) {
        breach.accept(from.id().text(), "does not wait for " + d.to() + " (" + d.field() + ")");
      }
    }
  }
}
