package dev.migrator.check;

import dev.migrator.check.SharedVolumes.Reached;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Optional;

/** Which storage both clusters reach; each of them is asked once. */
public final class StorageReach {

  private static final String VOLUME = "PersistentVolume";

  private final SharedVolumes volumes;
  private Optional<Reached> reached = Optional.empty();

  /**
   * @param declared storage that both clusters may write to
   */
  public StorageReach(List<VolumeRule> declared) {
    this.volumes = new SharedVolumes(declared);
  }

  /** Takes in what an object of the source says of volumes. */
  void see(CheckedObject object) {
    volumes.accept(object.object(), object.body());
  }

  /**
   * What the target reaches of the source's storage. A volume that stays at the source may be known
   * to the target all the same, under a name of its own.
   */
  Reached reached(Move move) {
    if (reached.isEmpty()) {
      List<Manifest> there = volumes.hasClaims() ? move.target().all(VOLUME) : List.of();
      if (!there.isEmpty()) {
        move.source().each(VOLUME, volumes::know);
      }
      reached = Optional.of(volumes.reached(move::travels, there));
    }
    return reached.get();
  }
}
