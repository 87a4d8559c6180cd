package dev.migrator.cluster.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Clusters that reach the same disks, each with a namespace for a claim and a pod that writes. */
final class DiskScene {

  static final ResourceType CLAIMS = ServedTypes.named("v1", "PersistentVolumeClaim");
  static final ResourceType VOLUMES = ServedTypes.named("v1", "PersistentVolume");
  static final ResourceType PODS = ServedTypes.named("v1", "Pod");
  static final ResourceType NODES = ServedTypes.named("v1", "Node");
  static final ResourceType ATTACHMENTS =
      ServedTypes.named("storage.k8s.io/v1", "VolumeAttachment");
  static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "db", "data");
  static final ObjectRef POD = ObjectRef.core("Pod", "db", "writer");

  final VirtualClock clock;
  final Disks disks;
  final MemoryCluster source;
  final MemoryCluster target;

  DiskScene(VirtualClock clock, Disks disks) {
    this.clock = clock;
    this.disks = disks;
    source = cluster("source");
    target = cluster("target");
  }

  static DiskScene withoutFence() {
    VirtualClock clock = new VirtualClock();
    return new DiskScene(clock, Disks.withoutFence(clock));
  }

  static DiskScene fenced() {
    VirtualClock clock = new VirtualClock();
    return new DiskScene(clock, Disks.fenced(clock));
  }

  private MemoryCluster cluster(String context) {
    MemoryCluster made =
        MemoryCluster.builder(clock, context)
            .disks(disks)
            .drivers(List.of("disk.sim.migrator.dev"))
            .build();
    made.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "db"}}
            """));
    clock.advance(Duration.ofSeconds(1));
    return made;
  }

  static Manifest claim(String spec) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "data", "namespace": "db"},
         "spec": {%s "accessModes": ["ReadWriteOnce"],
           "resources": {"requests": {"storage": "1Gi"}}}}
        """
            .formatted(spec));
  }

  static Manifest pod() {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "writer", "namespace": "db"},
         "spec": {"containers": [{"name": "c", "image": "a:1"}],
           "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}}
        """);
  }

  /** A claim with a disk of its own, and a pod that writes to it. */
  Manifest writes(MemoryCluster cluster) {
    Manifest unused = cluster.create(CLAIMS, claim(""));
    return run(cluster);
  }

  Manifest run(MemoryCluster cluster) {
    Manifest unused = cluster.create(PODS, pod());
    assertThat(clock.advanceUntil(() -> isRunning(cluster), Duration.ofMinutes(1))).isTrue();
    return volume(cluster);
  }

  static boolean isRunning(MemoryCluster cluster) {
    return cluster.get(PODS, POD).orElseThrow().at("status", "phase").asText().equals("Running");
  }

  static Manifest volume(MemoryCluster cluster) {
    String name = cluster.get(CLAIMS, CLAIM).orElseThrow().at("spec", "volumeName").asText();
    return cluster
        .get(VOLUMES, ObjectRef.clusterScoped("", "PersistentVolume", name))
        .orElseThrow();
  }

  static void delete(MemoryCluster cluster, ResourceType type, ObjectRef ref) {
    Optional<Manifest> unused = cluster.delete(type, ref, Deletion.background("", ""));
  }

  static void policy(MemoryCluster cluster, Manifest volume, String policy) {
    Manifest unused =
        cluster.patch(
            VOLUMES,
            volume.ref(),
            Patch.merge(
                Json.parse(
                    "{\"spec\": {\"persistentVolumeReclaimPolicy\": \"%s\"}}".formatted(policy))));
  }

  /** As a person makes it from the other cluster's. */
  static Manifest handMade(Manifest original, String policy) {
    return original.edit(
        tree -> {
          tree.remove("status");
          ObjectNode metadata = tree.withObjectProperty("metadata");
          metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "finalizers"));
          ObjectNode spec = tree.withObjectProperty("spec");
          spec.put("persistentVolumeReclaimPolicy", policy);
          spec.withObjectProperty("claimRef").remove(List.of("uid", "resourceVersion"));
        });
  }

  /** The volume as it is, and a claim that names it. */
  void adopt(MemoryCluster cluster, Manifest volume) {
    Manifest unused = cluster.create(VOLUMES, volume);
    unused = cluster.create(CLAIMS, claim("\"volumeName\": \"%s\",".formatted(volume.name())));
  }

  static String phase(MemoryCluster cluster, Manifest volume) {
    return cluster.get(VOLUMES, volume.ref()).orElseThrow().at("status", "phase").asText();
  }

  void stop(MemoryCluster cluster) {
    delete(cluster, PODS, POD);
    assertThat(
            clock.advanceUntil(
                () -> cluster.list(ATTACHMENTS, ListQuery.all()).items().isEmpty(),
                Duration.ofMinutes(1)))
        .isTrue();
  }

  List<String> log() {
    List<String> lines = new ArrayList<>();
    for (DiskEvent event : disks.log()) {
      lines.add(event.what() + " " + event.cluster());
    }
    return lines;
  }
}
