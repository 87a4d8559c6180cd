package dev.migrator.plan.preflight;

import dev.migrator.model.Amount;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import dev.migrator.plan.preflight.Reconcilers.Reconciler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Gathers what is kept by Argo CD, Flux or Helm. What is deleted at the source needs its reconciler
 * paused, object by object; of the rest one finding a reconciler is enough.
 */
public final class Reconciled {

  private final List<Finding> deleted = new ArrayList<>();
  private final Map<String, List<ObjectRef>> others = new TreeMap<>();

  public void accept(Manifest object, Optional<Protection> protection) {
    Optional<Reconciler> found = Reconcilers.of(object);
    if (found.isPresent()) {
      Reconciler reconciler = found.get();
      if (protection.equals(Optional.of(Protection.DUPLICATION))) {
        deleted.add(
            new Finding(
                Severity.WARNING,
                "recreated-by-reconciler",
                Optional.of(object.ref()),
                "is kept by " + reconciler.name() + ", which " + reconciler.returns(),
                "before apply: " + reconciler.pause()));
      } else {
        others.computeIfAbsent(reconciler.name(), n -> new ArrayList<>()).add(object.ref());
      }
    }
  }

  /** The findings, in a fixed order for the same objects in the same order. */
  public List<Finding> findings(Predicate<ObjectRef> travels) {
    List<Finding> findings = new ArrayList<>(deleted);
    others.forEach(
        (name, kept) -> {
          long count = kept.stream().filter(travels).count();
          if (count > 0) {
            findings.add(
                new Finding(
                    Severity.NOTE,
                    "reconciled",
                    Optional.empty(),
                    name
                        + " keeps "
                        + Amount.of(count, "object that travels", "objects that travel"),
                    "at the target it must find the same definitions, or it changes them back"));
          }
        });
    return findings;
  }
}
