package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a workload was set going between the capture of its data and its deletion: what it wrote
 * then would be lost.
 *
 * <p>Source: docs/adr/0052
 */
final class WrittenSinceCapture {

  /** In the outcome of a capture: the generation of each workload that was stopped for it. */
  static final String STOPPED_AT = "stoppedAt";

  private final Run run;
  private final CarriedData carried;

  WrittenSinceCapture(Run run) {
    this.run = run;
    this.carried = CarriedData.of(run.plan());
  }

  /** Why it may not be deleted; empty when nobody changed it, and for whatever carries no data. */
  Optional<StepResult> refusal(ObjectRef workload, Manifest live) {
    String now =
        SnapshotObjects.stoppedAt(Map.of(live.uid(), live.at("metadata", "generation").asText("")));
    // Safeguard: written-after-capture
    return carried.capturedWith(workload).stream()
        .filter(claim -> !stoppedAt(claim).contains(now))
        .findFirst()
        .map(
            claim ->
                run.failed(
                    ErrorCode.M2205,
                    RefText.of(workload)
                        + " was changed at the source after the data of its claim was captured",
                    "it may have written to " + RefText.of(claim) + " since then",
                    "migrator rollback " + run.id() + "   (sets it going again)",
                    "then plan again"));
  }

  private List<String> stoppedAt(ObjectRef claim) {
    Map<String, String> details = run.journal().state().details(StepId.of(Verb.CAPTURE, claim));
    return List.of(details.getOrDefault(STOPPED_AT, "").split(",", -1));
  }
}
