package dev.migrator.planner;

import dev.migrator.graph.Dependency;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.planner.Placement.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which disks are handed over with what works on them, and what works on one together: such
 * workloads start at the target only when all of them are there.
 *
 * <p>Source: docs/adr/0051
 */
final class SharedDisks {

  private final Map<ObjectRef, List<Dependency>> dependencies;

  /** The claims, and their volumes, of each that has some. */
  private final Map<ObjectRef, Set<ObjectRef>> disks = new HashMap<>();

  private final Map<ObjectRef, Set<ObjectRef>> users = new HashMap<>();

  private SharedDisks(Map<ObjectRef, List<Dependency>> dependencies) {
    this.dependencies = dependencies;
  }

  static SharedDisks of(
      Placement placement, List<ObjectRef> order, Map<ObjectRef, List<Dependency>> dependencies) {
    SharedDisks shared = new SharedDisks(dependencies);
    for (ObjectRef ref : order) {
      for (Dependency d : dependencies.getOrDefault(ref, List.of())) {
        if (Activity.isStorage(d.to())
            && placement.of(d.to()) == Place.HAND_OVER
            && placement.of(ref) == Place.HAND_OVER) {
          shared.disks.computeIfAbsent(ref, r -> new TreeSet<>()).add(d.to());
          if (!Activity.isStorage(ref)) {
            shared.users.computeIfAbsent(d.to(), r -> new TreeSet<>()).add(ref);
          }
        }
      }
    }
    return shared;
  }

  /** The disks that it needs itself, sorted: a workload its claims, a claim its volume. */
  Set<ObjectRef> of(ObjectRef ref) {
    return disks.getOrDefault(ref, Set.of());
  }

  /**
   * The other workloads that work on one of its disks, sorted; without those that themselves wait
   * for it.
   */
  Set<ObjectRef> sharedBy(ObjectRef workload) {
    Set<ObjectRef> others = new TreeSet<>();
    of(workload).forEach(disk -> others.addAll(users.getOrDefault(disk, Set.of())));
    others.remove(workload);
    others.removeIf(other -> needs(other, workload));
    return others;
  }

  private boolean needs(ObjectRef from, ObjectRef to) {
    Set<ObjectRef> seen = new HashSet<>(Set.of(from));
    Deque<ObjectRef> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (Dependency d : dependencies.getOrDefault(open.remove(), List.of())) {
        if (d.to().equals(to)) {
          return true;
        }
        if (seen.add(d.to())) {
          open.add(d.to());
        }
      }
    }
    return false;
  }
}
