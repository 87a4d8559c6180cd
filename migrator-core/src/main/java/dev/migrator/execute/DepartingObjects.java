package dev.migrator.execute;

import dev.migrator.execute.ClusterSnapshot.Seen;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What leaves a cluster: the copies that go, whatever the garbage collector takes along with them
 * or has lost all its owners, and the volumes of their claims. It only becomes less.
 */
final class DepartingObjects {

  private final ClusterSnapshot snapshot;
  private final Set<ObjectRef> candidates;
  private final Map<String, Seen> byUid = new HashMap<>();
  private final Map<ObjectRef, List<Seen>> below = new HashMap<>();
  private final Set<ObjectRef> all;

  /**
   * @param candidates what could go, or went
   * @param staying those of them that stay
   */
  DepartingObjects(ClusterSnapshot snapshot, Set<ObjectRef> candidates, Set<ObjectRef> staying) {
    this.snapshot = snapshot;
    this.candidates = candidates;
    this.all = new HashSet<>(candidates);
    all.removeAll(staying);
    all.retainAll(snapshot.objects().keySet());
    snapshot.objects().values().forEach(seen -> byUid.put(seen.uid(), seen));
    List<Seen> open = new ArrayList<>();
    for (Seen seen : snapshot.objects().values()) {
      for (Owner owner : seen.owners()) {
        Seen by = byUid.get(owner.uid());
        if (by != null) {
          below.computeIfAbsent(by.ref(), none -> new ArrayList<>()).add(seen);
        }
      }
      seen.claim()
          .ifPresent(claim -> below.computeIfAbsent(claim, none -> new ArrayList<>()).add(seen));
      boolean isBound = !seen.owners().isEmpty() || seen.claim().isPresent();
      if (isBound && !candidates.contains(seen.ref())) {
        open.add(seen);
      }
    }
    boolean more = true;
    while (more) {
      more = open.removeIf(seen -> goesWithOthers(seen) && all.add(seen.ref()));
    }
  }

  boolean has(ObjectRef ref) {
    return all.contains(ref);
  }

  int size() {
    return all.size();
  }

  /** Whether it leaves, and is no copy. */
  boolean isAlong(Seen seen) {
    return has(seen.ref()) && !candidates.contains(seen.ref());
  }

  /** Takes out what stays after all; false when it did not leave. */
  boolean remove(ObjectRef ref) {
    return all.remove(ref);
  }

  /** What goes along with others, is below this one, and has somebody who keeps it now. */
  List<Seen> keptBelow(ObjectRef ref) {
    return below.getOrDefault(ref, List.of()).stream()
        .filter(seen -> isAlong(seen) && !goesWithOthers(seen))
        .toList();
  }

  /** Its owners that leave. */
  List<Seen> owners(Seen seen) {
    return seen.owners().stream()
        .map(owner -> byUid.get(owner.uid()))
        .filter(java.util.Objects::nonNull)
        .filter(owner -> has(owner.ref()))
        .toList();
  }

  /** Whether nobody that stays keeps it: its volume's claim goes, or all its owners do. */
  boolean goesWithOthers(Seen seen) {
    boolean isVolumeOfOne =
        seen.claim()
            .filter(candidates::contains)
            .filter(claim -> has(claim) || !snapshot.objects().containsKey(claim))
            .isPresent();
    return isVolumeOfOne
        || (!seen.owners().isEmpty() && seen.owners().stream().allMatch(owner -> leaves(owner)));
  }

  /** One that was read under no uid is gone; the collector waits for kinds that nobody can read. */
  private boolean leaves(Owner owner) {
    Seen by = byUid.get(owner.uid());
    return by == null ? snapshot.kinds().contains(owner.groupKind()) : has(by.ref());
  }

  /** Whether its pods are those of the template of whom it belongs to. */
  boolean isFromATemplate(Seen seen) {
    return switch (seen.ref().groupKind()) {
      case "Pod", "ReplicaSet.apps" ->
          seen.owners().stream()
              .map(owner -> byUid.get(owner.uid()))
              .anyMatch(owner -> owner != null && !owner.node().podLabels().isEmpty());
      default -> false;
    };
  }
}
