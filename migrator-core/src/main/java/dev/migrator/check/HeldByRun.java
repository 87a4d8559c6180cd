package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
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
    List<Finding> findings = new ArrayList<>();
    runs.forEach(
        (ref, run) -> {
          if (move.travels(ref)) {
            findings.add(finding(ref, run));
          }
        });
    findings.addAll(atTarget(move));
    return findings;
  }

  /** What the target has already of what is handed over, and a run created and did not activate. */
  private static List<Finding> atTarget(Move move) {
    Map<ObjectRef, ObjectRef> there = new TreeMap<>();
    move.candidates().keySet().stream()
        .filter(ref -> move.isThere(ref) && move.isHandedOver(ref))
        .forEach(ref -> there.put(move.atTarget(ref), ref));
    List<Finding> findings = new ArrayList<>();
    for (Manifest live : move.target().get(there.keySet())) {
      Origin.holder(live)
          .ifPresent(
              run ->
                  findings.add(
                      new Finding(
                          FindingCode.HELD_BY_RUN,
                          Optional.ofNullable(there.get(live.ref())),
                          "is at the target already, where run "
                              + run
                              + " created it and did not activate it: it does nothing there",
                          wayOut(run))));
    }
    return findings;
  }

  private static Finding finding(ObjectRef ref, String run) {
    return new Finding(
        FindingCode.HELD_BY_RUN,
        ref,
        "was stopped by run "
            + run
            + " and not set going again: it would stay stopped, as if somebody wanted that",
        wayOut(run));
  }

  private static String wayOut(String run) {
    return "migrator resume " + run + "   (or migrator rollback " + run + "; then plan again)";
  }
}
