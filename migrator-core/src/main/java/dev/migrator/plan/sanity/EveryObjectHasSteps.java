package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Every planned object has the steps of its class, all of them and no others; no step is about
 * anything else.
 */
final class EveryObjectHasSteps implements SanityCheck {

  private static final Set<Verb> HANDED_OVER = EnumSet.copyOf(CreateAfterProvenAbsent.CHAIN);
  private static final Set<Verb> CARRIED = EnumSet.of(Verb.CAPTURE, Verb.FILL, Verb.TIDY);
  private static final Set<Verb> FORMERLY = EnumSet.copyOf(CreateAfterProvenAbsent.FORMERLY);

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Map<ObjectRef, Set<Verb>> verbs = new HashMap<>();
    plan.objects().forEach(o -> verbs.put(o.ref(), EnumSet.noneOf(Verb.class)));
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        Set<Verb> of = verbs.get(on.object());
        if (of == null) {
          breach.accept(step.id().text(), "is about an object that is not planned");
        } else {
          of.add(on.verb());
        }
      }
    }
    for (PlannedObject object : plan.objects()) {
      Set<Verb> has = verbs.getOrDefault(object.ref(), Set.of());
      if (!isComplete(object, has)) {
        breach.accept(
            object.ref().toString(), "has the steps " + has + ", which are not those of its class");
      }
    }
  }

  private static boolean isComplete(PlannedObject object, Set<Verb> verbs) {
    Set<Verb> own = new HashSet<>(verbs);
    own.remove(Verb.AWAIT);
    if (object.isCarried() && own.containsAll(CARRIED)) {
      own.removeAll(CARRIED);
      if (object.isCopied()) {
        own.remove(Verb.PRECOPY);
      }
    } else if (object.isCarried()) {
      return false;
    }
    return switch (object.protection()) {
      case LOSS, NONE -> own.equals(Set.of(Verb.COPY)) || own.equals(Set.of(Verb.CREATE));
      case DUPLICATION -> {
        own.remove(Verb.HOOK_BEFORE);
        own.remove(Verb.HOOK_AFTER);
        yield own.equals(HANDED_OVER) || (own.equals(FORMERLY) && !Activity.runs(object.ref()));
      }
    };
  }
}
