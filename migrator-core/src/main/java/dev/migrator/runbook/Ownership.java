package dev.migrator.runbook;

import dev.migrator.inventory.Inventory;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Activity;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.preflight.DeletedWithOwner.Fate;
import dev.migrator.plan.preflight.DeletedWithOwner.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who owns what at the source, and what a plan does with each. */
final class Ownership {

  private Ownership() {}

  /**
   * Of everything that was looked at; empty when no candidate has an owner, as mostly.
   *
   * @param travelling of the candidates
   */
  static List<Owned> of(
      Inventory.Found found, Map<ObjectRef, Candidate> travelling, SourceReading reading) {
    if (reading.owners().isEmpty()) {
      return List.of();
    }
    Map<ObjectRef, Protection> protections = reading.protections();
    List<Owned> all = new ArrayList<>();
    for (Candidate one : reading.candidates().values()) {
      Fate fate =
          !travelling.containsKey(one.ref())
              ? Fate.LEFT
              : protections.get(one.ref()) == Protection.DUPLICATION && !Activity.isKept(one.ref())
                  ? Fate.HANDED_OVER
                  : Fate.COPIED;
      List<String> owners = reading.owners().getOrDefault(one.ref(), List.of());
      all.add(new Owned(one.ref(), one.uid(), owners, fate));
    }
    for (Inventory.Excluded one : found.excluded()) {
      List<String> owners = one.orphan().map(by -> List.of(by.uid())).orElse(List.of());
      all.add(new Owned(one.ref(), one.uid(), owners, Fate.LEFT));
    }
    return all;
  }
}
