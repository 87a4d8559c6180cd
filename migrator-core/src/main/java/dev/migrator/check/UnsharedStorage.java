package dev.migrator.check;

import dev.migrator.check.SharedVolumes.Reached;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Claims whose storage both clusters are to use, though the target does not reach it: a volume that
 * was provisioned does not travel, and the target would make a new and empty one.
 *
 * <p>Source: docs/adr/0051
 */
final class UnsharedStorage implements Check {

  private static final String PROVISIONED = "pv.kubernetes.io/provisioned-by";

  private final StorageReach storage;
  private final Map<ObjectRef, Manifest> claims = new TreeMap<>();

  /**
   * @param storage of both clusters, shared with {@link TwoWriters}, which fills it
   */
  UnsharedStorage(StorageReach storage) {
    this.storage = storage;
  }

  @Override
  public void see(CheckedObject seen) {
    if (seen.is("PersistentVolumeClaim")) {
      claims.put(seen.ref(), seen.object());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    Map<ObjectRef, Manifest> shared = move.created(claims);
    VolumeDecisions decisions = VolumeDecisions.of(move.migration().data().volumes());
    shared
        .keySet()
        .removeIf(
            claim ->
                decisions
                    .way(claim.namespace(), claim.name())
                    .filter(VolumeWay.SHARE::equals)
                    .isEmpty());
    if (shared.isEmpty()) {
      return List.of();
    }
    Map<String, Manifest> volumes = new HashMap<>();
    move.source().all("PersistentVolume").forEach(volume -> volumes.put(volume.name(), volume));
    Reached reached = storage.reached(move);
    List<Finding> findings = new ArrayList<>();
    shared.forEach(
        (claim, object) -> {
          boolean isProvisioned =
              object
                  .text("spec", "volumeName")
                  .flatMap(name -> Optional.ofNullable(volumes.get(name)))
                  .filter(volume -> volume.annotations().containsKey(PROVISIONED))
                  .isPresent();
          if (isProvisioned && !reached.isReached(claim)) {
            findings.add(unreached(claim, object.at("spec", "volumeName").asText()));
          }
        });
    return findings;
  }

  private static Finding unreached(ObjectRef claim, String volume) {
    return new Finding(
        FindingCode.NOT_SHARED,
        claim,
        "its storage is to be shared, and the target does not have it: pv/%s was provisioned, and stays"
            .formatted(volume),
        "make a PersistentVolume of the same storage at the target, reserved for this claim and"
            + " with reclaim policy Retain; then plan again; or give the claim another way");
  }
}
