package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.SnapshotNames;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a snapshot and its content are asked for, and what their controllers say of them. Pure.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volume-snapshots/">Volume
 * Snapshots</a>
 */
final class SnapshotObjects {

  /**
   * On a snapshot: the generation of each workload that was stopped before it was taken, and the
   * pods that had ended.
   */
  static final String STOPPED_AT = Origin.STOPPED_AT;

  private SnapshotObjects() {}

  static ObjectRef snapshot(String namespace, String name) {
    return new ObjectRef(SnapshotNames.GROUP, SnapshotNames.SNAPSHOT, namespace, name);
  }

  static ObjectRef content(String name) {
    return new ObjectRef(SnapshotNames.GROUP, SnapshotNames.CONTENT, "", name);
  }

  /**
   * A snapshot that is to be taken.
   *
   * @param claim at the source
   * @param snapshotClass empty for the driver's default
   * @param stoppedAt for {@link #STOPPED_AT}; empty where nothing was stopped
   */
  static Manifest toTake(Manifest claim, Optional<String> snapshotClass, String stoppedAt) {
    ObjectNode tree = tree(SnapshotNames.SNAPSHOT, SnapshotNames.of(claim));
    ObjectNode metadata = tree.withObjectProperty("metadata").put("namespace", claim.namespace());
    if (!stoppedAt.isEmpty()) {
      metadata.putObject("annotations").put(STOPPED_AT, stoppedAt);
    }
    ObjectNode spec = tree.putObject("spec");
    snapshotClass.ifPresent(name -> spec.put("volumeSnapshotClassName", name));
    spec.putObject("source").put("persistentVolumeClaimName", claim.name());
    return Manifest.of(tree);
  }

  /**
   * The content through which the target knows a snapshot that is there already; deleting it leaves
   * the snapshot.
   *
   * @param claim at the target
   * @param taken the content at the source
   */
  static Manifest toImport(
      ObjectRef claim, String name, Manifest taken, Optional<String> snapshotClass) {
    ObjectNode tree = tree(SnapshotNames.CONTENT, name);
    ObjectNode spec = tree.putObject("spec").put("deletionPolicy", "Retain");
    spec.put("driver", taken.at("spec", "driver").asText());
    String mode = taken.at("spec", "sourceVolumeMode").asText("");
    if (!mode.isEmpty()) {
      spec.put("sourceVolumeMode", mode);
    }
    snapshotClass.ifPresent(given -> spec.put("volumeSnapshotClassName", given));
    spec.putObject("source").put("snapshotHandle", handle(taken).orElseThrow());
    spec.putObject("volumeSnapshotRef").put("name", name).put("namespace", claim.namespace());
    return Manifest.of(tree);
  }

  /** The snapshot of that content. */
  static Manifest imported(ObjectRef claim, String name, Optional<String> snapshotClass) {
    ObjectNode tree = tree(SnapshotNames.SNAPSHOT, name);
    tree.withObjectProperty("metadata").put("namespace", claim.namespace());
    ObjectNode spec = tree.putObject("spec");
    snapshotClass.ifPresent(given -> spec.put("volumeSnapshotClassName", given));
    spec.putObject("source").put("volumeSnapshotContentName", name);
    return Manifest.of(tree);
  }

  /** By which the storage calls it; empty until it is taken. */
  static Optional<String> handle(Manifest content) {
    return content.text("status", "snapshotHandle").filter(handle -> !handle.isEmpty());
  }

  /** The name of the content of a snapshot that can be restored; empty until it can be. */
  static Optional<String> contentOf(Manifest snapshot) {
    return snapshot.at("status", "readyToUse").asBoolean()
        ? snapshot.text("status", "boundVolumeSnapshotContentName")
        : Optional.empty();
  }

  /** The least size of a volume that is made from it, as a quantity; empty where nobody says. */
  static Optional<String> restoreSize(Manifest snapshot) {
    return snapshot.text("status", "restoreSize");
  }

  /** What its controller says is wrong; empty where it says nothing. */
  static Optional<String> error(Manifest snapshot) {
    return snapshot.text("status", "error", "message");
  }

  /** For {@link #STOPPED_AT}: uid and generation of each. */
  static String stoppedAt(Map<String, String> generations) {
    return generations.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(","));
  }

  private static ObjectNode tree(String kind, String name) {
    ObjectNode tree = Json.object().put("apiVersion", SnapshotNames.API_VERSION).put("kind", kind);
    tree.putObject("metadata").put("name", name);
    return tree;
  }
}
