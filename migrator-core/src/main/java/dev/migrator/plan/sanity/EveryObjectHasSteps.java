package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Every planned object has the steps of its class, all of them and no others; no step is about
 * anything else.
 */
final class EveryObjectHasSteps implements SanityCheck {

  private static final Set<String> HANDED_OVER =
      Set.of("quiesce", "drain", "delete", "absent", "inert", "activate");

  /** Of what cannot be told to stop, in plans of builds before docs/adr/0030. */
  private static final Set<String> FORMERLY = Set.of("delete", "absent", "create");

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Map<ObjectRef, Set<String>> verbs = new HashMap<>();
    plan.objects().forEach(o -> verbs.put(o.ref(), new TreeSet<>()));
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        Set<String> of = verbs.get(on.object());
        if (of == null) {
          breach.accept(step.id().text(), "is about an object that is not planned");
        } else {
          of.add(on.verb());
        }
      }
    }
    for (PlannedObject object : plan.objects()) {
      Set<String> has = verbs.getOrDefault(object.ref(), Set.of());
      if (!isComplete(object, has)) {
        breach.accept(
            object.ref().toString(), "has the steps " + has + ", which are not those of its class");
      }
    }
  }

  private static boolean isComplete(PlannedObject object, Set<String> verbs) {
    Set<String> own = new TreeSet<>(verbs);
    own.remove("await");
    return switch (object.protection()) {
      case LOSS, NONE -> own.equals(Set.of("copy")) || own.equals(Set.of("create"));
      case DUPLICATION -> {
        own.remove("before");
        own.remove("after");
        yield own.equals(HANDED_OVER) || (own.equals(FORMERLY) && !Activity.runs(object.ref()));
      }
    };
  }
}
