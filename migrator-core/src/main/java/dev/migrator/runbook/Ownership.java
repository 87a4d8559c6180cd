package dev.migrator.runbook;

import dev.migrator.check.OwnedObject;
import dev.migrator.check.OwnedObject.Fate;
import dev.migrator.classify.LossWithOwner;
import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.Inventory.Kinship;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.Protection;
import dev.migrator.plan.Activity;
import dev.migrator.plan.LeftOut;
import dev.migrator.planner.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who owns what at the source, and what a plan does with each. */
final class Ownership {

  private Ownership() {}

  /**
   * Of everything that was listed, whether it travels or not; empty when nothing has an owner.
   *
   * @param travelling of the candidates
   */
  static List<OwnedObject> of(
      Inventory.Found found,
      Map<ObjectRef, Candidate> travelling,
      List<LeftOut> leftOut,
      SourceReading reading) {
    boolean anyOwner =
        !reading.owners().isEmpty()
            || found.excluded().stream().anyMatch(one -> one.kinship().isPresent());
    if (!anyOwner) {
      return List.of();
    }
    Map<ObjectRef, String> why = new HashMap<>();
    leftOut.forEach(one -> why.put(one.ref(), one.reason()));
    List<OwnedObject> all = new ArrayList<>();
    for (Candidate one : reading.candidates().values()) {
      Fate fate =
          !travelling.containsKey(one.ref())
              ? Fate.LEFT
              : one.verdict().is(Protection.DUPLICATION) && !Activity.isKept(one.ref())
                  ? Fate.HANDED_OVER
                  : Fate.COPIED;
      Optional<Kinship> kinship = Optional.ofNullable(reading.owners().get(one.ref()));
      String stays = why.getOrDefault(one.ref(), "");
      all.add(kin(one.ref(), one.uid(), kinship, fate, stays));
    }
    for (Inventory.Excluded one : found.excluded()) {
      all.add(kin(one.ref(), one.uid(), one.kinship(), Fate.LEFT, one.reason()));
    }
    return all;
  }

  private static OwnedObject kin(
      ObjectRef ref, String uid, Optional<Kinship> kinship, Fate fate, String stays) {
    List<Owner> owners = kinship.map(Kinship::owners).orElse(List.of());
    Optional<Owner> orphan = kinship.flatMap(Kinship::orphan);
    return new OwnedObject(
        ref,
        uid,
        owners,
        fate,
        stays,
        orphan,
        kinship.map(Kinship::loss).orElse(LossWithOwner.NONE));
  }
}
