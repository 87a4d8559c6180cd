package dev.migrator.plan.preflight;

import dev.migrator.classify.Loss;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import dev.migrator.plan.preflight.Kin.Fate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Secrets and ConfigMaps that stay behind because a custom resource controls them, and that
 * travels: its controller makes them again, but seldom with the same content.
 */
public final class MadeAnew {

  private MadeAnew() {}

  /** One finding for each custom resource that stays at the source and travels. */
  public static List<Finding> findings(Collection<Kin> objects) {
    Map<ObjectRef, List<ObjectRef>> byOwner = new TreeMap<>();
    Map<String, Kin> byUid = new HashMap<>();
    for (Kin one : objects) {
      if (one.fate() == Fate.COPIED && one.ref().isForeign()) {
        byUid.put(one.uid(), one);
      }
    }
    for (Kin one : objects) {
      if (one.loss() == Loss.CONTENT && one.orphan().isPresent()) {
        owner(one.orphan().get(), byUid)
            .ifPresent(by -> byOwner.computeIfAbsent(by, ref -> new ArrayList<>()).add(one.ref()));
      }
    }
    List<Finding> findings = new ArrayList<>();
    byOwner.forEach((owner, refs) -> findings.add(finding(owner, refs)));
    return findings;
  }

  private static Optional<ObjectRef> owner(Owner controller, Map<String, Kin> byUid) {
    return Optional.ofNullable(byUid.get(controller.uid())).map(Kin::ref);
  }

  private static Finding finding(ObjectRef owner, List<ObjectRef> refs) {
    ObjectRef first = refs.stream().sorted().findFirst().orElseThrow();
    String more = refs.size() == 1 ? "" : " and " + (refs.size() - 1) + " more";
    return new Finding(
        Severity.WARNING,
        "made-anew",
        Optional.of(owner),
        "makes %s%s at the target anew: what is in it may be another there, such as passwords and keys"
            .formatted(first, more),
        "to take one along, copy it by hand, or take the owner out of its metadata.ownerReferences"
            + " at the source and plan again");
  }
}
