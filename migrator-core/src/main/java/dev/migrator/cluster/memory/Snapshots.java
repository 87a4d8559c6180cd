package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.SnapshotNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The snapshot controller and the drivers' csi-snapshotter, where the cluster serves their kinds:
 * take snapshots of claims, and know those of others by their handles.
 *
 * <p>Source: kubernetes-csi {@code external-snapshotter} (pkg/common-controller,
 * pkg/sidecar-controller)
 */
final class Snapshots implements Controller {

  static final String SNAPSHOT = SnapshotNames.SNAPSHOT + "." + SnapshotNames.GROUP;

  private static final String CONTENT = SnapshotNames.CONTENT + "." + SnapshotNames.GROUP;
  private static final String CLASS = SnapshotNames.CLASS + "." + SnapshotNames.GROUP;
  private static final String BOUND =
      "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";
  private static final String SOURCE =
      "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection";

  private static final Duration TAKES = Duration.ofSeconds(2);

  private final ApiServer api;
  private final Controllers controllers;
  private final Disks disks;
  private final String cluster;
  private final Map<String, Instant> begun = new HashMap<>();

  Snapshots(ApiServer api, Controllers controllers, Disks disks, String cluster) {
    this.api = api;
    this.controllers = controllers;
    this.disks = disks;
    this.cluster = cluster;
  }

  /** The handle of the snapshot of that name once it can be restored; empty before. */
  static Optional<String> handle(Storage storage, String namespace, String name) {
    return storage
        .get(new Key(SNAPSHOT, namespace, name))
        .filter(snapshot -> snapshot.at("status", "readyToUse").asBoolean())
        .flatMap(snapshot -> snapshot.text("status", "boundVolumeSnapshotContentName"))
        .flatMap(content -> storage.get(new Key(CONTENT, "", content)))
        .flatMap(content -> content.text("status", "snapshotHandle"));
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    Key key = Key.of(object.ref());
    List<Key> keys = new ArrayList<>();
    switch (key.type()) {
      case SNAPSHOT -> {
        keys.add(key);
        object
            .text("status", "boundVolumeSnapshotContentName")
            .ifPresent(content -> keys.add(new Key(CONTENT, "", content)));
      }
      case CONTENT -> {
        keys.add(key);
        keys.add(
            new Key(
                SNAPSHOT,
                object.at("spec", "volumeSnapshotRef", "namespace").asText(),
                object.at("spec", "volumeSnapshotRef", "name").asText()));
      }
      case Mount.CLAIM ->
          object
              .text("spec", "dataSource", "name")
              .ifPresent(name -> keys.add(new Key(SNAPSHOT, object.namespace(), name)));
      default -> {}
    }
    return keys;
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> object = api.storage().get(key);
    if (object.isEmpty()) {
      return;
    }
    if (key.type().equals(CONTENT)) {
      content(key, object.get());
    } else {
      snapshot(key, object.get());
    }
  }

  private void snapshot(Key key, Manifest snapshot) {
    if (snapshot.isBeingDeleted()) {
      leave(key, snapshot);
      return;
    }
    protect(key, snapshot, SOURCE);
    Optional<Manifest> content = contentOf(snapshot);
    if (content.isPresent()) {
      String handle = content.get().at("status", "snapshotHandle").asText("");
      boolean isReady = content.get().at("status", "readyToUse").asBoolean();
      api.editStatus(
          key,
          status -> {
            status.put("boundVolumeSnapshotContentName", content.orElseThrow().name());
            status.put("readyToUse", isReady && !handle.isEmpty());
            if (content.orElseThrow().has("status", "restoreSize")) {
              status.put("restoreSize", content.orElseThrow().at("status", "restoreSize").asText());
            }
            content
                .orElseThrow()
                .text("status", "error", "message")
                .ifPresent(message -> status.putObject("error").put("message", message));
          });
    } else if (snapshot.has("spec", "source", "persistentVolumeClaimName")) {
      take(key, snapshot);
    }
  }

  /** By the claim, or the one that was made for it by hand. */
  private Optional<Manifest> contentOf(Manifest snapshot) {
    return snapshot
        .text("spec", "source", "volumeSnapshotContentName")
        .or(() -> Optional.of("snapcontent-" + snapshot.uid()))
        .flatMap(name -> api.storage().get(new Key(CONTENT, "", name)))
        .filter(content -> isOf(content, snapshot));
  }

  private static boolean isOf(Manifest content, Manifest snapshot) {
    String uid = content.at("spec", "volumeSnapshotRef", "uid").asText("");
    return content.at("spec", "volumeSnapshotRef", "name").asText().equals(snapshot.name())
        && content
            .at("spec", "volumeSnapshotRef", "namespace")
            .asText()
            .equals(snapshot.namespace())
        && (uid.isEmpty() || uid.equals(snapshot.uid()));
  }

