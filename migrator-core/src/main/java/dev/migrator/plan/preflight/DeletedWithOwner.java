package dev.migrator.plan.preflight;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects that shall stay at the source, and would be deleted there because all their owners are.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage
 * Collection</a>
 */
public final class DeletedWithOwner {

  private DeletedWithOwner() {}

  /** What the plan does with an object of the source. */
  public enum Fate {
    /** It is handed over: deleted at the source. */
    HANDED_OVER,
    /** It travels, and stays at the source as well. */
    COPIED,
    /** It does not travel. */
    LEFT
  }

  /**
   * An object of the source, as far as ownership goes.
   *
   * @param owners the uids of its owners
   */
  public record Owned(ObjectRef ref, String uid, List<String> owners, Fate fate) {
    public Owned {
      owners = List.copyOf(owners);
    }
  }

  /** One finding for each object that is copied and would go from the source. */
  public static List<Finding> findings(Collection<Owned> objects) {
    Map<String, Owned> byUid = new HashMap<>();
    objects.forEach(one -> byUid.put(one.uid(), one));
    Map<String, ObjectRef> goes = going(objects, byUid);
    List<Finding> findings = new ArrayList<>();
    for (Owned one : objects) {
      if (one.fate() == Fate.COPIED) {
        Optional.ofNullable(goes.get(one.uid()))
            .ifPresent(root -> findings.add(finding(one.ref(), root)));
      }
    }
    return findings;
  }

  /** What is deleted, and with which object that is handed over; also what is owned by such. */
  private static Map<String, ObjectRef> going(Collection<Owned> objects, Map<String, Owned> byUid) {
    Map<String, ObjectRef> goes = new HashMap<>();
    for (Owned one : objects) {
      if (one.fate() == Fate.HANDED_OVER) {
        goes.put(one.uid(), one.ref());
      }
    }
    boolean more = !goes.isEmpty();
    while (more) {
      more = false;
      for (Owned one : objects) {
        if (!one.owners().isEmpty() && !goes.containsKey(one.uid())) {
          Optional<ObjectRef> root = root(one, byUid, goes);
          root.ifPresent(ref -> goes.put(one.uid(), ref));
          more |= root.isPresent();
        }
      }
    }
    return goes;
  }

  /** Empty while an owner stays: the collector deletes what has no owner left. */
  private static Optional<ObjectRef> root(
      Owned one, Map<String, Owned> byUid, Map<String, ObjectRef> goes) {
    Optional<ObjectRef> root = Optional.empty();
    for (String owner : one.owners()) {
      Optional<ObjectRef> with = Optional.ofNullable(goes.get(owner));
      if ((with.isEmpty() && byUid.containsKey(owner)) || isSetFree(one.ref(), with)) {
        return Optional.empty();
      }
      root = root.or(() -> with);
    }
    return root;
  }

  /** The claims of a StatefulSet lose their owner before it is deleted. */
  private static boolean isSetFree(ObjectRef ref, Optional<ObjectRef> owner) {
    return ref.groupKind().equals("PersistentVolumeClaim")
        && owner.filter(Activity::isStatefulSet).isPresent();
  }

  private static Finding finding(ObjectRef ref, ObjectRef root) {
    return new Finding(
        Severity.BLOCKER,
        "deleted-with-owner",
        Optional.of(ref),
        "belongs to %s, which is handed over: when that is deleted at the source, this goes with it"
            .formatted(root),
        "label it migrator.dev/protect-from=duplication, too; or label its owner loss; or take the"
            + " owner out of its metadata.ownerReferences at the source; then plan again");
  }
}
