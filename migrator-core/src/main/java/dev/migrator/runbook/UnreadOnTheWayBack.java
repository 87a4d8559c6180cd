package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which APIs of the cluster that is left again need not be read: those without which the move was
 * planned, those that a person names, and those of which the move brought nothing and that can hold
 * nothing of what goes back. What a controller of somebody else's resource makes may be of any
 * group, so where such a resource goes back a person decides.
 */
final class UnreadOnTheWayBack {

  private UnreadOnTheWayBack() {}

  /**
   * Errors: as {@link CommandSide}.
   *
   * @param back what goes back, as it is called at the target
   */
  static Set<String> of(Cluster target, Plan forward, Set<ObjectRef> back, Set<String> named) {
    Set<String> without = new TreeSet<>(named);
    without.addAll(forward.reading().withoutApis());
    without.addAll(forward.reading().unread());
    if (back.stream().anyMatch(ObjectRef::isForeign)) {
      return without;
    }
    Discovery serves = new CommandSide("target", target).discover();
    serves.unread().stream()
        .map(Discovery.Unread::groupVersion)
        .filter(version -> forward.objects().stream().noneMatch(o -> isOf(o.apiVersion(), version)))
        .forEach(without::add);
    return without;
  }

  private static boolean isOf(String apiVersion, String unread) {
    return group(apiVersion).equals(group(unread));
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
