package dev.migrator.runbook;

import dev.migrator.execute.CascadeRestore;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import java.util.Set;
import java.util.TreeSet;

/**
 * What goes from the source with an object that is handed over, and is created there again when
 * that comes back.
 *
 * <p>Source: docs/adr/0029
 */
final class RecreatedDependants {

  private RecreatedDependants() {}

  /**
   * What the plan says is made by the controller of what is handed over, at whatever distance, and
   * what a run put into its vault beside what was planned.
   */
  static Set<ObjectRef> of(Plan plan, Set<ObjectRef> vaulted) {
    Set<ObjectRef> along = new TreeSet<>(vaulted);
    Set<String> makers = new TreeSet<>();
    plan.handedOver().forEach(ref -> makers.add(ref.namespace() + "/" + ref.kind()));
    boolean more = true;
    while (more) {
      more = false;
      for (LeftOut one : plan.leftOut()) {
        String maker = one.maker().orElse("");
        if (makers.contains(one.ref().namespace() + "/" + maker) || makers.contains("/" + maker)) {
          more |= along.add(one.ref());
          makers.add(one.ref().namespace() + "/" + one.ref().kind());
        }
      }
    }
    along.removeAll(plan.objectsByRef().keySet());
    along.removeIf(ref -> !CascadeRestore.isBroughtBack(ref));
    return along;
  }
}
