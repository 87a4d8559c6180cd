package dev.migrator.check;

import dev.migrator.check.OwnedObject.Fate;
import dev.migrator.classify.LossWithOwner;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Objects that would be deleted at the source, at whatever distance, because all their owners are:
 * what shall stay there, and what nobody could make again.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage
 * Collection</a>; docs/adr/0029
 */
public final class DeletedWithOwner implements Check {

  private static final int SOME = 3;

  /**
   * One blocker for each object that would be lost; one note for each custom resource that takes
   * along what its controller makes.
   */
  @Override
  public List<Finding> findings(Move move) {
    List<OwnedObject> objects = move.kin();
    if (objects.stream().noneMatch(one -> one.fate() == Fate.HANDED_OVER)) {
      return List.of();
    }
    Map<String, OwnedObject> byUid = new HashMap<>();
    objects.forEach(one -> byUid.put(one.uid(), one));
    Map<String, ObjectRef> goes = going(objects, byUid);
    List<Finding> findings = new ArrayList<>();
    Map<ObjectRef, List<ObjectRef>> along = new TreeMap<>();
    for (OwnedObject one : objects) {
      Optional<ObjectRef> root = Optional.ofNullable(goes.get(one.uid()));
      if (root.isEmpty() || one.fate() == Fate.HANDED_OVER) {
        continue;
      }
      if (one.fate() == Fate.COPIED || one.loss() != LossWithOwner.NONE) {
        findings.add(finding(one, root.get()));
      } else if (root.get().isForeign() && !LossWithOwner.isUsual(one.ref())) {
        along.computeIfAbsent(root.get(), ref -> new ArrayList<>()).add(one.ref());
      }
    }
    along.forEach((root, refs) -> findings.add(note(root, refs)));
    return findings;
  }

  /** What is deleted, and with which object that is handed over; also what is owned by such. */
  private static Map<String, ObjectRef> going(
      Collection<OwnedObject> objects, Map<String, OwnedObject> byUid) {
    Map<String, ObjectRef> goes = new HashMap<>();
    List<OwnedObject> owned = new ArrayList<>();
    for (OwnedObject one : objects) {
      if (one.fate() == Fate.HANDED_OVER) {
        goes.put(one.uid(), one.ref());
      } else if (!one.owners().isEmpty()) {
        owned.add(one);
      }
    }
    boolean more = true;
    while (more) {
      more =
          owned.removeIf(
              one -> {
                Optional<ObjectRef> root = root(one, byUid, goes);
                root.ifPresent(ref -> goes.put(one.uid(), ref));
                return root.isPresent();
              });
    }
    return goes;
  }

  /** Empty while an owner stays: the collector deletes what has no owner left. */
  private static Optional<ObjectRef> root(
      OwnedObject one, Map<String, OwnedObject> byUid, Map<String, ObjectRef> goes) {
    Optional<ObjectRef> root = Optional.empty();
    for (Owner owner : one.owners()) {
      Optional<OwnedObject> known = Optional.ofNullable(byUid.get(owner.uid()));
      Optional<ObjectRef> with = Optional.ofNullable(goes.get(owner.uid()));
      if ((with.isEmpty() && known.isPresent()) || isSetFree(one.ref(), known)) {
        return Optional.empty();
      }
      root = root.or(() -> with);
    }
    return root;
  }

  /** The claims of a StatefulSet lose their owner before that is handed over. */
  private static boolean isSetFree(ObjectRef ref, Optional<OwnedObject> owner) {
    return ref.groupKind().equals("PersistentVolumeClaim")
        && owner
            .filter(by -> by.fate() == Fate.HANDED_OVER && Activity.isStatefulSet(by.ref()))
            .isPresent();
  }

  private static Finding finding(OwnedObject one, ObjectRef root) {
    String goes =
        "belongs to %s, which is handed over: when that is deleted at the source, this goes with it"
            .formatted(root);
    return one.fate() == Fate.COPIED
        ? new Finding(
            FindingCode.DELETED_WITH_OWNER,
            one.ref(),
            goes,
            "label it migrator.dev/protect-from=duplication, too; or label its owner loss; or take"
                + " the owner out of its metadata.ownerReferences at the source; then plan again")
        : new Finding(
            Severity.BLOCKER,
            one.loss() == LossWithOwner.OUTSIDE
                ? FindingCode.DELETION_REACHES_OUTSIDE
                : FindingCode.DELETED_WITH_OWNER,
            Optional.of(one.ref()),
            goes + ", and " + lost(one.loss()),
            "label its owner loss; or set it free at the source, with its controller paused: "
                + setFree(one.ref())
                + "; then plan again");
  }

  private static String lost(LossWithOwner loss) {
    return switch (loss) {
      case NONE -> "nothing is lost";
      case VOLUME -> "so does the data of its volume";
      case CONTENT -> "what is in it is at neither cluster then";
      case OUTSIDE ->
          "it has finalizers: its controller may delete what it stands for outside the cluster";
      case OBJECT -> "no controller makes it again";
    };
  }

  private static String setFree(ObjectRef ref) {
    return "kubectl %spatch %s %s --type json -p '[{\"op\":\"remove\",\"path\":\"/metadata/ownerReferences\"}]'"
        .formatted(
            ref.isClusterScoped() ? "" : "-n " + ref.namespace() + " ",
            ref.groupKind().toLowerCase(java.util.Locale.ROOT),
            ref.name());
  }

  private static Finding note(ObjectRef root, List<ObjectRef> refs) {
    String some =
        String.join(", ", refs.stream().sorted().limit(SOME).map(ObjectRef::toString).toList());
    return new Finding(
        FindingCode.GOES_WITH_OWNER,
        root,
        "takes along at the source what its controller makes at the target: %s%s; the run's vault"
                .formatted(some, refs.size() > SOME ? " and " + (refs.size() - SOME) + " more" : "")
            + " keeps it",
        "");
  }
}
