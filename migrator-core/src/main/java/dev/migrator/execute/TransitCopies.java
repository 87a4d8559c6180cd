package dev.migrator.execute;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.HandedOverDisks;
import dev.migrator.plan.PlannedObject;
import java.util.Optional;

/** What the target has of objects that are in transit, and whether that is at work there. */
final class TransitCopies {

  private final Run run;
  private final HandedOverDisks disks;

  TransitCopies(Run run, HandedOverDisks disks) {
    this.run = run;
    this.disks = disks;
  }

  /** What the target has under an object's name. */
  enum Copy {
    NONE,
    INERT,
    WORKS,
    FOREIGN
  }

  /**
   * The target's object as it is now.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the cluster gave it.
   */
  Optional<Manifest> atTarget(PlannedObject object) {
    return run.target().get(run.atTarget(object), object.apiVersion());
  }

  /** What it is; a disk works as long as something works with it. */
  Copy copy(PlannedObject object, Optional<Manifest> live) {
    if (live.isEmpty()) {
      return Copy.NONE;
    }
    if (!run.made(live.get(), object)) {
      return Copy.FOREIGN;
    }
    if (live.get().isBeingDeleted()) {
      return Copy.INERT;
    }
    // A volume of which somebody else changed the reclaim policy is in transit still.
    boolean isHeld =
        CopyAtTarget.isHeld(run.vaulted(object.ref()), live.get())
            || (disks.isDisk(object.ref()) && live.get().annotations().containsKey(Origin.HELD));
    return isHeld && working(object.ref()).isEmpty() ? Copy.INERT : Copy.WORKS;
  }

  /**
   * What works with a disk at the target, or with another that stays with it for the sake of a
   * common user; empty for what is no disk.
   */
  Optional<ObjectRef> working(ObjectRef disk) {
    return disks.isDisk(disk)
        ? disks.together(disk).stream()
            .filter(one -> !disks.isDisk(one))
            .filter(this::works)
            .findFirst()
        : Optional.empty();
  }

  /**
   * Whether others work at the target with a disk that it waits for there: it goes on with them.
   */
  boolean goesOn(ObjectRef user) {
    // Safeguard: user-taken-from-its-disk
    return !disks.isDisk(user)
        && disks.disksOf(user).stream().anyMatch(disk -> working(disk).isPresent());
  }

  private boolean works(ObjectRef user) {
    PlannedObject object = run.planned(user);
    return copy(object, atTarget(object)) == Copy.WORKS;
  }
}
