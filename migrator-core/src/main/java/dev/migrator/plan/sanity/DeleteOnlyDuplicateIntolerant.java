package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Only what is protected from duplication is stopped or deleted at the source. */
final class DeleteOnlyDuplicateIntolerant implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<ObjectRef> may = new HashSet<>();
    plan.objects().stream()
        .filter(o -> o.protection() == Protection.DUPLICATION)
        .forEach(o -> may.add(o.ref()));
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on
          && on.verb().where() == Verb.Where.SOURCE
          // It adds something, and leaves the object as it is.
          && !on.is(Verb.PRECOPY, Verb.CAPTURE)
          && !may.contains(on.object())) {
        breach.accept(
            step.id().text(),
            "changes the source, but its object is not protected from duplication");
      }
    }
  }
}
