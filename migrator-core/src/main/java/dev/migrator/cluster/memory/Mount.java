package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A claim that a pod mounts.
 *
 * @param claim may not exist
 */
record Mount(Key claim, boolean readOnly) {

  static final String CLAIM = "PersistentVolumeClaim";
  static final String VOLUME = "PersistentVolume";

  static List<Mount> of(Manifest pod) {
    List<Mount> mounts = new ArrayList<>();
    for (JsonNode volume : pod.at("spec", "volumes")) {
      JsonNode source = volume.path("persistentVolumeClaim");
      if (source.path("claimName").isTextual()) {
        mounts.add(
            new Mount(
                new Key(CLAIM, pod.namespace(), source.path("claimName").asText()),
                source.path("readOnly").asBoolean()));
      }
    }
    return mounts;
  }

  static boolean mounts(Manifest pod, Key claim) {
    return of(pod).stream().anyMatch(mount -> mount.claim().equals(claim));
  }

  /** The volume that the claim is bound to. */
  Optional<Manifest> volume(Storage storage) {
    return storage
        .get(claim)
        .filter(found -> found.at("status", "phase").asText().equals("Bound"))
        .flatMap(found -> found.text("spec", "volumeName"))
        .flatMap(name -> storage.get(new Key(VOLUME, "", name)));
  }
}
