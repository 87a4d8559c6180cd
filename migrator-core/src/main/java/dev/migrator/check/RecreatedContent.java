package dev.migrator.check;

import dev.migrator.check.OwnedObject.Fate;
import dev.migrator.classify.LossWithOwner;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stays behind because a custom resource controls it, and that travels: its controller makes
 * it again, but with other content, with empty volumes, or as something else outside.
 */
public final class RecreatedContent implements Check {

  /** One finding for each custom resource that travels and stays at the source, and each loss. */
  @Override
  public List<Finding> findings(Move move) {
    // Nothing is said of what a chosen part of a plan does not name.
    if (!move.isWhole()) {
      return List.of();
    }
    List<OwnedObject> objects = move.kin();
    Map<String, OwnedObject> byUid = new HashMap<>();
    objects.forEach(one -> byUid.put(one.uid(), one));
    Map<LossWithOwner, Map<ObjectRef, List<ObjectRef>>> lost = new EnumMap<>(LossWithOwner.class);
    for (OwnedObject one : objects) {
      if (one.orphan().isPresent() && one.loss() != LossWithOwner.NONE) {
        root(one, byUid)
            .filter(root -> root.fate() == Fate.COPIED && root.ref().isForeign())
            .ifPresent(
                root ->
                    lost.computeIfAbsent(one.loss(), loss -> new TreeMap<>())
                        .computeIfAbsent(root.ref(), ref -> new ArrayList<>())
                        .add(one.ref()));
      }
    }
    List<Finding> findings = new ArrayList<>();
    lost.forEach(
        (loss, byOwner) ->
            byOwner.forEach((owner, refs) -> finding(loss, owner, refs).ifPresent(findings::add)));
    return findings;
  }

  /** The first of its controllers that does not stay behind for its own controller's sake. */
  private static Optional<OwnedObject> root(OwnedObject orphan, Map<String, OwnedObject> byUid) {
    Set<String> seen = new HashSet<>();
    Optional<OwnedObject> at = Optional.of(orphan);
    while (at.isPresent() && at.get().orphan().isPresent() && seen.add(at.get().uid())) {
      Owner by = at.get().orphan().get();
      at = Optional.ofNullable(byUid.get(by.uid()));
    }
    return at;
  }

  private static Optional<Finding> finding(
      LossWithOwner loss, ObjectRef owner, List<ObjectRef> refs) {
    ObjectRef first = refs.stream().sorted().findFirst().orElseThrow();
    String made =
        "makes %s%s at the target anew: "
            .formatted(first, refs.size() == 1 ? "" : " and " + (refs.size() - 1) + " more");
    return switch (loss) {
      case CONTENT ->
          Optional.of(
              new Finding(
                  FindingCode.MADE_ANEW,
                  owner,
                  made + "what is in it may be another there, such as passwords and keys",
                  "to take one along, label it migrator.dev/protect-from=loss: it is created before"
                      + " its owner"));
      case VOLUME ->
          Optional.of(
              new Finding(
                  FindingCode.DATA_STAYS,
                  owner,
                  made + "its volume is new and empty there, and its data does not travel",
                  "copy the data before the gate afterCopy is opened"));
      case OUTSIDE ->
          Optional.of(
              new Finding(
                  FindingCode.MADE_ANEW,
                  owner,
                  made
                      + "it stands for something outside of the clusters, of which there may be two"
                      + " then, or one that both controllers manage",
                  "ask the controller's documentation how to take over what exists; label the owner"
                      + " duplication to hand it over"));
      case NONE, OBJECT -> Optional.empty();
    };
  }
}
