package dev.migrator.execute;

import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.SnapshotNames;
import dev.migrator.mover.Side;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import java.util.ArrayList;
import java.util.List;

/**
 * What the data of a claim comes by in one of the clusters: a name that may be taken, which is
 * known before anything is created. Pure.
 *
 * <p>Source: docs/adr/0052, docs/adr/0053
 */
record TransferObject(Side side, ObjectRef ref, String apiVersion) {

  /**
   * Everything that may be there, in the order in which it is deleted: the target's first, since
   * what it has may need what the source has.
   *
   * @param run id
   */
  static List<TransferObject> of(Migration settings, String run, PlannedObject claim) {
    ObjectRef there = TargetNames.of(claim.ref(), claim.apiVersion(), settings.mappings());
    if (!claim.isCopied()) {
      String name = SnapshotNames.of(claim.uid());
      return List.of(
          snapshot(Side.TARGET, SnapshotObjects.snapshot(there.namespace(), name)),
          snapshot(Side.TARGET, SnapshotObjects.content(name)),
          snapshot(Side.SOURCE, SnapshotObjects.snapshot(claim.ref().namespace(), name)));
    }
    ClaimCopy copy = ClaimCopy.of(settings, run, claim, ClaimCopy.NO_KEY);
    List<TransferObject> objects = new ArrayList<>();
    for (Side side : List.of(Side.TARGET, Side.SOURCE)) {
      for (Manifest made : copy.made(side)) {
        objects.add(new TransferObject(side, made.ref(), made.apiVersion()));
      }
    }
    return objects;
  }

  private static TransferObject snapshot(Side side, ObjectRef ref) {
    return new TransferObject(side, ref, SnapshotNames.API_VERSION);
  }
}
