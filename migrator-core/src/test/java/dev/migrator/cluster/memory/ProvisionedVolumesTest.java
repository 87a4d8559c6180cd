package dev.migrator.cluster.memory;

import static dev.migrator.cluster.memory.DiskScene.ATTACHMENTS;
import static dev.migrator.cluster.memory.DiskScene.CLAIM;
import static dev.migrator.cluster.memory.DiskScene.CLAIMS;
import static dev.migrator.cluster.memory.DiskScene.NODES;
import static dev.migrator.cluster.memory.DiskScene.POD;
import static dev.migrator.cluster.memory.DiskScene.PODS;
import static dev.migrator.cluster.memory.DiskScene.VOLUMES;
import static dev.migrator.cluster.memory.DiskScene.claim;
import static dev.migrator.cluster.memory.DiskScene.delete;
import static dev.migrator.cluster.memory.DiskScene.handMade;
import static dev.migrator.cluster.memory.DiskScene.isRunning;
import static dev.migrator.cluster.memory.DiskScene.phase;
import static dev.migrator.cluster.memory.DiskScene.pod;
import static dev.migrator.cluster.memory.DiskScene.policy;
import static dev.migrator.cluster.memory.DiskScene.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ListQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What drivers write on volumes, and how disks come to nodes and go; as was seen of real ones. */
class ProvisionedVolumesTest {

  private static final String PROVISIONER = "external-provisioner.volume.kubernetes.io/finalizer";
  private static final String ATTACHER = "external-attacher/disk-sim-migrator-dev";
  private static final String SELECTED = "volume.kubernetes.io/selected-node";

  private final DiskScene scene = DiskScene.withoutFence();
  private final VirtualClock clock = scene.clock;
  private final MemoryCluster source = scene.source;
  private final MemoryCluster target = scene.target;

