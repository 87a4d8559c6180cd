package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.SnapshotNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The provisioners of all CSI drivers: make disks for claims, and delete the disks of volumes that
 * are released and say so.
 *
 * <p>Source: kubernetes-csi {@code external-provisioner}, kubernetes-sigs {@code
 * sig-storage-lib-external-provisioner} (controller.go)
 */
final class Provisioner implements Controller {

  static final String NODE = "volume.kubernetes.io/selected-node";

  private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
  private static final String FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** A claim whose snapshot is not ready is looked at again. */
  private static final Duration UNREADY = Duration.ofSeconds(1);

  private final ApiServer api;
  private final Controllers controllers;
  private final Disks disks;
  private final String cluster;
  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Instant> next = new HashMap<>();

  Provisioner(ApiServer api, Controllers controllers, Disks disks, String cluster) {
    this.api = api;
    this.controllers = controllers;
    this.disks = disks;
    this.cluster = cluster;
  }

  /** How long a driver is left alone after so many failures in a row. */
  static Duration backOff(int failures) {
    Duration wait = Duration.ofSeconds(1L << Math.min(failures - 1, 10));
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    String kind = change.object().kind();
    return kind.equals(Mount.CLAIM) || kind.equals(Mount.VOLUME)
        ? List.of(Key.of(change.object().ref()))
        : List.of();
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> object = api.storage().get(key);
    if (object.isEmpty()) {
      return;
    }
    if (key.type().equals(Mount.CLAIM)) {
      claim(key, object.get());
    } else {
      Disk.of(object.get())
          .filter(disk -> isMine(object.get(), disk))
          .ifPresent(disk -> volume(key, object.get(), disk));
    }
  }

  private void claim(Key key, Manifest claim) {
    Optional<Manifest> storageClass = Claims.classOf(api.storage(), claim);
    boolean isAsked =
        claim.annotations().containsKey(Claims.PROVISIONER)
            && !claim.has("spec", "volumeName")
            && !claim.isBeingDeleted();
    if (storageClass.isEmpty() || !isAsked) {
      return;
    }
    String node = claim.annotations().get(NODE);
    if (node != null && api.storage().get(new Key("Node", "", node)).isEmpty()) {
      // Its node is not of this cluster: the scheduler has to say another.
      api.edit(key, tree -> Fill.object(Fill.object(tree, "metadata"), "annotations").remove(NODE));
      return;
    }
    if (node == null && Claims.waitsForPod(api.storage(), claim)) {
      return;
    }
    if (api.storage().get(new Key(Mount.VOLUME, "", "pvc-" + claim.uid())).isPresent()) {
      return;
    }
    Disk disk = new Disk(storageClass.get().at("provisioner").asText(), "disk-" + claim.uid());
    if (isMade(disk, claim)) {
      provision(claim, storageClass.get(), disk);
    } else {
      controllers.again(this, key, UNREADY);
    }
  }

  /** Empty, or from a snapshot once that is ready. */
  private boolean isMade(Disk disk, Manifest claim) {
    if (!claim.at("spec", "dataSource", "kind").asText().equals(SnapshotNames.SNAPSHOT)) {
      disks.create(disk, cluster);
      return true;
    }
    return Snapshots.handle(
            api.storage(), claim.namespace(), claim.at("spec", "dataSource", "name").asText())
        .flatMap(handle -> disks.restore(handle, disk, cluster))
        .isPresent();
  }

  private void provision(Manifest claim, Manifest storageClass, Disk disk) {
    String driver = disk.driver();
    String policy = storageClass.at("reclaimPolicy").asText();
    ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", Mount.VOLUME);
    ObjectNode metadata = tree.putObject("metadata").put("name", "pvc-" + claim.uid());
    metadata
        .putObject("annotations")
        .put(PROVISIONED_BY, driver)
        .put("volume.kubernetes.io/provisioner-deletion-secret-name", "")
        .put("volume.kubernetes.io/provisioner-deletion-secret-namespace", "");
    if (policy.equals("Delete")) {
      metadata.putArray("finalizers").add(FINALIZER);
    }
    Behaviour.detach(claim.annotations())
        .ifPresent(e -> Fill.object(metadata, "annotations").put(e.getKey(), e.getValue()));
    ObjectNode spec = tree.putObject("spec");
    spec.set("capacity", claim.at("spec", "resources", "requests").deepCopy());
    spec.set("accessModes", claim.at("spec", "accessModes").deepCopy());
    spec.set("volumeMode", claim.at("spec", "volumeMode").deepCopy());
    spec.put("persistentVolumeReclaimPolicy", policy);
    spec.put("storageClassName", storageClass.name());
    spec.putObject("claimRef")
        .put("apiVersion", "v1")
        .put("kind", Mount.CLAIM)
        .put("namespace", claim.namespace())
        .put("name", claim.name())
        .put("uid", claim.uid())
        .put("resourceVersion", claim.resourceVersion());
    spec.putObject("csi")
        .put("driver", driver)
        .put("volumeHandle", disk.handle())
        .putObject("volumeAttributes")
        .put("storage.kubernetes.io/csiProvisionerIdentity", cluster + "-" + driver);
    Manifest unused = api.create(Manifest.of(tree), true);
  }

  /** One that says who made it is its maker's; any other its driver's. */
  private static boolean isMine(Manifest volume, Disk disk) {
    return volume.annotations().getOrDefault(PROVISIONED_BY, disk.driver()).equals(disk.driver());
  }

  private void volume(Key key, Manifest volume, Disk disk) {
    boolean deletes = volume.at("spec", "persistentVolumeReclaimPolicy").asText().equals("Delete");
    String phase = volume.at("status", "phase").asText();
    Set<String> finalizers = Finalizers.of(volume.tree());
    if (!deletes && finalizers.contains(FINALIZER)) {
      api.edit(key, tree -> Finalizers.remove(tree, FINALIZER));
      return;
    }
    if (deletes && phase.equals("Bound") && !volume.isBeingDeleted() && finalizers.add(FINALIZER)) {
      api.edit(key, tree -> Finalizers.set(tree, finalizers));
      return;
    }
    boolean isGone = volume.isBeingDeleted() && !finalizers.contains(FINALIZER);
    if (deletes && phase.equals("Released") && !isGone) {
      reclaim(key, volume, disk);
    }
  }

  private void reclaim(Key key, Manifest volume, Disk disk) {
    Instant now = api.clock().now();
    Instant due = next.getOrDefault(volume.uid(), now);
    if (now.isBefore(due)) {
      controllers.again(this, key, Duration.between(now, due));
      return;
    }
    if (disks.delete(disk, cluster).isPresent()) {
      int failed = failures.merge(volume.uid(), 1, Integer::sum);
      next.put(volume.uid(), now.plus(backOff(failed)));
      controllers.again(this, key, backOff(failed));
      return;
    }
    Optional<Manifest> unused =
        api.delete(key, new Deletion(volume.uid(), "", Deletion.Propagation.BACKGROUND));
    if (api.storage().get(key).isPresent()) {
      api.edit(key, tree -> Finalizers.remove(tree, FINALIZER));
    }
  }
}
