package dev.migrator.cluster.memory;

import dev.migrator.cluster.VolumeUse;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Quantity;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a simulated kubelet says of the volumes of its pods: of claims with the annotation {@code
 * sim.migrator.dev/used-bytes}, and of a file system as large as {@code
 * sim.migrator.dev/file-system-bytes} says, else as the volume.
 */
final class VolumeStats {

  private static final String USED = "sim.migrator.dev/used-bytes";
  private static final String FILE_SYSTEM = "sim.migrator.dev/file-system-bytes";

  private VolumeStats() {}

  static Map<ObjectRef, VolumeUse> of(Storage storage, String node) {
    Map<ObjectRef, VolumeUse> uses = new TreeMap<>();
    for (Manifest pod : storage.everything()) {
      if (pod.kind().equals("Pod")
          && pod.at("spec", "nodeName").asText("").equals(node)
          && pod.at("status", "phase").asText("").equals("Running")) {
        for (Mount mount : Mount.of(pod)) {
          Optional<Manifest> claim = storage.get(mount.claim());
          Optional<String> used =
              claim.flatMap(found -> Optional.ofNullable(found.annotations().get(USED)));
          Optional<Manifest> volume = mount.volume(storage);
          if (used.isPresent() && volume.isPresent()) {
            uses.put(
                claim.get().ref(),
                new VolumeUse(Long.parseLong(used.get()), fileSystem(claim.get(), volume.get())));
          }
        }
      }
    }
    return uses;
  }

  private static long fileSystem(Manifest claim, Manifest volume) {
    String said = claim.annotations().get(FILE_SYSTEM);
    return said == null
        ? Quantity.parse(volume.at("spec", "capacity", "storage").asText("0"))
            .map(BigDecimal::longValue)
            .orElse(0L)
        : Long.parseLong(said);
  }
}