  private static List<String> finalizers(Manifest object) {
    List<String> names = new ArrayList<>();
    object.at("metadata", "finalizers").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static List<Manifest> attachments(MemoryCluster cluster) {
    return cluster.list(ATTACHMENTS, ListQuery.all()).items();
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
  void aVolumeSaysWhoMadeItAndForWhom() {
    Manifest volume = scene.writes(source);
    assertThat(volume.annotations())
        .containsOnly(
            Map.entry("pv.kubernetes.io/provisioned-by", "disk.sim.migrator.dev"),
            Map.entry("volume.kubernetes.io/provisioner-deletion-secret-name", ""),
            Map.entry("volume.kubernetes.io/provisioner-deletion-secret-namespace", ""));
    assertThat(finalizers(volume))
        .containsExactlyInAnyOrder("kubernetes.io/pv-protection", PROVISIONER, ATTACHER);
    assertThat(volume.at("spec", "csi", "volumeAttributes").toString())
        .contains("storage.kubernetes.io/csiProvisionerIdentity");
    Manifest claim = source.get(CLAIMS, CLAIM).orElseThrow();
    assertThat(volume.at("spec", "claimRef", "uid").asText()).isEqualTo(claim.uid());
    assertThat(claim.annotations())
        .containsOnlyKeys(
            "pv.kubernetes.io/bind-completed",
            "pv.kubernetes.io/bound-by-controller",
            "volume.kubernetes.io/storage-provisioner",
            "volume.beta.kubernetes.io/storage-provisioner");
  }

  @Test
  void theProvisionersFinalizerComesAndGoesWithThePolicy() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    clock.advance(Duration.ofSeconds(1));
    assertThat(finalizers(volume(source))).doesNotContain(PROVISIONER);
    policy(source, volume, "Delete");
    clock.advance(Duration.ofSeconds(1));
    assertThat(finalizers(volume(source))).contains(PROVISIONER);
  }

  @Test
  void aCopiedFinalizerHoldsAnUnboundVolumeUntilItsPolicyIsRetain() {
    Manifest volume = scene.writes(source);
    Manifest made =
        target.create(
            VOLUMES,
            handMade(volume, "Delete")
                .edit(t -> t.withObject("/metadata").putArray("finalizers").add(PROVISIONER)));
    clock.advance(Duration.ofSeconds(1));
    delete(target, VOLUMES, made.ref());
    clock.advance(Duration.ofMinutes(10));
    assertThat(target.get(VOLUMES, made.ref()).orElseThrow().isBeingDeleted()).isTrue();
    policy(target, made, "Retain");
    clock.advance(Duration.ofSeconds(1));
    assertThat(target.get(VOLUMES, made.ref())).isEmpty();
    assertThat(scene.log()).doesNotContain("DELETED target");
  }

  @Test
  void aVolumeThatIsDeletedBeforeItsClaimTakesItsDiskAlongWhenItsPolicySaysSo() {
    Manifest volume = scene.writes(source);
    scene.stop(source);
    delete(source, VOLUMES, volume.ref());
    clock.advance(Duration.ofSeconds(1));
    assertThat(phase(source, volume)).isEqualTo("Bound");
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(source.get(VOLUMES, volume.ref())).isEmpty();
    assertThat(scene.log()).endsWith("DELETED source");
  }

  @Test
  void aReleasedVolumeLosesItsDataWhenItsPolicyBecomesDelete() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log()).endsWith("DETACHED source");
    policy(source, volume, "Delete");
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log()).endsWith("DELETED source");
  }

  @Test
  void anAttachmentThatSomebodyDeletesIsMadeAgain() {
    Manifest unused = scene.writes(source);
    delete(source, ATTACHMENTS, attachments(source).getFirst().ref());
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log())
        .endsWith("ATTACHED source", "WRITING source", "DETACHED source", "ATTACHED source");
  }

  @Test
  void aPodStartsWhenItsDiskIsAttached() {
    Manifest unused = source.create(CLAIMS, claim(""));
    unused = source.create(PODS, pod());
    clock.advance(Duration.ofMillis(250));
    Manifest attachment = attachments(source).getFirst();
    assertThat(attachment.at("status", "attached").asBoolean()).isFalse();
    assertThat(finalizers(attachment)).containsExactly(ATTACHER);
    assertThat(attachment.at("spec", "attacher").asText()).isEqualTo("disk.sim.migrator.dev");
    assertThat(attachment.at("spec", "source", "persistentVolumeName").asText())
        .isEqualTo(volume(source).name());
    assertThat(isRunning(source)).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(attachments(source).getFirst().at("status", "attached").asBoolean()).isTrue();
    assertThat(isRunning(source)).isTrue();
  }

  @Test
  void podsGoneIsNotDetached() {
    Manifest volume = scene.writes(source);
    Disk disk = Disk.of(volume).orElseThrow();
    String node = source.get(PODS, POD).orElseThrow().at("spec", "nodeName").asText();
    assertThat(inUse(node)).contains(disk.onNodes());
    delete(source, PODS, POD);
    assertThat(clock.advanceUntil(() -> source.get(PODS, POD).isEmpty(), Duration.ofMinutes(1)))
        .isTrue();
    assertThat(scene.disks.attachedTo(disk)).containsExactly("source/" + node);
    assertThat(inUse(node)).contains(disk.onNodes());
    clock.advance(Duration.ofMillis(1500));
    assertThat(inUse(node)).isEmpty();
    assertThat(attachments(source)).hasSize(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(attachments(source)).isEmpty();
    assertThat(scene.disks.attachedTo(disk)).isEmpty();
    assertThat(finalizers(volume(source))).contains(ATTACHER);
  }

  @Test
  void aPodThatComesBackInTimeKeepsTheDiskOnItsNode() {
    Manifest unused = scene.writes(source);
    delete(source, PODS, POD);
    assertThat(clock.advanceUntil(() -> source.get(PODS, POD).isEmpty(), Duration.ofMinutes(1)))
        .isTrue();
    clock.advance(Duration.ofMillis(1500));
    unused = scene.run(source);
    clock.advance(Duration.ofMinutes(1));
    assertThat(scene.log()).doesNotContain("DETACHED source");
    assertThat(attachments(source)).hasSize(1);
  }

  @Test
  void aSlowStorageIsSaidOnTheClaim() {
    Manifest unused =
        source.create(
            CLAIMS,
            claim("")
                .edit(
                    t ->
                        t.withObject("/metadata/annotations")
                            .put("sim.migrator.dev/detach-seconds", "30")));
    unused = scene.run(source);
    delete(source, PODS, POD);
    clock.advance(Duration.ofSeconds(25));
    assertThat(attachments(source)).hasSize(1);
    clock.advance(Duration.ofSeconds(10));
    assertThat(attachments(source)).isEmpty();
  }

  @Test
  void anAttachmentHoldsItsVolume() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    delete(source, PODS, POD);
    delete(source, CLAIMS, CLAIM);
    assertThat(
            clock.advanceUntil(
                () -> phase(source, volume).equals("Released"), Duration.ofMinutes(1)))
        .isTrue();
    delete(source, VOLUMES, volume.ref());
    clock.advance(Duration.ofSeconds(1));
    assertThat(source.get(VOLUMES, volume.ref())).isPresent();
    clock.advance(Duration.ofSeconds(5));
    assertThat(attachments(source)).isEmpty();
    assertThat(source.get(VOLUMES, volume.ref())).isEmpty();
  }

  @Test
  void aDriverThatNeedsNoAttachmentGetsNone() {
    Manifest unused =
        source
            .world()
            .edit(
                ObjectRef.clusterScoped("storage.k8s.io", "CSIDriver", "disk.sim.migrator.dev"),
                tree -> tree.withObject("/spec").put("attachRequired", false));
    unused = scene.writes(source);
    assertThat(attachments(source)).isEmpty();
    assertThat(scene.log()).containsExactly("CREATED source", "WRITING source");
  }

  @Test
  void aDiskForOneNodeFollowsItsPodToAnotherWhenItIsDetached() {
    Manifest unused = scene.writes(source);
    Manifest pod = source.get(PODS, POD).orElseThrow();
    String other = pod.at("spec", "nodeName").asText().equals("node-1") ? "node-2" : "node-1";
    delete(source, PODS, POD);
    assertThat(clock.advanceUntil(() -> source.get(PODS, POD).isEmpty(), Duration.ofMinutes(1)))
        .isTrue();
    unused =
        source.create(
            PODS,
            pod()
                .edit(
                    t -> t.withObject("/spec/nodeSelector").put("kubernetes.io/hostname", other)));
    clock.advance(Duration.ofSeconds(2));
    assertThat(isRunning(source)).isFalse();
    assertThat(clock.advanceUntil(() -> isRunning(source), Duration.ofMinutes(1))).isTrue();
    assertThat(scene.log())
        .containsSubsequence("ATTACHED source", "DETACHED source", "ATTACHED source");
  }

  @Test
  void aVolumeOfAnotherZoneIsBoundAndItsPodWaits() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    scene.adopt(
        target,
        handMade(volume, "Retain")
            .edit(
                t ->
                    t.withObject("/spec/nodeAffinity/required")
                        .putArray("nodeSelectorTerms")
                        .addObject()
                        .putArray("matchExpressions")
                        .addObject()
                        .put("key", "topology.kubernetes.io/zone")
                        .put("operator", "In")
                        .putArray("values")
                        .add("a")));
    Manifest unused = target.create(PODS, pod());
    clock.advance(Duration.ofMinutes(1));
    assertThat(phase(target, volume)).isEqualTo("Bound");
    assertThat(target.get(PODS, POD).orElseThrow().has("spec", "nodeName")).isFalse();
  }

  private void late(MemoryCluster cluster) {
    cluster.load(
        Manifest.parse(
            """
            {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
             "metadata": {"name": "late"}, "provisioner": "disk.sim.migrator.dev",
             "volumeBindingMode": "WaitForFirstConsumer"}
            """));
  }

  @Test
  void aClaimOfALateClassWaitsForAPodAndRemembersItsNode() {
    late(source);
    Manifest unused = source.create(CLAIMS, claim("\"storageClassName\": \"late\","));
    clock.advance(Duration.ofMinutes(1));
    assertThat(scene.disks.log()).isEmpty();
    unused = scene.run(source);
    assertThat(source.get(CLAIMS, CLAIM).orElseThrow().annotations())
        .containsEntry(
            SELECTED, source.get(PODS, POD).orElseThrow().at("spec", "nodeName").asText());
  }

  @Test
  void aNodeOfAnotherClusterIsDroppedFromAClaim() {
    late(source);
    Manifest unused =
        source.create(
            CLAIMS,
            claim("\"storageClassName\": \"late\",")
                .edit(t -> t.withObject("/metadata/annotations").put(SELECTED, "elsewhere")));
    clock.advance(Duration.ofSeconds(1));
    assertThat(source.get(CLAIMS, CLAIM).orElseThrow().annotations()).doesNotContainKey(SELECTED);
    unused = scene.run(source);
  }
}
