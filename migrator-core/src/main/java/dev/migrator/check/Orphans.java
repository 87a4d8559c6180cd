package dev.migrator.check;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Objects that stay behind because a controller makes them again, although nothing will: the object
 * at the root of their owners does not travel either.
 */
public final class Orphans implements Check {

  /**
   * One finding a root that does not travel, naming the first object that is lost with it and how
   * many more are.
   */
  @Override
  public List<Finding> findings(Move move) {
    // Nothing is said of what a chosen part of a plan does not name.
    if (!move.isWhole()) {
      return List.of();
    }
    List<OwnedObject> objects = move.kin();
    if (objects.stream().noneMatch(one -> one.orphan().isPresent())) {
      return List.of();
    }
    Map<String, OwnedObject> byUid = new HashMap<>();
    objects.forEach(one -> byUid.put(one.uid(), one));
    Map<String, List<ObjectRef>> lost = new TreeMap<>();
    for (OwnedObject one : objects) {
      if (one.orphan().isPresent()) {
        lostWith(one, byUid)
            .ifPresent(why -> lost.computeIfAbsent(why, k -> new ArrayList<>()).add(one.ref()));
      }
    }
    List<Finding> findings = new ArrayList<>();
    lost.forEach((why, refs) -> findings.add(finding(why, refs)));
    return findings;
  }

  /** What does not travel at the root of its owners, in words; empty when the root travels. */
  private static Optional<String> lostWith(OwnedObject orphan, Map<String, OwnedObject> byUid) {
    Set<String> seen = new HashSet<>();
    OwnedObject one = orphan;
    while (one.orphan().isPresent() && seen.add(one.uid())) {
      Owner by = one.orphan().get();
      Optional<OwnedObject> owner = Optional.ofNullable(byUid.get(by.uid()));
      if (owner.isEmpty()) {
        return Optional.of(by.groupKind() + " " + by.name() + ", which the source does not show");
      }
      one = owner.get();
    }
    // Of what is in no namespace, a move of some namespaces takes neither the one nor the other.
    boolean isOfAnotherMove =
        orphan.ref().isClusterScoped() && one.stays().equals(ClusterWide.NOT_NEEDED);
    return one.stays().isEmpty() || isOfAnotherMove
        ? Optional.empty()
        : Optional.of(one.ref() + ", which stays behind: " + one.stays());
  }

  private static Finding finding(String why, List<ObjectRef> refs) {
    ObjectRef first = refs.stream().min(Comparator.naturalOrder()).orElseThrow();
    String more = refs.size() == 1 ? "" : ", and so are " + (refs.size() - 1) + " more";
    return new Finding(
        FindingCode.OWNER_STAYS,
        first,
        "is made by %s%s; so nothing makes it at the target".formatted(why, more),
        "let its owner travel, or make it at the target by hand");
  }
}
