package dev.migrator.cluster.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.memory.DiskEvent.What;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens to one disk of which two clusters know; as a real driver was seen to do it. */
class SharedDisksTest {

  private static final ResourceType CLAIMS = ServedTypes.named("v1", "PersistentVolumeClaim");
  private static final ResourceType VOLUMES = ServedTypes.named("v1", "PersistentVolume");
  private static final ResourceType PODS = ServedTypes.named("v1", "Pod");
  private static final ResourceType NODES = ServedTypes.named("v1", "Node");
  private static final ResourceType ATTACHMENTS =
      ServedTypes.named("storage.k8s.io/v1", "VolumeAttachment");
  private static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "db", "data");
  private static final ObjectRef POD = ObjectRef.core("Pod", "db", "writer");

  private final VirtualClock clock = new VirtualClock();
  private Disks disks = Disks.withoutFence(clock);
  private MemoryCluster source = cluster("source");
  private MemoryCluster target = cluster("target");

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

  private void fence() {
    disks = Disks.fenced(clock);
    source = cluster("source");
    target = cluster("target");
  }

  private static Manifest claim(String spec) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "data", "namespace": "db"},
         "spec": {%s "accessModes": ["ReadWriteOnce"],
           "resources": {"requests": {"storage": "1Gi"}}}}
        """
            .formatted(spec));
  }

  private static Manifest pod() {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "writer", "namespace": "db"},
         "spec": {"containers": [{"name": "c", "image": "a:1"}],
           "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}}
        """);
  }

  /** A claim with a disk of its own, and a pod that writes to it. */
  private Manifest writes(MemoryCluster cluster) {
    Manifest unused = cluster.create(CLAIMS, claim(""));
    return run(cluster);
  }

  private Manifest run(MemoryCluster cluster) {
    Manifest unused = cluster.create(PODS, pod());
    assertThat(clock.advanceUntil(() -> isRunning(cluster), Duration.ofMinutes(1))).isTrue();
    return volume(cluster);
  }

  private static boolean isRunning(MemoryCluster cluster) {
    return cluster.get(PODS, POD).orElseThrow().at("status", "phase").asText().equals("Running");
  }

  private static Manifest volume(MemoryCluster cluster) {
    String name = cluster.get(CLAIMS, CLAIM).orElseThrow().at("spec", "volumeName").asText();
    return cluster
        .get(VOLUMES, ObjectRef.clusterScoped("", "PersistentVolume", name))
        .orElseThrow();
  }

  private static void delete(MemoryCluster cluster, ResourceType type, ObjectRef ref) {
    Optional<Manifest> unused = cluster.delete(type, ref, Deletion.background("", ""));
  }

  private static void policy(MemoryCluster cluster, Manifest volume, String policy) {
    Manifest unused =
        cluster.patch(
            VOLUMES,
            volume.ref(),
            Patch.merge(
                Json.parse(
                    "{\"spec\": {\"persistentVolumeReclaimPolicy\": \"%s\"}}".formatted(policy))));
  }

  /** As a person makes it from the other cluster's. */
  private static Manifest handMade(Manifest original, String policy) {
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

  private void stop(MemoryCluster cluster) {
    delete(cluster, PODS, POD);
    assertThat(
            clock.advanceUntil(
                () -> cluster.list(ATTACHMENTS, ListQuery.all()).items().isEmpty(),
                Duration.ofMinutes(1)))
        .isTrue();
  }

  private List<String> log() {
    List<String> lines = new ArrayList<>();
    for (DiskEvent event : disks.log()) {
      lines.add(event.what() + " " + event.cluster());
    }
    return lines;
  }

  @Test
  void aHandOverKeepsTheDisk() {
    Manifest volume = writes(source);
    policy(source, volume, "Retain");
    stop(source);
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(source.get(VOLUMES, volume.ref()).orElseThrow().at("status", "phase").asText())
        .isEqualTo("Released");
    Manifest unused = target.create(VOLUMES, handMade(volume, "Retain"));
    unused = target.create(CLAIMS, claim("\"volumeName\": \"%s\",".formatted(volume.name())));
    Manifest there = run(target);
    assertThat(Disk.of(there)).isEqualTo(Disk.of(volume));
    delete(source, VOLUMES, volume.ref());
    clock.advance(Duration.ofMinutes(10));
    assertThat(source.get(VOLUMES, volume.ref())).isEmpty();
    assertThat(log())
        .containsExactly(
            "CREATED source",
            "ATTACHED source",
            "WRITING source",
            "WRITTEN source",
            "DETACHED source",
            "ATTACHED target",
            "WRITING target");
  }

  @Test
  void podsGoneIsNotDetached() {
    Manifest volume = writes(source);
    Disk disk = Disk.of(volume).orElseThrow();
    Manifest pod = source.get(PODS, POD).orElseThrow();
    String node = pod.at("spec", "nodeName").asText();
    assertThat(inUse(node)).contains(disk.onNodes());
    delete(source, PODS, POD);
    assertThat(clock.advanceUntil(() -> source.get(PODS, POD).isEmpty(), Duration.ofMinutes(1)))
        .isTrue();
    assertThat(disks.attachedTo(disk)).containsExactly("source/" + node);
    assertThat(inUse(node)).contains(disk.onNodes());
    clock.advance(Duration.ofMillis(1500));
    assertThat(inUse(node)).doesNotContain(disk.onNodes());
    assertThat(source.list(ATTACHMENTS, ListQuery.all()).items()).hasSize(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(source.list(ATTACHMENTS, ListQuery.all()).items()).isEmpty();
    assertThat(disks.attachedTo(disk)).isEmpty();
  }

  private List<String> inUse(String node) {
    List<String> names = new ArrayList<>();
    source
        .get(NODES, ObjectRef.clusterScoped("", "Node", node))
        .orElseThrow()
        .at("status", "volumesInUse")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  @Test
  void withoutAFenceBothClustersWriteTheSameDisk() {
    Manifest volume = writes(source);
    Manifest unused = target.create(VOLUMES, handMade(volume, "Retain"));
    unused = target.create(CLAIMS, claim("\"volumeName\": \"%s\",".formatted(volume.name())));
    unused = run(target);
    assertThat(disks.attachedTo(Disk.of(volume).orElseThrow())).hasSize(2);
    assertThat(log())
        .endsWith("ATTACHED target", "WRITING target")
        .doesNotContain("WRITTEN source");
  }

  @Test
  void aFenceKeepsTheSecondClusterWaiting() {
    fence();
    Manifest volume = writes(source);
    Manifest unused = target.create(VOLUMES, handMade(volume, "Retain"));
    unused = target.create(CLAIMS, claim("\"volumeName\": \"%s\",".formatted(volume.name())));
    unused = target.create(PODS, pod());
    clock.advance(Duration.ofMinutes(1));
    assertThat(isRunning(target)).isFalse();
    Manifest attachment = target.list(ATTACHMENTS, ListQuery.all()).items().getFirst();
    assertThat(attachment.at("status", "attached").asBoolean()).isFalse();
    assertThat(attachment.at("status", "attachError", "errorCode").asInt()).isEqualTo(9);
    stop(source);
    assertThat(clock.advanceUntil(() -> isRunning(target), Duration.ofMinutes(2))).isTrue();
  }

  @Test
  void aClaimReferenceWithAForeignUidAndPolicyDeleteLosesTheData() {
    Manifest volume = writes(source);
    policy(source, volume, "Retain");
    stop(source);
    Manifest unused =
        target.create(
            VOLUMES,
            handMade(volume, "Delete")
                .edit(t -> t.withObject("/spec/claimRef").put("uid", "of-the-source")));
    clock.advance(Duration.ofSeconds(1));
    assertThat(log()).endsWith("DELETED target");
    assertThat(target.get(VOLUMES, volume.ref())).isEmpty();
  }

  @Test
  void aDiskThatIsAttachedElsewhereIsDeletedWhenItIsNot() {
    Manifest volume = writes(source);
    stop(source);
    Manifest unused = target.create(VOLUMES, handMade(volume, "Retain"));
    unused = target.create(CLAIMS, claim("\"volumeName\": \"%s\",".formatted(volume.name())));
    unused = run(target);
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofMinutes(1));
    assertThat(log()).contains("REFUSED source").doesNotContain("DELETED source");
    assertThat(source.get(VOLUMES, volume.ref()).orElseThrow().at("status", "phase").asText())
        .isEqualTo("Released");
    stop(target);
    clock.advance(Duration.ofMinutes(5));
    assertThat(log()).endsWith("DELETED source");
    assertThat(volume(target).at("status", "phase").asText()).isEqualTo("Bound");
    unused = target.create(PODS, pod());
    clock.advance(Duration.ofMinutes(1));
    assertThat(isRunning(target)).isFalse();
    assertThat(disks.log().getLast().what()).isEqualTo(What.DELETED);
  }
}
