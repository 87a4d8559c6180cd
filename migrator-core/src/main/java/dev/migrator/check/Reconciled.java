package dev.migrator.check;

import dev.migrator.classify.GitOpsOwner;
import dev.migrator.classify.GitOpsOwner.Reconciler;
import dev.migrator.model.Amount;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gathers what is kept by Argo CD, Flux or Helm. What is deleted at the source needs its reconciler
 * paused, object by object; of the rest one finding a reconciler is enough.
 */
public final class Reconciled implements Check {

  private final List<Finding> deleted = new ArrayList<>();
  private final Map<String, List<ObjectRef>> others = new TreeMap<>();

  @Override
  public void see(CheckedObject object) {
    Optional<Reconciler> found = GitOpsOwner.of(object.object());
    if (found.isPresent()) {
      Reconciler reconciler = found.get();
      if (object.verdict().is(Protection.DUPLICATION)) {
        deleted.add(
            new Finding(
                FindingCode.RECREATED_BY_RECONCILER,
                object.ref(),
                "is kept by " + reconciler.name() + ", which " + reconciler.returns(),
                "before apply: " + reconciler.pause()));
      } else {
        others.computeIfAbsent(reconciler.name(), name -> new ArrayList<>()).add(object.ref());
      }
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    List<Finding> findings = new ArrayList<>(move.ofTravelling(deleted));
    others.values().forEach(refs -> refs.removeIf(ref -> !move.travels(ref)));
    others.values().removeIf(List::isEmpty);
    others.forEach(
        (name, refs) ->
            findings.add(
                new Finding(
                    FindingCode.RECONCILED,
                    Optional.empty(),
                    name
                        + " keeps "
                        + Amount.of(refs.size(), "object that travels", "objects that travel"),
                    "at the target it must find the same definitions, or it changes them back")));
    return findings;
  }
}
