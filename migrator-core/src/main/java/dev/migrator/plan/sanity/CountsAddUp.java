package dev.migrator.plan.sanity;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Every object is planned once or left out once, and both lists are sorted. */
final class CountsAddUp implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    Set<ObjectRef> seen = new HashSet<>();
    sorted(plan.objects().stream().map(PlannedObject::ref).toList(), seen, breach);
    sorted(plan.leftOut().stream().map(l -> l.ref()).toList(), seen, breach);
  }

  private static void sorted(
      List<ObjectRef> refs, Set<ObjectRef> seen, BiConsumer<String, String> breach) {
    for (int i = 0; i < refs.size(); i++) {
      if (!seen.add(refs.get(i))) {
        breach.accept(refs.get(i).toString(), "stands there twice");
      }
      if (i > 0 && refs.get(i - 1).compareTo(refs.get(i)) > 0) {
        breach.accept(refs.get(i).toString(), "stands out of order");
      }
    }
  }
}
