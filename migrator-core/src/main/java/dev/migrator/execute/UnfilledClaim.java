package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.PlannedObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether the target's claim can still get a volume that is made from this run's snapshot. One that
 * an earlier run left, or made from what that left, has old data, and keeps it.
 *
 * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the target gave it.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0052
 */
final class UnfilledClaim {

  private final Run run;

  UnfilledClaim(Run run) {
    this.run = run;
  }

  /**
   * Why the data is not captured: the target has something that stands in its way. Asked while all
   * that works with it can still go on at the source.
   *
   * @param inTheWay objects of these names that are not this run's would be taken for its own
   */
  Optional<StepResult> before(PlannedObject planned, List<ObjectRef> inTheWay) {
    // Safeguard: claim-of-another-run
    Optional<Manifest> left =
        inTheWay.stream()
            .flatMap(ref -> run.target().find(ref).stream())
            .filter(object -> !run.made(object, planned))
            .findFirst()
            .or(() -> bound(planned).filter(claim -> !run.made(claim, planned)));
    return left.map(
        object ->
            run.failed(
                ErrorCode.M2202,
                "the target has "
                    + RefText.of(object.ref())
                    + (Origin.of(object).isPresent()
                        ? " of an earlier run"
                        : ", which this run did not make"),
                Origin.of(object).isPresent()
                    ? "the claim would have the data of that time"
                    : "it may have data of its own, or get some",
                "migrator rollback " + run.id() + "   (sets going what was stopped)",
                "delete it at the target if nobody needs its data, then plan again"));
  }

  /** Why no mover writes to the target's claim: a pod there uses it. */
  Optional<StepResult> inUse(PlannedObject planned) {
    ObjectRef there = run.atTarget(planned);
    DiskUse use = new DiskUse(run.target(), new SharedLists(run.target().cluster(), run.clock()));
    // Safeguard: copied-under-a-pod
    return use.podsOfOthers(there).stream()
        .filter(pod -> !CopyJob.hasEnded(pod))
        .findFirst()
        .map(
            pod ->
                run.failed(
                    ErrorCode.M2202,
                    "%s at the target is used by %s"
                        .formatted(RefText.of(there), RefText.of(pod.ref())),
                    "a mover would write under it; nothing is written to a claim that is in use",
                    "end that pod at the target, then: " + run.resume()));
  }

  /** Why what uses the claim is not started: its volume was there before the snapshot was. */
  Optional<StepResult> after(PlannedObject planned, Manifest snapshot) {
    // Safeguard: volume-older-than-snapshot
    return bound(planned)
        .flatMap(claim -> run.target().find(DiskDraining.volumeOf(claim)))
        .filter(volume -> isBefore(volume, snapshot))
        .map(
            volume ->
                run.failed(
                    ErrorCode.M2202,
                    "%s at the target was not made from this run's snapshot"
                        .formatted(RefText.of(run.atTarget(planned))),
                    RefText.of(volume.ref()) + " is older, and so is its data",
                    "migrator rollback %s   (or, if something has left the source: migrator rollback %s --backward)"
                        .formatted(run.id(), run.id()),
                    "delete the claim at the target if nobody needs its data, then plan again"));
  }

  private Optional<Manifest> bound(PlannedObject planned) {
    return run.target()
        .get(run.atTarget(planned), planned.apiVersion())
        .filter(claim -> claim.at("status", "phase").asText("").equals("Bound"));
  }

  /** By the clock of one API server. */
  private static boolean isBefore(Manifest one, Manifest other) {
    try {
      return Instant.parse(one.at("metadata", "creationTimestamp").asText(""))
          .isBefore(Instant.parse(other.at("metadata", "creationTimestamp").asText("")));
    } catch (DateTimeException e) {
      return false;
    }
  }
}
