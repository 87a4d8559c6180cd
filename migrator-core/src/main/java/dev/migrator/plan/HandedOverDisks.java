package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The claims and volumes that a plan hands over, and what works with each: a claim with its volume,
 * workloads with their claims. All that works with one disk is in one cluster at a time.
 *
 * <p>Source: docs/adr/0051
 */
public final class HandedOverDisks {

  private final Map<ObjectRef, Set<ObjectRef>> users = new HashMap<>();
  private final Map<ObjectRef, Set<ObjectRef>> disks = new HashMap<>();

  private HandedOverDisks() {}

  /** Read from what the steps wait for: dependencies are not part of a plan. */
  public static HandedOverDisks of(Plan plan) {
    HandedOverDisks handedOver = new HandedOverDisks();
    Set<ObjectRef> volumes =
        plan.objects().stream()
            .filter(PlannedObject::isHandedOverVolume)
            .map(PlannedObject::ref)
            .collect(Collectors.toSet());
    if (volumes.isEmpty()) {
      return handedOver;
    }
    Map<StepId, ObjectRef> created = new HashMap<>();
    for (ObjectRef volume : volumes) {
      handedOver.users.put(volume, new TreeSet<>());
      created.put(StepId.of(Verb.CREATE_INERT, volume), volume);
    }
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && on.is(Verb.CREATE_INERT)) {
        for (StepId need : on.needs()) {
          ObjectRef volume = created.get(need);
          if (volume != null) {
            handedOver.users.computeIfAbsent(volume, v -> new TreeSet<>()).add(on.object());
            handedOver.disks.computeIfAbsent(on.object(), o -> new TreeSet<>()).add(volume);
          }
        }
      }
    }
    return handedOver;
  }

  /** Whether it is a claim or a volume that is handed over. */
  public boolean isDisk(ObjectRef ref) {
    return users.containsKey(ref);
  }

  /** What works with it, at whatever distance; sorted, empty for what is no disk. */
  public Set<ObjectRef> usersOf(ObjectRef disk) {
    return reached(disk, users);
  }

  /** The claims and volumes that it works with, at whatever distance; sorted. */
  public Set<ObjectRef> disksOf(ObjectRef ref) {
    return reached(ref, disks);
  }

  /** All disks and users that it is in one cluster with, itself included; sorted. */
  public Set<ObjectRef> together(ObjectRef ref) {
    Set<ObjectRef> all = new TreeSet<>(Set.of(ref));
    Deque<ObjectRef> open = new ArrayDeque<>(all);
    while (!open.isEmpty()) {
      ObjectRef one = open.remove();
      Set<ObjectRef> next = new TreeSet<>(disksOf(one));
      next.addAll(usersOf(one));
      next.stream().filter(all::add).forEach(open::add);
    }
    return all;
  }

  private static Set<ObjectRef> reached(ObjectRef from, Map<ObjectRef, Set<ObjectRef>> edges) {
    Set<ObjectRef> reached = new TreeSet<>();
    Deque<ObjectRef> open = new ArrayDeque<>(Set.of(from));
    while (!open.isEmpty()) {
      for (ObjectRef next : edges.getOrDefault(open.remove(), Set.of())) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }
    return reached;
  }
}
