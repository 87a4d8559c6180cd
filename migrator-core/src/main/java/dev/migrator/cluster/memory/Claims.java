package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Binds claims to volumes, makes volumes, and protects claims that are in use. */
final class Claims implements Controller {

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
      case "PersistentVolumeClaim", "PersistentVolume" -> {
        keys.add(Key.of(object.ref()));
        if (change.after().isEmpty() && object.has("spec", "volumeName")) {
          keys.add(new Key("PersistentVolume", "", object.at("spec", "volumeName").asText()));
        }
      }
      case "Pod" -> {
        for (JsonNode volume : object.at("spec", "volumes")) {
          JsonNode claim = volume.path("persistentVolumeClaim").path("claimName");
          if (claim.isTextual()) {
            keys.add(new Key("PersistentVolumeClaim", object.namespace(), claim.asText()));
          }
        }
      }
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
    if (key.type().equals("PersistentVolume")) {
      volume(key, found.get());
    } else {
      claim(key, found.get());
    }
  }

  private void claim(Key key, Manifest claim) {
    if (claim.isBeingDeleted()) {
      if (users(claim).isEmpty()) {
        api.edit(key, tree -> Finalizers.remove(tree, PROTECTION));
      }
      return;
    }
    Set<String> finalizers = Finalizers.of(claim.tree());
    if (finalizers.add(PROTECTION)) {
      api.edit(key, tree -> Finalizers.set(tree, finalizers));
    }
    if (claim.at("status", "phase").asText().equals("Bound")) {
      return;
    }
    Optional<Manifest> volume =
        claim
            .text("spec", "volumeName")
            .flatMap(name -> api.storage().get(new Key("PersistentVolume", "", name)))
            .or(() -> reserved(claim))
            .or(() -> claim.has("spec", "volumeName") ? Optional.empty() : provision(claim));
    volume.ifPresent(found -> bind(key, claim, found));
  }

  private List<Manifest> users(Manifest claim) {
    return api.storage().in("Pod", claim.namespace()).stream()
        .filter(pod -> !Pods.isTerminal(pod))
        .filter(
            pod -> {
              for (JsonNode volume : pod.at("spec", "volumes")) {
                if (volume
                    .path("persistentVolumeClaim")
                    .path("claimName")
                    .asText()
                    .equals(claim.name())) {
                  return true;
                }
              }
              return false;
            })
        .toList();
  }

  /** A volume that was set aside for this claim. */
  private Optional<Manifest> reserved(Manifest claim) {
    return api.storage().all("PersistentVolume").stream()
        .filter(volume -> volume.at("spec", "claimRef", "name").asText().equals(claim.name()))
        .filter(
            volume -> volume.at("spec", "claimRef", "namespace").asText().equals(claim.namespace()))
        .filter(
            volume ->
                !volume.at("spec", "claimRef").has("uid")
                    || volume.at("spec", "claimRef", "uid").asText().equals(claim.uid()))
        .findFirst();
  }

  private Optional<Manifest> provision(Manifest claim) {
    Optional<Manifest> storageClass =
        api.storage()
            .get(
                new Key(
                    "StorageClass.storage.k8s.io",
                    "",
                    claim.at("spec", "storageClassName").asText()));
    if (storageClass.isEmpty()) {
      return Optional.empty();
    }
    boolean waits =
        storageClass.get().at("volumeBindingMode").asText().equals("WaitForFirstConsumer");
    if (waits && users(claim).isEmpty()) {
      return Optional.empty();
    }
    ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    tree.putObject("metadata")
        .put("name", "pvc-" + claim.uid())
        .putObject("annotations")
        .put("pv.kubernetes.io/provisioned-by", storageClass.get().at("provisioner").asText());
    ObjectNode spec = tree.putObject("spec");
    spec.set("capacity", claim.at("spec", "resources", "requests").deepCopy());
    spec.set("accessModes", claim.at("spec", "accessModes").deepCopy());
    spec.set("persistentVolumeReclaimPolicy", storageClass.get().at("reclaimPolicy").deepCopy());
    spec.put("storageClassName", storageClass.get().name());
    spec.putObject("csi")
        .put("driver", storageClass.get().at("provisioner").asText())
        .put("volumeHandle", "disk-" + claim.uid());
    return Optional.of(api.create(Manifest.of(tree), true));
  }

  private void bind(Key key, Manifest claim, Manifest volume) {
    Key volumeKey = Key.of(volume.ref());
    api.edit(
        volumeKey,
        tree -> {
          ObjectNode claimRef = Fill.object(Fill.object(tree, "spec"), "claimRef");
          claimRef
              .put("apiVersion", "v1")
              .put("kind", "PersistentVolumeClaim")
              .put("namespace", claim.namespace())
              .put("name", claim.name())
              .put("uid", claim.uid());
          Fill.object(tree, "status").put("phase", "Bound");
        });
    api.edit(
        key,
        tree -> {
          Fill.object(Fill.object(tree, "metadata"), "annotations")
              .put("pv.kubernetes.io/bind-completed", "yes")
              .put("pv.kubernetes.io/bound-by-controller", "yes");
          Fill.object(tree, "spec").put("volumeName", volume.name());
          ObjectNode status = Fill.object(tree, "status").put("phase", "Bound");
          status.set("capacity", volume.at("spec", "capacity").deepCopy());
          status.set("accessModes", volume.at("spec", "accessModes").deepCopy());
        });
  }

  private void volume(Key key, Manifest volume) {
    JsonNode claimRef = volume.at("spec", "claimRef");
    if (!claimRef.has("uid")) {
      api.editStatus(key, status -> status.put("phase", "Available"));
      return;
    }
    boolean claimed = api.storage().byUid(claimRef.path("uid").asText()).isPresent();
    if (claimed) {
      return;
    }
    if (volume.at("spec", "persistentVolumeReclaimPolicy").asText().equals("Delete")
        && volume.annotations().containsKey("pv.kubernetes.io/provisioned-by")) {
      api.deleteNow(key);
    } else {
      api.editStatus(key, status -> status.put("phase", "Released"));
    }
  }
}
