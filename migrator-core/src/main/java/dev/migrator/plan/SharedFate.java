package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stays at the source or leaves it together, for the sake of its data: a disk that is handed
 * over with all that works on it, and what is stopped for the capture of the same data.
 *
 * <p>Source: docs/adr/0051, docs/adr/0052
 */
public final class SharedFate {

  private final HandedOverDisks disks;
  private final CarriedData carried;

  private SharedFate(HandedOverDisks disks, CarriedData carried) {
    this.disks = disks;
    this.carried = carried;
  }

  /** Of what a plan moves. */
  public static SharedFate of(Plan plan) {
    return new SharedFate(HandedOverDisks.of(plan), CarriedData.of(plan));
  }

  /** All that goes with it, itself included; sorted. */
  public Set<ObjectRef> with(ObjectRef ref) {
    Set<ObjectRef> all = new TreeSet<>(Set.of(ref));
    Deque<ObjectRef> open = new ArrayDeque<>(all);
    while (!open.isEmpty()) {
      ObjectRef one = open.remove();
      Set<ObjectRef> next = disks.together(one);
      carried.capturedWith(one).forEach(claim -> next.addAll(carried.stoppedFor(claim)));
      next.stream().filter(all::add).forEach(open::add);
    }
    return all;
  }
}
