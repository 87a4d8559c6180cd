package dev.migrator.cluster.memory;

import static dev.migrator.cluster.memory.DiskScene.ATTACHMENTS;
import static dev.migrator.cluster.memory.DiskScene.CLAIM;
import static dev.migrator.cluster.memory.DiskScene.CLAIMS;
import static dev.migrator.cluster.memory.DiskScene.POD;
import static dev.migrator.cluster.memory.DiskScene.PODS;
import static dev.migrator.cluster.memory.DiskScene.VOLUMES;
import static dev.migrator.cluster.memory.DiskScene.delete;
import static dev.migrator.cluster.memory.DiskScene.handMade;
import static dev.migrator.cluster.memory.DiskScene.isRunning;
import static dev.migrator.cluster.memory.DiskScene.phase;
import static dev.migrator.cluster.memory.DiskScene.pod;
import static dev.migrator.cluster.memory.DiskScene.policy;
import static dev.migrator.cluster.memory.DiskScene.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.memory.DiskEvent.What;
import dev.migrator.model.Manifest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens to one disk of which two clusters know; as a real driver was seen to do it. */
class SharedDisksTest {

  private final DiskScene scene = DiskScene.withoutFence();
  private final VirtualClock clock = scene.clock;
  private final MemoryCluster source = scene.source;
  private final MemoryCluster target = scene.target;

  @Test
  void aHandOverKeepsTheDisk() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(phase(source, volume)).isEqualTo("Released");
    scene.adopt(target, handMade(volume, "Retain"));
    Manifest there = scene.run(target);
    assertThat(Disk.of(there)).isEqualTo(Disk.of(volume));
    delete(source, VOLUMES, volume.ref());
    clock.advance(Duration.ofMinutes(10));
    assertThat(source.get(VOLUMES, volume.ref())).isEmpty();
    assertThat(scene.log())
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
  void theTargetDeletesTheDiskLaterAsTheSourceWouldHave() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    delete(source, CLAIMS, CLAIM);
    scene.adopt(target, handMade(volume, "Retain"));
    Manifest there = scene.run(target);
    policy(target, there, "Delete");
    scene.stop(target);
    delete(target, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log()).endsWith("DELETED target");
    assertThat(target.get(VOLUMES, there.ref())).isEmpty();
  }

  @Test
  void withoutAFenceBothClustersWriteTheSameDisk() {
    Manifest volume = scene.writes(source);
    scene.adopt(target, handMade(volume, "Retain"));
    Manifest unused = scene.run(target);
    assertThat(scene.disks.attachedTo(Disk.of(volume).orElseThrow())).hasSize(2);
    assertThat(scene.log())
        .endsWith("ATTACHED target", "WRITING target")
        .doesNotContain("WRITTEN source");
  }

  @Test
  void aFenceKeepsTheSecondClusterWaiting() {
    DiskScene fenced = DiskScene.fenced();
    Manifest volume = fenced.writes(fenced.source);
    fenced.adopt(fenced.target, handMade(volume, "Retain"));
    Manifest unused = fenced.target.create(PODS, pod());
    fenced.clock.advance(Duration.ofMinutes(1));
    assertThat(isRunning(fenced.target)).isFalse();
    Manifest attachment = fenced.target.list(ATTACHMENTS, ListQuery.all()).items().getFirst();
    assertThat(attachment.at("status", "attached").asBoolean()).isFalse();
    assertThat(attachment.at("status", "attachError", "errorCode").asInt()).isEqualTo(9);
    fenced.stop(fenced.source);
    assertThat(fenced.clock.advanceUntil(() -> isRunning(fenced.target), Duration.ofMinutes(2)))
        .isTrue();
  }

  @Test
  void aClaimReferenceWithAForeignUidAndPolicyDeleteLosesTheData() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    Manifest unused =
        target.create(
            VOLUMES,
            handMade(volume, "Delete")
                .edit(t -> t.withObject("/spec/claimRef").put("uid", "of-the-source")));
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log()).endsWith("DELETED target");
    assertThat(target.get(VOLUMES, volume.ref())).isEmpty();
  }

  @Test
  void aDiskOfTheTargetGoesAtOnceWhenTheSourceMayDeleteItAndItIsNotAttached() {
    Manifest volume = scene.writes(source);
    scene.stop(source);
    scene.adopt(target, handMade(volume, "Retain"));
    clock.advance(Duration.ofSeconds(1));
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log()).endsWith("DELETED source");
    assertThat(phase(target, volume)).isEqualTo("Bound");
    Manifest unused = target.create(PODS, pod());
    clock.advance(Duration.ofMinutes(1));
    assertThat(isRunning(target)).isFalse();
    Manifest attachment = target.list(ATTACHMENTS, ListQuery.all()).items().getFirst();
    assertThat(attachment.at("status", "attachError", "errorCode").asInt()).isEqualTo(5);
  }

  @Test
  void aDiskThatIsAttachedElsewhereIsDeletedWhenItIsNotAnyMore() {
    Manifest volume = scene.writes(source);
    scene.stop(source);
    scene.adopt(target, handMade(volume, "Retain"));
    Manifest unused = scene.run(target);
    delete(source, CLAIMS, CLAIM);
    clock.advance(Duration.ofMinutes(1));
    assertThat(scene.log()).contains("REFUSED source").doesNotContain("DELETED source");
    assertThat(phase(source, volume)).isEqualTo("Released");
    scene.stop(target);
    clock.advance(Duration.ofMinutes(5));
    assertThat(scene.log()).endsWith("DELETED source");
    assertThat(volume(target).at("status", "phase").asText()).isEqualTo("Bound");
    unused = target.create(PODS, pod());
    clock.advance(Duration.ofMinutes(1));
    assertThat(isRunning(target)).isFalse();
    assertThat(scene.disks.log().getLast().what()).isEqualTo(What.DELETED);
  }

  @Test
  void anotherProvisionersNameKeepsTheDiskForEver() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    scene.adopt(
        target,
        handMade(volume, "Delete")
            .edit(
                t ->
                    t.withObject("/metadata/annotations")
                        .put("pv.kubernetes.io/provisioned-by", "other.example.com")));
    clock.advance(Duration.ofSeconds(1));
    delete(target, CLAIMS, CLAIM);
    clock.advance(Duration.ofHours(1));
    assertThat(phase(target, volume)).isEqualTo("Released");
    assertThat(scene.log()).doesNotContain("DELETED target");
  }

  @Test
  void withoutAProvisionersNameTheDriverDeletesTheDisk() {
    Manifest volume = scene.writes(source);
    policy(source, volume, "Retain");
    scene.stop(source);
    scene.adopt(
        target,
        handMade(volume, "Delete")
            .edit(
                t ->
                    t.withObject("/metadata/annotations")
                        .remove("pv.kubernetes.io/provisioned-by")));
    clock.advance(Duration.ofSeconds(1));
    delete(target, CLAIMS, CLAIM);
    clock.advance(Duration.ofSeconds(1));
    assertThat(scene.log()).endsWith("DELETED target");
  }

  @Test
  void aHandleThatNoStorageKnowsIsNotFound() {
    Manifest volume = scene.writes(source);
    scene.adopt(
        target,
        handMade(volume, "Retain").edit(t -> t.withObject("/spec/csi").put("volumeHandle", "x")));
    Manifest unused = target.create(PODS, pod());
    clock.advance(Duration.ofMinutes(1));
    assertThat(target.get(PODS, POD).orElseThrow().at("status", "phase").asText())
        .isEqualTo("Pending");
  }
}
