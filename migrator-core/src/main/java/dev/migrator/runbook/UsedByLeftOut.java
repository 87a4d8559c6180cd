package dev.migrator.runbook;

import dev.migrator.execute.ClusterSide;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.report.RefText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stays at the source because a person left an object out of the run, which works on there:
 * whatever is in its namespace, because not all that it uses is named; what it names anywhere, what
 * that names, and so on; and whatever is in the namespaces of these, such as the Pods behind the
 * Service of a webhook.
 *
 * <p>Source: docs/adr/0036
 */
final class UsedByLeftOut {

  private final Map<ObjectRef, ObjectRef> named = new HashMap<>();
  private final Map<String, ObjectRef> namespaces = new HashMap<>();

  private UsedByLeftOut() {}

  /**
   * Reads, at the source, what was left out and what that names.
   *
   * <p>Errors: as {@link Side}.
   */
  static UsedByLeftOut of(ClusterSide source, Plan plan) {
    UsedByLeftOut used = new UsedByLeftOut();
    for (LeftOut out : plan.leftOut()) {
      if (out.isByAPerson()) {
        used.follow(source, out.ref());
      }
    }
    return used;
  }

  private void follow(ClusterSide source, ObjectRef out) {
    Deque<ObjectRef> open = new ArrayDeque<>(Set.of(out));
    Set<ObjectRef> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      ObjectRef ref = open.remove();
      named.putIfAbsent(ref, out);
      if (!ref.isClusterScoped()) {
        namespaces.putIfAbsent(ref.namespace(), out);
      }
      read(source, ref)
          .ifPresent(
              live ->
                  References.of(live).stream()
                      .filter(Reference.ToObject.class::isInstance)
                      .map(to -> ((Reference.ToObject) to).target())
                      .filter(seen::add)
                      .forEach(open::add));
    }
  }

  private static Optional<Manifest> read(ClusterSide source, ObjectRef ref) {
    Optional<ResourceType> type =
        source.types().stream()
            .filter(t -> t.groupKind().equals(ref.groupKind()) && t.supports("get"))
            .findFirst();
    return type.flatMap(t -> new Side("source", source.cluster()).get(t, ref));
  }

  /** Why the copy stays, in words; empty when nothing that was left out may use it. */
  Optional<String> reasonToKeep(ObjectRef copy) {
    return Optional.ofNullable(named.get(copy))
        .or(() -> Optional.ofNullable(namespaces.get(copy.namespace())))
        .map(out -> RefText.of(out) + " was left out of the run, and may use it");
  }
}
