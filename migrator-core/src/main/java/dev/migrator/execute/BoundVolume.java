package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.check.StorageBackend;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.PlannedObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a claim and the volume of a disk that is handed over hold each other. A volume that is
 * Released gives its disk to whatever its reclaim policy says, so that nothing but Retain is set on
 * one that is not bound.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming">Reclaiming</a>;
 * docs/adr/0051
 */
final class BoundVolume {

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private BoundVolume() {}

  /**
   * Waits until the claim that the run created at its target is bound to a volume of its own disk;
   * empty when it is. Waits also when the run shall stop: the disk is between two clusters.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the cluster gave it.
   */
  static Optional<StepResult> awaited(Run run, PlannedObject claim) {
    ObjectRef there = run.atTarget(claim);
    Instant end = run.clock().now().plus(run.plan().settings().limits().readyTimeout());
    Duration pause = PAUSE;
    while (true) {
      Optional<Manifest> live = run.target().get(there, claim.apiVersion());
      String phase = live.map(o -> o.at("status", "phase").asText("Pending")).orElse("gone");
      if (phase.equals("Bound")) {
        return otherDisk(run, claim, live.orElseThrow());
      }
      // A claim that is Lost stays so.
      if (run.clock().now().isAfter(end) || phase.equals("Lost") || phase.equals("gone")) {
        return Optional.of(
            run.failed(
                ErrorCode.M2107,
                RefText.of(there) + " is not bound to its volume at the " + run.target().name(),
                "it is " + phase + ", and its volume is " + volume(run, live),
                run.resume()));
      }
      run.clock().pauseAnyway(pause);
      pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
    }
  }

  /** Somebody may have made a volume of that name anew, or given it to another claim. */
  private static Optional<StepResult> otherDisk(Run run, PlannedObject claim, Manifest live) {
    Manifest own = run.vaulted(DiskDraining.volumeOf(run.vaulted(claim.ref())));
    Optional<Manifest> volume = run.target().find(DiskDraining.volumeOf(live));
    // Safeguard: bound-to-another-disk
    boolean isOwn =
        volume
            .filter(v -> v.at("spec", "claimRef", "uid").asText("").equals(live.uid()))
            .map(v -> StorageBackend.ofVolume(v.at("spec")))
            .filter(StorageBackend.ofVolume(disk(run, own))::equals)
            .isPresent();
    return isOwn
        ? Optional.empty()
        : Optional.of(
            run.failed(
                ErrorCode.M2205,
                "%s is bound at the %s, and not to its own disk"
                    .formatted(RefText.of(live.ref()), run.target().name()),
                volume(run, Optional.of(live)) + ", was made or changed by somebody else",
                "find out by whom; what uses the claim is not started; then: " + run.resume()));
  }

  /** As the run would send it: what the move changes of it is no other disk. */
  private static JsonNode disk(Run run, Manifest volume) {
    return run.definition(run.planned(volume.ref()), volume).at("spec");
  }

  private static String volume(Run run, Optional<Manifest> claim) {
    return claim
        .flatMap(live -> live.text("spec", "volumeName"))
        .map(
            name ->
                run.target()
                    .find(ObjectRef.core("PersistentVolume", "", name))
                    .map(volume -> name + ", " + volume.at("status", "phase").asText("Pending"))
                    .orElse(name + ", which is not there"))
        .orElse("not named");
  }

  /**
   * Why the reclaim policy of a volume may not be given back now; empty when it may, and for what
   * is no volume.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the cluster gave it.
   */
  static Optional<String> loose(ClusterSide side, Manifest live) {
    // Safeguard: policy-of-a-loose-volume
    if (!live.ref().groupKind().equals("PersistentVolume")) {
      return Optional.empty();
    }
    ObjectRef claim = DiskDraining.claimOf(live);
    String uid = live.at("spec", "claimRef", "uid").asText("");
    boolean isHeld =
        live.at("status", "phase").asText("").equals("Bound")
            && !live.isBeingDeleted()
            && !uid.isEmpty()
            && side.find(claim)
                .filter(found -> found.uid().equals(uid) && !found.isBeingDeleted())
                .isPresent();
    return isHeld
        ? Optional.empty()
        : Optional.of(
            "no claim holds it (it is %s), so that its driver could delete the disk; its reclaim policy stays Retain"
                .formatted(live.at("status", "phase").asText("unbound")));
  }
}
