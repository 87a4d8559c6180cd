package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.HandedOverDisks;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The disks that a run has in transit, on their way home: not in use at the target any more, and at
 * the source a volume that takes the claim that comes back, and nothing else.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume">Reserving
 * a PersistentVolume</a>; docs/adr/0051
 */
final class ReservedVolumes {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Run run;
  private final HandedOverDisks disks;
  private final DiskUse atTarget;

  ReservedVolumes(Run run, HandedOverDisks disks) {
    this.run = run;
    this.disks = disks;
    this.atTarget = new DiskUse(run.target(), new SharedLists(run.target().cluster(), run.clock()));
  }

  /**
   * What still uses a claim's disk at the target when the time is over; empty when nothing does.
   */
  Optional<String> stillUsed(ObjectRef ref, Consumer<String> waits) {
    // Safeguard: disk-restored-beside-use
    if (!disks.isDisk(ref) || !ref.groupKind().equals("PersistentVolumeClaim")) {
      return Optional.empty();
    }
    PlannedObject claim = run.planned(ref);
    Manifest volume = run.vaulted(DiskDraining.volumeOf(run.vaulted(ref)));
    Instant end = run.clock().now().plus(run.plan().settings().handover().drainTimeout());
    while (true) {
      List<String> users = atTarget.of(run.atTarget(claim), volume);
      if (users.isEmpty()) {
        return Optional.empty();
      }
      String why = "its disk is still in use at the target: " + String.join(", ", users);
      if (run.clock().now().isAfter(end)) {
        return Optional.of(why);
      }
      waits.accept(why);
      run.clock().pause(PAUSE);
    }
  }

  /**
   * Why the disk could go with its claim from the target, where somebody gave the volume back what
   * deletes it; empty when it cannot.
   */
  Optional<String> deletedWith(ObjectRef ref) {
    if (!disks.isDisk(ref) || !ref.groupKind().equals("PersistentVolumeClaim")) {
      return Optional.empty();
    }
    PlannedObject claim = run.planned(ref);
    return run.target()
        .get(run.atTarget(claim), claim.apiVersion())
        .filter(live -> run.made(live, claim))
        .flatMap(live -> run.target().find(DiskDraining.volumeOf(live)))
        .filter(volume -> !SuspensionFields.of(volume).isInert(volume))
        .map(
            volume ->
                "its disk would be deleted with it at the target: set "
                    + "spec.persistentVolumeReclaimPolicy of pv/%s to Retain there"
                        .formatted(volume.name()));
  }

  /** Why what works with disks cannot come back yet; empty when its claims are at the source. */
  Optional<String> missingFor(ObjectRef ref) {
    return disks.disksOf(ref).stream()
        .filter(disk -> run.source().find(disk).filter(o -> !o.isBeingDeleted()).isEmpty())
        .findFirst()
        .map(disk -> "is not brought back without " + RefText.of(disk));
  }

  /**
   * Lets the volume wait for the claim that comes back: one that was bound to a claim which is gone
   * would never be bound again.
   */
  StepResult reserve(Step step, SourceObject source, Manifest seen) {
    RereadAfterFailure reread = RereadAfterFailure.anyway(run.clock());
    Optional<Manifest> live = Optional.of(seen);
    while (true) {
      try {
        if (live.isEmpty() || live.get().isBeingDeleted()) {
          return WayBackExecution.failed(run, source.ref(), "went from the source meanwhile");
        }
        if (source.isAnother(live.get()) && !run.made(live.get(), source.planned())) {
          return WayBackExecution.failed(
              run, source.ref(), "was created again at the source by someone else");
        }
        if (!live.get().at("spec", "claimRef").has("uid")
            || BoundVolume.loose(run.source(), live.get()).isEmpty()) {
          return new StepResult.NotNeeded("the source has it, and its claim can hold it");
        }
        if (!source.inertia().isInert(live.get())) {
          return WayBackExecution.failed(
              run, source.ref(), "no claim holds it, and its reclaim policy is not Retain");
        }
        ObjectNode patch = Json.object();
        patch
            .withObjectProperty("spec")
            .withObjectProperty("claimRef")
            .putNull("uid")
            .putNull("resourceVersion");
        Patch.bind(patch, live.get());
        run.intend(step, live.get().uid(), live.get().resourceVersion(), Optional.empty());
        Manifest unused =
            run.source().cluster().patch(source.type(), source.ref(), Patch.merge(patch));
        return StepResult.done("waits for its claim");
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          return WayBackExecution.failed(
              run, source.ref(), "could not be made ready: " + e.failure().detail());
        }
        live = source.read();
      }
    }
  }
}
