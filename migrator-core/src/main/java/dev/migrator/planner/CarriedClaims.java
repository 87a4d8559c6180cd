package dev.migrator.planner;

import dev.migrator.graph.Dependency;
import dev.migrator.model.ObjectRef;
import dev.migrator.planner.Placement.Place;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The claims whose data is carried to a volume of the target, and who works with each.
 *
 * <p>Source: docs/adr/0052
 */
final class CarriedClaims {

  private final Map<ObjectRef, Set<ObjectRef>> users = new HashMap<>();
  private final Set<ObjectRef> copied;
  private final Placement placement;

  private CarriedClaims(Set<ObjectRef> copied, Placement placement) {
    this.copied = copied;
    this.placement = placement;
  }

  /**
   * @param copied those of the claims whose files a mover copies
   */
  static CarriedClaims of(
      Collection<ObjectRef> claims,
      Set<ObjectRef> copied,
      Placement placement,
      List<ObjectRef> order,
      Map<ObjectRef, List<Dependency>> dependencies) {
    CarriedClaims carried = new CarriedClaims(copied, placement);
    claims.forEach(claim -> carried.users.put(claim, new TreeSet<>()));
    for (ObjectRef ref : order) {
      for (Dependency d : dependencies.getOrDefault(ref, List.of())) {
        Set<ObjectRef> some = carried.users.get(d.to());
        if (some != null) {
          some.add(ref);
        }
      }
    }
    return carried;
  }

  boolean has(ObjectRef claim) {
    return users.containsKey(claim);
  }

  /** Whether a mover copies its files. */
  boolean isCopied(ObjectRef claim) {
    return copied.contains(claim);
  }

  /**
   * Whether its files are copied ahead, while they are in use, to a claim that is created for that
   * with all other copies.
   */
  boolean isCopiedAhead(ObjectRef claim) {
    return copied.contains(claim) && placement.of(claim) == Place.DEFERRED;
  }

  /** Whatever needs it, sorted. */
  Set<ObjectRef> usersOf(ObjectRef claim) {
    return users.getOrDefault(claim, Set.of());
  }

  /** Those of its users that are stopped before its data is captured, sorted. */
  List<ObjectRef> stoppedUsersOf(ObjectRef claim) {
    return usersOf(claim).stream().filter(user -> placement.of(user) == Place.HAND_OVER).toList();
  }
}
