package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Binds claims to volumes, asks for new ones, and protects claims that are in use.
 *
 * <p>Source: kubernetes {@code pkg/controller/volume/persistentvolume} and {@code pvcprotection}
 */
final class Claims implements Controller {

  static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
  static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

  private static final String BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
  private static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
  private static final String PROTECTION = "kubernetes.io/pvc-protection";

  private final ApiServer api;

  Claims(ApiServer api) {
    this.api = api;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    List<Key> keys = new ArrayList<>();
    switch (object.kind()) {
      case Mount.CLAIM -> keys.add(Key.of(object.ref()));
      case Mount.VOLUME -> {
        for (Manifest claim : api.storage().all(Mount.CLAIM)) {
          boolean isItsOwn = claim.at("spec", "volumeName").asText().equals(object.name());
          if (isItsOwn || claim.at("status", "phase").asText().equals("Pending")) {
            keys.add(Key.of(claim.ref()));
          }
        }
      }
      case "Pod" -> Mount.of(object).forEach(mount -> keys.add(mount.claim()));
      default -> {}
    }
    return keys;
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty()) {
      return;
    }
    Manifest claim = found.get();
    if (claim.isBeingDeleted()) {
      if (!isInUse(key)) {
        api.edit(key, tree -> Finalizers.remove(tree, PROTECTION));
      }
      return;
    }
    Set<String> finalizers = Finalizers.of(claim.tree());
    if (finalizers.add(PROTECTION)) {
      api.edit(key, tree -> Finalizers.set(tree, finalizers));
    }
    if (claim.annotations().containsKey(BIND_COMPLETED)) {
      bound(key, claim);
    } else {
      unbound(key, claim);
    }
  }

  /** Pods count from when they have a node until they are gone, also when they have ended. */
  private boolean isInUse(Key claim) {
    return api.storage().in("Pod", claim.namespace()).stream()
        .anyMatch(pod -> pod.has("spec", "nodeName") && Mount.mounts(pod, claim));
  }

  private Optional<Manifest> volumeOf(Manifest claim) {
    return claim
        .text("spec", "volumeName")
        .flatMap(name -> api.storage().get(new Key(Mount.VOLUME, "", name)));
  }

  /** A claim that says it was bound: it is, or what it had is lost. */
  private void bound(Key key, Manifest claim) {
    Optional<Manifest> volume = volumeOf(claim);
    boolean isMine =
        volume
            .map(v -> v.at("spec", "claimRef"))
            .filter(ref -> ref.isMissingNode() || ref.path("uid").asText().equals(claim.uid()))
            .isPresent();
    if (isMine) {
      bind(key, claim, volume.orElseThrow());
    } else {
      api.editStatus(key, status -> status.put("phase", "Lost"));
    }
  }

  private void unbound(Key key, Manifest claim) {
    if (claim.has("spec", "volumeName")) {
      volumeOf(claim)
          .filter(volume -> !volume.has("spec", "claimRef") || isFor(volume, claim))
          .ifPresent(volume -> bind(key, claim, volume));
      return;
    }
    Optional<Manifest> volume = reserved(claim).or(() -> fitting(claim));
    if (volume.isPresent()) {
      bind(key, claim, volume.get());
    } else {
      ask(key, claim);
    }
  }

  private static boolean isFor(Manifest volume, Manifest claim) {
    JsonNode ref = volume.at("spec", "claimRef");
    return ref.path("namespace").asText().equals(claim.namespace())
        && ref.path("name").asText().equals(claim.name())
        && (ref.path("uid").asText().isEmpty() || ref.path("uid").asText().equals(claim.uid()));
  }

  /** A volume that was set aside for this claim. */
  private Optional<Manifest> reserved(Manifest claim) {
    return api.storage().all(Mount.VOLUME).stream()
        .filter(volume -> !volume.isBeingDeleted() && isFor(volume, claim))
        .findFirst();
  }

  /** Any volume that nobody has, that is of the class and large enough. */
  private Optional<Manifest> fitting(Manifest claim) {
    if (waitsForPod(api.storage(), claim) && !claim.annotations().containsKey(Provisioner.NODE)) {
      return Optional.empty();
    }
    return api.storage().all(Mount.VOLUME).stream()
        .filter(volume -> !volume.isBeingDeleted() && !volume.has("spec", "claimRef"))
        .filter(volume -> className(volume).equals(className(claim)))
        .filter(
            volume ->
                modes(volume).containsAll(modes(claim))
                    && volume.at("spec", "volumeMode").equals(claim.at("spec", "volumeMode")))
        .filter(
            volume ->
                Quantities.value(volume.at("spec", "capacity", "storage").asText("0"))
                        .compareTo(
                            Quantities.value(
                                claim.at("spec", "resources", "requests", "storage").asText("0")))
                    >= 0)
        .findFirst();
  }

  private static String className(Manifest object) {
    return object.at("spec", "storageClassName").asText();
  }

  private static Set<String> modes(Manifest object) {
    Set<String> modes = new java.util.HashSet<>();
    object.at("spec", "accessModes").forEach(mode -> modes.add(mode.asText()));
    return modes;
  }

  /** The class of the claim, when there is one. */
  static Optional<Manifest> classOf(Storage storage, Manifest claim) {
    return storage.get(new Key("StorageClass.storage.k8s.io", "", className(claim)));
  }

  /** Whether a volume may only be made when it is known where the first pod will be. */
  static boolean waitsForPod(Storage storage, Manifest claim) {
    return !claim.has("spec", "volumeName")
        && classOf(storage, claim)
            .filter(c -> c.at("volumeBindingMode").asText().equals("WaitForFirstConsumer"))
            .isPresent();
  }

  /** Tells the driver of the class that the claim wants a volume. */
  private void ask(Key key, Manifest claim) {
    Optional<Manifest> storageClass = classOf(api.storage(), claim);
    boolean waits =
        waitsForPod(api.storage(), claim) && !claim.annotations().containsKey(Provisioner.NODE);
    if (storageClass.isEmpty() || waits) {
      return;
    }
    String provisioner = storageClass.get().at("provisioner").asText();
    api.edit(
        key,
        tree ->
            Fill.object(Fill.object(tree, "metadata"), "annotations")
                .put(PROVISIONER, provisioner)
                .put(BETA_PROVISIONER, provisioner));
  }

  private void bind(Key key, Manifest claim, Manifest volume) {
    api.edit(
        Key.of(volume.ref()),
        tree -> {
          if (!volume.has("spec", "claimRef")) {
            Fill.object(Fill.object(tree, "metadata"), "annotations")
                .put(BOUND_BY_CONTROLLER, "yes");
          }
          ObjectNode claimRef = Fill.object(Fill.object(tree, "spec"), "claimRef");
          if (!claimRef.path("uid").asText().equals(claim.uid())) {
            claimRef
                .put("apiVersion", "v1")
                .put("kind", Mount.CLAIM)
                .put("namespace", claim.namespace())
                .put("name", claim.name())
                .put("uid", claim.uid())
                .put("resourceVersion", claim.resourceVersion());
          }
          Fill.object(tree, "status").put("phase", "Bound");
        });
    api.edit(
        key,
        tree -> {
          ObjectNode annotations = Fill.object(Fill.object(tree, "metadata"), "annotations");
          annotations.put(BIND_COMPLETED, "yes");
          if (!claim.has("spec", "volumeName")) {
            annotations.put(BOUND_BY_CONTROLLER, "yes");
          }
          Fill.object(tree, "spec").put("volumeName", volume.name());
          ObjectNode status = Fill.object(tree, "status").put("phase", "Bound");
          status.set("capacity", volume.at("spec", "capacity").deepCopy());
          status.set("accessModes", volume.at("spec", "accessModes").deepCopy());
        });
  }
}
