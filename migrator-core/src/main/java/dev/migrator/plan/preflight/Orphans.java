package dev.migrator.plan.preflight;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
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
public final class Orphans {

  private Orphans() {}

  /**
   * An object of the source, as far as ownership goes.
   *
   * @param stays why it stays behind; empty when it travels
   * @param owner the uid of its controller, where that is what keeps it behind; else empty
   * @param ownerName that controller in words
   */
  public record Owned(ObjectRef ref, String uid, String stays, String owner, String ownerName) {}

  /**
   * One finding a root that does not travel, naming the first object that is lost with it and how
   * many more are.
   *
   * @param orphans what would travel if no controller made it
   * @param others everything else that the source has and that may be a root
   */
  public static List<Finding> findings(Collection<Owned> orphans, Collection<Owned> others) {
    if (orphans.isEmpty()) {
      return List.of();
    }
    Map<String, Owned> byUid = new HashMap<>();
    others.forEach(one -> byUid.put(one.uid(), one));
    orphans.forEach(one -> byUid.put(one.uid(), one));
    Map<String, List<ObjectRef>> lost = new TreeMap<>();
    for (Owned orphan : orphans) {
      lostWith(orphan, byUid)
          .ifPresent(why -> lost.computeIfAbsent(why, k -> new ArrayList<>()).add(orphan.ref()));
    }
    List<Finding> findings = new ArrayList<>();
    lost.forEach((why, refs) -> findings.add(finding(why, refs)));
    return findings;
  }

  /** What does not travel at the root of its owners, in words; empty when the root travels. */
  private static Optional<String> lostWith(Owned orphan, Map<String, Owned> byUid) {
    Set<String> seen = new HashSet<>();
    Owned one = orphan;
    while (!one.owner().isEmpty() && seen.add(one.uid())) {
      Optional<Owned> owner = Optional.ofNullable(byUid.get(one.owner()));
      if (owner.isEmpty()) {
        return Optional.of(one.ownerName() + ", which the source does not show");
      }
      one = owner.get();
    }
    return one.stays().isEmpty()
        ? Optional.empty()
        : Optional.of(one.ref() + ", which stays behind: " + one.stays());
  }

  private static Finding finding(String why, List<ObjectRef> refs) {
    ObjectRef first = refs.stream().min(Comparator.naturalOrder()).orElseThrow();
    String more = refs.size() == 1 ? "" : ", and so are " + (refs.size() - 1) + " more";
    return new Finding(
        Severity.WARNING,
        "owner-stays",
        Optional.of(first),
        "is made by %s%s; so nothing makes it at the target".formatted(why, more),
        "let its owner travel, or make it at the target by hand");
  }
}