  /** A snapshot is one of the disk as it is when the driver is asked, a moment after. */
  private void take(Key key, Manifest snapshot) {
    Optional<Manifest> volume =
        api.storage()
            .get(
                new Key(
                    Mount.CLAIM,
                    snapshot.namespace(),
                    snapshot.at("spec", "source", "persistentVolumeClaimName").asText()))
            .flatMap(claim -> claim.text("spec", "volumeName"))
            .flatMap(name -> api.storage().get(new Key(Mount.VOLUME, "", name)));
    Optional<Disk> disk = volume.flatMap(Disk::of);
    Optional<Manifest> byClass =
        snapshot
            .text("spec", "volumeSnapshotClassName")
            .flatMap(name -> api.storage().get(new Key(CLASS, "", name)));
    if (disk.isEmpty() || byClass.isEmpty()) {
      api.editStatus(
          key,
          status -> {
            status.put("readyToUse", false);
            status.putObject("error").put("message", "no volume or no class");
          });
      controllers.again(this, key, TAKES);
      return;
    }
    String name = "snapcontent-" + snapshot.uid();
    if (isLater(name)) {
      controllers.again(this, key, Controllers.LATENCY);
      return;
    }
    String handle = "snap-" + snapshot.uid();
    disks.capture(disk.get(), handle, cluster);
    ObjectNode tree =
        Json.object()
            .put("apiVersion", SnapshotNames.API_VERSION)
            .put("kind", SnapshotNames.CONTENT);
    tree.putObject("metadata").put("name", name).putArray("finalizers").add(BOUND);
    ObjectNode spec = tree.putObject("spec");
    spec.put("deletionPolicy", byClass.get().at("deletionPolicy").asText());
    spec.put("driver", disk.get().driver());
    spec.putObject("source").put("volumeHandle", disk.get().handle());
    spec.put("volumeSnapshotClassName", byClass.get().name());
    spec.putObject("volumeSnapshotRef")
        .put("name", snapshot.name())
        .put("namespace", snapshot.namespace())
        .put("uid", snapshot.uid());
    Manifest unused = api.create(Manifest.of(tree), true);
    long size =
        Quantities.value(volume.orElseThrow().at("spec", "capacity", "storage").asText("0"))
            .longValue();
    api.editStatus(
        new Key(CONTENT, "", name),
        status ->
            status.put("snapshotHandle", handle).put("readyToUse", true).put("restoreSize", size));
  }

  /** Whether the driver has not answered yet. */
  private boolean isLater(String content) {
    Instant due = begun.computeIfAbsent(content, c -> api.clock().now().plus(TAKES));
    return api.clock().now().isBefore(due);
  }

  private void content(Key key, Manifest content) {
    if (content.isBeingDeleted()) {
      boolean isBound =
          api.storage()
              .get(
                  new Key(
                      SNAPSHOT,
                      content.at("spec", "volumeSnapshotRef", "namespace").asText(),
                      content.at("spec", "volumeSnapshotRef", "name").asText()))
              .filter(snapshot -> isOf(content, snapshot) && !snapshot.isBeingDeleted())
              .isPresent();
      if (!isBound) {
        if (content.at("spec", "deletionPolicy").asText().equals("Delete")) {
          disks.deleteSnapshot(content.at("status", "snapshotHandle").asText(), cluster);
        }
        api.edit(key, tree -> Finalizers.remove(tree, BOUND));
      }
      return;
    }
    protect(key, content, BOUND);
    Optional<String> imported = content.text("spec", "source", "snapshotHandle");
    if (imported.isPresent()) {
      boolean isThere = disks.hasSnapshot(imported.get());
      api.editStatus(
          key,
          status -> {
            status.put("readyToUse", isThere);
            if (isThere) {
              status.put("snapshotHandle", imported.get());
            } else {
              status.putObject("error").put("message", "snapshot not found");
            }
          });
    }
  }

  /** A snapshot that is being deleted goes when no claim is made from it; its content after it. */
  private void leave(Key key, Manifest snapshot) {
    boolean isSource =
        api.storage().in(Mount.CLAIM, snapshot.namespace()).stream()
            .filter(
                claim -> claim.at("spec", "dataSource", "name").asText().equals(snapshot.name()))
            .anyMatch(claim -> claim.at("status", "phase").asText().equals("Pending"));
    if (isSource) {
      return;
    }
    contentOf(snapshot)
        .filter(content -> content.at("spec", "deletionPolicy").asText().equals("Delete"))
        .filter(content -> !content.isBeingDeleted())
        .ifPresent(
            content -> {
              Optional<Manifest> unused =
                  api.delete(
                      Key.of(content.ref()),
                      new Deletion(content.uid(), "", Deletion.Propagation.BACKGROUND));
            });
    api.edit(key, tree -> Finalizers.remove(tree, SOURCE));
  }

  private void protect(Key key, Manifest object, String finalizer) {
    Set<String> finalizers = Finalizers.of(object.tree());
    if (finalizers.add(finalizer)) {
      api.edit(key, tree -> Finalizers.set(tree, finalizers));
    }
  }
}
