package dev.migrator.check;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run that did not come to its end holds at the source: it is stopped, or its scaler is
 * paused, as long as it is between the clusters. A plan that took that for what somebody wants
 * would move it stopped, and say that it is as planned.
 *
 * <p>Source: docs/adr/0044
 */
public final class HeldByRun implements Check {

  private final Map<ObjectRef, String> runs = new TreeMap<>();

  @Override
  public void see(CheckedObject object) {
    Origin.holder(object.object()).ifPresent(run -> runs.put(object.ref(), run));
  }

  /** One finding an object that would travel. */
  @Override
  public List<Finding> findings(Move move) {
    return runs.entrySet().stream()
        .filter(held -> move.travels(held.getKey()))
        .map(held -> finding(held.getKey(), held.getValue()))
        .toList();
  }

  private static Finding finding(ObjectRef ref, String run) {
    return new Finding(
        Severity.BLOCKER,
        FindingCode.HELD_BY_RUN,
        Optional.of(ref),
        "was stopped by run "
            + run
            + " and not set going again: it would stay stopped, as if somebody wanted that",
        "migrator resume " + run + ", or: migrator rollback " + run + "; then plan again");
  }
}
