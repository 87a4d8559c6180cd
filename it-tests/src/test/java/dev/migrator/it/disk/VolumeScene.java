package dev.migrator.it.disk;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.model.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Claims, volumes and pods of one namespace, as a person makes them and looks at them. */
record VolumeScene(Kubectl kubectl, String namespace) {

  static final Duration LIMIT = Duration.ofSeconds(90);

  /** In a namespace that is made if need be. */
  static VolumeScene at(TestCluster cluster, String namespace) {
    VolumeScene scene = new VolumeScene(cluster.kubectl(), namespace);
    scene.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
    return scene;
  }

  void apply(String yaml) {
    kubectl.runWithInput(yaml, "apply", "-f", "-");
  }

  /** A claim for a new disk. */
  void claim(String name, String storageClass) {
    claim(name, storageClass, "");
  }

  /**
   * A claim with more in its spec, such as a volume's name.
   *
   * @param more lines of a flow mapping, each with a comma before it
   */
  void claim(String name, String storageClass, String more) {
    claim(name, "{}", storageClass, more);
  }

  void claim(String name, String annotations, String storageClass, String more) {
    apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %s, namespace: %s, annotations: %s}
        spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}%s}
        """
            .formatted(name, namespace, annotations, storageClass, more));
  }

  /**
   * A volume made by hand for a disk that is there.
   *
   * @param uid of the claim, empty for none
   */
  void volume(String name, String handle, String policy, String claim, String uid) {
    apply(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata:
          name: %s
          annotations: {pv.kubernetes.io/provisioned-by: disk.csi.example.com}
        spec:
          storageClassName: disk
          accessModes: [ReadWriteOnce]
          capacity: {storage: 1Mi}
          persistentVolumeReclaimPolicy: %s
          claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %s, name: %s%s}
          csi: {driver: disk.csi.example.com, volumeHandle: %s}
        """
            .formatted(
                name, policy, namespace, claim, uid.isEmpty() ? "" : ", uid: " + uid, handle));
  }

  /** A pod that keeps a ledger on the volume of a claim. */
  void writer(String name, String claim) {
    apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          volumes: [{name: data, persistentVolumeClaim: {claimName: %3$s}}]
          containers:
          - name: main
            image: example.com/busybox:1
            imagePullPolicy: Never
            volumeMounts: [{name: data, mountPath: /data}]
            env:
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
            command: [ledger, run, --name=%3$s, /data]
        """
            .formatted(name, namespace, claim));
  }

  /**
   * A snapshot.
   *
   * @param source a flow mapping: of a claim, or of a content that is there
   */
  void snapshot(String name, String source) {
    apply(
        """
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshot
        metadata: {name: %s, namespace: %s}
        spec: {volumeSnapshotClassName: disk, source: %s}
        """
            .formatted(name, namespace, source));
  }

  /** The content of a snapshot that another cluster has made. */
  void importSnapshot(String name, String handle, String snapshot) {
    apply(
        """
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshotContent
        metadata: {name: %s}
        spec:
          driver: disk.csi.example.com
          deletionPolicy: Retain
          sourceVolumeMode: Filesystem
          source: {snapshotHandle: %s}
          volumeSnapshotRef: {name: %s, namespace: %s}
        """
            .formatted(name, handle, snapshot, namespace));
  }

  JsonNode untilReady(String snapshot) {
    return until(
        "is ready", "volumesnapshot", snapshot, s -> s.at("/status/readyToUse").asBoolean());
  }

  /** The reasons of what was said of an object. */
  String events(String name) {
    return kubectl.run(
        "get",
        "events",
        "-A",
        "--field-selector=involvedObject.name=" + name,
        "-o",
        "jsonpath={.items[*].reason}");
  }

  /** Deletes an object and does not wait for its end. */
  void delete(String kind, String name) {
    kubectl.run("delete", kind, name, "-n", namespace, "--wait=false");
  }

  void patch(String kind, String name, String merge) {
    kubectl.run("patch", kind, name, "-n", namespace, "--type=merge", "-p", merge);
  }

  void policy(String volume, String policy) {
    patch("pv", volume, "{\"spec\":{\"persistentVolumeReclaimPolicy\":\"" + policy + "\"}}");
  }

  /** An object as it is now; empty where it is not. */
  Optional<JsonNode> find(String kind, String name) {
    String said =
        kubectl.run("get", kind, name, "-n", namespace, "-o", "json", "--ignore-not-found");
    return said.isBlank() ? Optional.empty() : Optional.of(Json.parse(said));
  }

  JsonNode get(String kind, String name) {
    return find(kind, name).orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  /** Waits until an object is as wanted, and returns it. */
  JsonNode until(String what, String kind, String name, Predicate<JsonNode> wanted) {
    return await(kind + " " + name + ": " + what)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> find(kind, name).filter(wanted), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for a phase, which claims, volumes and pods have. */
  JsonNode untilPhase(String phase, String kind, String name) {
    return until(phase, kind, name, o -> o.at("/status/phase").asText().equals(phase));
  }

  void untilGone(String kind, String name) {
    await(kind + " " + name + " is gone")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> find(kind, name).isEmpty());
  }

  /** Waits until a claim is bound, and returns its volume. */
  JsonNode boundVolume(String claim) {
    return get("pv", untilPhase("Bound", "pvc", claim).at("/spec/volumeName").asText());
  }

  /** The VolumeAttachment of a volume; empty where there is none. */
  Optional<JsonNode> attachment(String volume) {
    JsonNode all = Json.parse(kubectl.run("get", "volumeattachments", "-o", "json"));
    for (JsonNode attachment : all.path("items")) {
      if (attachment.at("/spec/source/persistentVolumeName").asText().equals(volume)) {
        return Optional.of(attachment);
      }
    }
    return Optional.empty();
  }

  /** Waits until no node has the volume attached, as far as the cluster knows. */
  void untilDetached(String volume) {
    await(volume + " is detached")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> attachment(volume).isEmpty());
  }
}
