package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The phases of volumes, and their protection while they are bound.
 *
 * <p>Source: kubernetes {@code pkg/controller/volume/persistentvolume} and {@code pvprotection}
 */
final class Volumes implements Controller {

  private static final String PROTECTION = "kubernetes.io/pv-protection";

  private final ApiServer api;

  Volumes(ApiServer api) {
    this.api = api;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    List<Key> keys = new ArrayList<>();
    switch (object.kind()) {
      case Mount.VOLUME -> keys.add(Key.of(object.ref()));
      case Mount.CLAIM -> {
        for (Manifest volume : api.storage().all(Mount.VOLUME)) {
          if (volume.at("spec", "claimRef", "uid").asText().equals(object.uid())) {
            keys.add(Key.of(volume.ref()));
          }
        }
      }
      default -> {}
    }
    return keys;
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> volume = api.storage().get(key);
    if (volume.isEmpty()) {
      return;
    }
    phase(volume.get()).ifPresent(phase -> api.editStatus(key, s -> s.put("phase", phase)));
    Manifest now = api.storage().get(key).orElseThrow();
    Set<String> finalizers = Finalizers.of(now.tree());
    boolean isBound = now.at("status", "phase").asText().equals("Bound");
    boolean changed =
        now.isBeingDeleted()
            ? !isBound && finalizers.remove(PROTECTION)
            : finalizers.add(PROTECTION);
    if (changed) {
      api.edit(key, tree -> Finalizers.set(tree, finalizers));
    }
  }

  /** Empty where the claim's side decides. */
  private Optional<String> phase(Manifest volume) {
    JsonNode ref = volume.at("spec", "claimRef");
    if (ref.path("uid").asText().isEmpty()) {
      return Optional.of("Available");
    }
    Optional<Manifest> claim =
        api.storage()
            .get(new Key(Mount.CLAIM, ref.path("namespace").asText(), ref.path("name").asText()))
            .filter(found -> found.uid().equals(ref.path("uid").asText()));
    if (claim.isEmpty()) {
      return Optional.of("Released");
    }
    Optional<String> has = claim.get().text("spec", "volumeName");
    return has.isEmpty()
        ? Optional.empty()
        : Optional.of(has.get().equals(volume.name()) ? "Bound" : "Released");
  }
}
