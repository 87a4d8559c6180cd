package dev.migrator.cluster.memory;

import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * Tells the storage which pods may write: each that runs with a disk mounted, all the time that it
 * runs; and which disks were there from the beginning.
 */
final class DiskWriters {

  private final Storage storage;
  private final Disks disks;
  private final String cluster;
  private final MoverPods movers;

  DiskWriters(Storage storage, Disks disks, String cluster) {
    this.storage = storage;
    this.disks = disks;
    this.cluster = cluster;
    this.movers = new MoverPods(storage, disks, cluster);
  }

  void see(StoredChange change) {
    Manifest object = change.object();
    switch (object.kind()) {
      case "Pod" -> {
        if (change.after().filter(DiskWriters::runs).isPresent()) {
          begin(object);
          if (change.before().filter(DiskWriters::runs).isEmpty()) {
            movers.begin(object);
          }
        } else if (change.before().filter(DiskWriters::runs).isPresent()) {
          disks.endWriting(cluster, name(object));
        }
      }
      case Mount.CLAIM -> {
        // A pod that was loaded as running may have come before its claim was bound.
        if (change.after().isPresent()) {
          storage.in("Pod", object.namespace()).stream()
              .filter(DiskWriters::runs)
              .filter(pod -> Mount.mounts(pod, Key.of(object.ref())))
              .forEach(this::begin);
        }
      }
      case Mount.VOLUME -> {
        Optional<Disk> disk = Disk.of(object);
        if (change.before().isEmpty() && !change.byRequest() && disk.isPresent()) {
          disks.find(disk.get(), cluster);
        }
      }
      default -> {}
    }
  }

  private void begin(Manifest pod) {
    if (MoverPods.isOne(pod)) {
      return;
    }
    List<Mount> mounts = Mount.of(pod);
    for (Mount mount : mounts) {
      Optional<Manifest> volume = mount.volume(storage);
      boolean readOnly =
          mount.readOnly()
              || volume.filter(v -> v.at("spec", "csi", "readOnly").asBoolean()).isPresent();
      if (!readOnly) {
        volume.flatMap(Disk::of).ifPresent(disk -> disks.beginWriting(disk, cluster, name(pod)));
      }
    }
  }

  private static boolean runs(Manifest pod) {
    return pod.at("status", "phase").asText().equals("Running");
  }

  private static String name(Manifest pod) {
    return pod.namespace() + "/" + pod.name() + " " + pod.uid();
  }
}
