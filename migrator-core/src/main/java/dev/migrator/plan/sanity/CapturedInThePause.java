package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Data is captured when what must not be duplicated has stopped, and before that is deleted; the
 * target gets it before what uses it, and what it came by goes last.
 */
final class CapturedInThePause implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    CarriedData carried = CarriedData.of(plan);
    if (carried.claims().isEmpty()) {
      return;
    }
    Map<StepId, List<StepId>> needs = new HashMap<>();
    for (Step step : plan.steps()) {
      needs.put(step.id(), step.needs());
    }
    BiConsumer<StepId, StepId> waits =
        (later, earlier) -> {
          if (!needs.getOrDefault(later, List.of()).contains(earlier)) {
            breach.accept(later.text(), "does not wait for " + earlier);
          }
        };
    for (ObjectRef claim : carried.claims()) {
      StepId capture = StepId.of(Verb.CAPTURE, claim);
      StepId ahead = StepId.of(Verb.PRECOPY, claim);
      if (needs.containsKey(ahead)) {
        waits.accept(ahead, StepId.of(Verb.COPY, claim));
      }
      waits.accept(StepId.of(Verb.FILL, claim), capture);
      waits.accept(StepId.of(Verb.TIDY, claim), StepId.of(Verb.FILL, claim));
      for (ObjectRef user : carried.stoppedFor(claim)) {
        if (Activity.endsWhenDeleted(user)) {
          waits.accept(capture, StepId.of(Verb.PROVE_ABSENT, user));
        } else {
          waits.accept(capture, StepId.of(Verb.DRAIN, user));
          waits.accept(StepId.of(Verb.DELETE, user), capture);
          if (needs.containsKey(ahead)) {
            waits.accept(StepId.of(Verb.DELETE, user), StepId.of(Verb.FILL, claim));
          }
        }
      }
    }
  }
}
