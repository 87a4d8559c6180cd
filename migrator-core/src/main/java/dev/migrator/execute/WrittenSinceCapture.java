package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a workload was set going between the capture of its data and its deletion, or a pod that
 * somebody started used it: what was written then would be lost.
 *
 * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the source gave it.
 *
 * <p>Source: docs/adr/0052
 */
final class WrittenSinceCapture {

  /**
   * In the outcome of a capture: the generation of each workload that was stopped for it, and the
   * pods that had ended.
   */
  static final String STOPPED_AT = StepRecords.STOPPED_AT;

  private final Run run;
  private final CarriedData carried;
  private final DiskUse use;

  WrittenSinceCapture(Run run) {
    this.run = run;
    this.carried = CarriedData.of(run.plan());
    this.use = new DiskUse(run.source(), new SharedLists(run.source().cluster(), run.clock()));
  }

  /** Why it may not be deleted; empty when nobody wrote, and for whatever carries no data. */
  Optional<StepResult> refusal(ObjectRef workload, Manifest live) {
    if (Activity.endsWhenDeleted(workload)) {
      // Its data is captured after that.
      return Optional.empty();
    }
    String now = known(live, live.at("metadata", "generation").asText(""));
    for (ObjectRef claim : carried.capturedWith(workload)) {
      Set<String> stoppedAt = stoppedAt(claim);
      // Safeguard: written-after-capture
      if (!stoppedAt.contains(now)) {
        return Optional.of(
            refused(workload, claim, " was changed at the source after the data of its claim was"));
      }
      // Safeguard: used-after-capture
      Optional<Manifest> used =
          use.podsOfOthers(claim).stream()
              .filter(pod -> carried.isCapturedAtRest(claim))
              .filter(pod -> !stoppedAt.contains(known(pod, "")))
              .findFirst();
      if (used.isPresent()) {
        return Optional.of(
            refused(used.get().ref(), claim, " was started at the source after this data was"));
      }
    }
    return Optional.empty();
  }

  private StepResult refused(ObjectRef writer, ObjectRef claim, String what) {
    return run.failed(
        ErrorCode.M2205,
        RefText.of(writer) + what + " captured",
        "it may have written to " + RefText.of(claim) + " since then",
        "migrator rollback " + run.id() + "   (sets going what was stopped)",
        "then plan again");
  }

  private static String known(Manifest writer, String generation) {
    return SnapshotObjects.stoppedAt(Map.of(writer.uid(), generation));
  }

  private Set<String> stoppedAt(ObjectRef claim) {
    Map<String, String> details = run.journal().state().details(StepId.of(Verb.CAPTURE, claim));
    return Set.copyOf(List.of(details.getOrDefault(STOPPED_AT, "").split(",", -1)));
  }
}
