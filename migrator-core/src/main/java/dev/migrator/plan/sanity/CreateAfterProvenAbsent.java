package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
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

  /** Of what is handed over, each waits for the one before it. */
  static final List<Verb> CHAIN =
      List.of(
          Verb.QUIESCE,
          Verb.DRAIN,
          Verb.DELETE,
          Verb.PROVE_ABSENT,
          Verb.CREATE_INERT,
          Verb.ACTIVATE);

  /** Of what cannot be told to stop, in plans of builds before docs/adr/0030. */
  static final List<Verb> FORMERLY = List.of(Verb.DELETE, Verb.PROVE_ABSENT, Verb.CREATE);

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
      boolean formerly = !Activity.runs(ref) && steps.containsKey(StepId.of(Verb.CREATE, ref));
      List<Verb> chain = formerly ? FORMERLY : CHAIN;
      for (int i = 1; i < chain.size(); i++) {
        StepId before = StepId.of(chain.get(i - 1), ref);
        StepId id = StepId.of(chain.get(i), ref);
        Step step = steps.get(id);
        if (step == null || !step.needs().contains(before)) {
          breach.accept(id.text(), "does not wait for " + before);
        }
      }
    }
  }
}
