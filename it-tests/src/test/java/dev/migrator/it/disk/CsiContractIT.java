package dev.migrator.it.disk;

import static dev.migrator.it.disk.Fields.annotations;
import static dev.migrator.it.disk.Fields.finalizers;
import static dev.migrator.it.disk.Fields.handle;
import static dev.migrator.it.disk.Fields.has;
import static dev.migrator.it.disk.Fields.name;
import static dev.migrator.it.disk.Fields.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealDisks;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a cluster with a CSI driver does with claims, volumes and disks. A simulated cluster must do
 * the same, since steps that move data are built on it.
 */
@RealDisks
@Timeout(180)
class CsiContractIT {

  private static final String PROVISIONER = "external-provisioner.volume.kubernetes.io/finalizer";
  private static final String ATTACHER = "external-attacher/disk-csi-example-com";

  private final ClusterPair pair;
  private final Disks disks;

  CsiContractIT(ClusterPair pair, Disks disks) {
    this.pair = pair;
    this.disks = disks;
  }

  private VolumeScene target(String namespace) {
    return VolumeScene.at(pair.target(), namespace);
  }

  private VolumeScene source(String namespace) {
    return VolumeScene.at(pair.source(), namespace);
  }

  private long count(String handle, String cluster) {
    return disks.ledger(handle).records(cluster);
  }

  /** The places of these calls in the log of the driver. */
  private List<Integer> order(String handle, String... calls) {
    List<String> all =
        disks.calls(handle).stream().filter(DiskCall::done).map(DiskCall::call).toList();
    return Stream.of(calls).map(all::lastIndexOf).toList();
  }

  @Test
  void aClaimOfAnImmediateClassIsBoundWithoutAPod() {
    VolumeScene here = source("at-once");
    here.claim("data", Disks.AT_ONCE);
    JsonNode volume = here.boundVolume("data");
    JsonNode claim = here.get("pvc", "data");

    assertThat(annotations(claim))
        .containsExactly(
            "pv.kubernetes.io/bind-completed",
            "pv.kubernetes.io/bound-by-controller",
            "volume.beta.kubernetes.io/storage-provisioner",
            "volume.kubernetes.io/storage-provisioner");
    assertThat(finalizers(claim)).containsExactly("kubernetes.io/pvc-protection");
    assertThat(annotations(volume))
        .containsExactly(
            "pv.kubernetes.io/provisioned-by",
            "volume.kubernetes.io/provisioner-deletion-secret-name",
            "volume.kubernetes.io/provisioner-deletion-secret-namespace");
    assertThat(finalizers(volume))
        .containsExactlyInAnyOrder("kubernetes.io/pv-protection", PROVISIONER);
    assertThat(volume.at("/spec/claimRef/uid")).isEqualTo(claim.at("/metadata/uid"));
    assertThat(volume.at("/spec/persistentVolumeReclaimPolicy").asText()).isEqualTo("Delete");
    assertThat(volume.at("/spec/csi/driver").asText()).isEqualTo(Disks.DRIVER);
    assertThat(
            volume
                .at("/spec/csi/volumeAttributes")
                .has("storage.kubernetes.io/csiProvisionerIdentity"))
        .isTrue();
    assertThat(disks.has(handle(volume))).as("the disk is there").isTrue();
  }

  @Test
  void aClaimOfALateClassWaitsForItsPodWhichThenHoldsAllOfIt() {
    VolumeScene here = source("late");
    here.claim("data", Disks.LATE);
    here.until(
        "waits for its pod",
        "pvc",
        "data",
        claim -> here.events("data").contains("WaitForFirstConsumer"));
    assertThat(phase(here.get("pvc", "data"))).isEqualTo("Pending");

    here.writer("db", "data");
    JsonNode volume = here.boundVolume("data");
    String handle = handle(volume);
    here.untilPhase("Running", "pod", "db");
    assertThat(annotations(here.get("pvc", "data"))).contains("volume.kubernetes.io/selected-node");
    assertThat(finalizers(here.get("pv", name(volume))))
        .as("once attached")
        .containsExactlyInAnyOrder("kubernetes.io/pv-protection", PROVISIONER, ATTACHER);
    JsonNode attachment = here.attachment(name(volume)).orElseThrow();
    assertThat(attachment.at("/status/attached").asBoolean()).isTrue();
    assertThat(attachment.at("/spec/nodeName").asText()).isEqualTo("source");
    assertThat(finalizers(attachment)).containsExactly(ATTACHER);
    assertThat(disks.calls(handle))
        .as("the driver has its own name of the node")
        .anyMatch(call -> call.did("attach", handle) && call.target().equals("machine-of-source"));
    String unique = "kubernetes.io/csi/" + Disks.DRIVER + "^" + handle;
    here.until("in use", "node", "source", node -> has(node, "/status/volumesInUse", unique));

    here.delete("pvc", "data");
    assertThat(here.get("pvc", "data").at("/metadata").has("deletionTimestamp")).isTrue();
    assertThat(finalizers(here.get("pvc", "data")))
        .as("protected while a pod uses it")
        .containsExactly("kubernetes.io/pvc-protection");
    here.delete("pod", "db");
    here.untilGone("pod", "db");
    assertThat(here.attachment(name(volume))).as("no pod is not yet detached").isPresent();
    here.untilGone("pvc", "data");
    here.untilDetached(name(volume));
    here.untilGone("pv", name(volume));
    assertThat(disks.has(handle)).as("policy Delete: the disk goes with its claim").isFalse();
    assertThat(order(handle, "unstage", "detach", "delete")).isSorted();
  }

  @Test
  void retainKeepsTheDiskWhateverIsDeleted() {
    VolumeScene here = source("retain");
    here.claim("data", Disks.AT_ONCE);
    String volume = name(here.boundVolume("data"));
    String handle = handle(here.get("pv", volume));
    here.policy(volume, "Retain");
    here.until(
        "no provisioner's finalizer", "pv", volume, pv -> !finalizers(pv).contains(PROVISIONER));
    here.delete("pvc", "data");
    here.untilGone("pvc", "data");
    here.untilPhase("Released", "pv", volume);
    assertThat(disks.has(handle)).as("disk of a claim deleted").isTrue();
    here.delete("pv", volume);
    here.untilGone("pv", volume);
    assertThat(disks.calls(handle)).noneMatch(call -> call.call().equals("delete"));
    assertThat(disks.has(handle)).as("disk of a volume deleted").isTrue();
  }

  /** The whole way, as a person goes it. */
  @Test
  void aDiskIsHandedOver() {
    VolumeScene here = source("over");
    here.claim("data", Disks.AT_ONCE);
    String volume = name(here.boundVolume("data"));
    String handle = handle(here.get("pv", volume));
    here.writer("db", "data");
    here.untilPhase("Running", "pod", "db");
    here.policy(volume, "Retain");

    VolumeScene there = target("over");
    there.volume("moved", handle, "Retain", "data", "");
    there.claim("data", Disks.AT_ONCE, ", volumeName: moved");
    assertThat(name(there.boundVolume("data"))).isEqualTo("moved");
    assertThat(there.get("pv", "moved").at("/spec/claimRef/uid"))
        .isEqualTo(there.get("pvc", "data").at("/metadata/uid"));
    there.writer("db", "data");
    JsonNode refused =
        await("the target may not attach what the source has")
            .atMost(VolumeScene.LIMIT)
            .until(() -> there.attachment("moved").filter(Fields::isRefused), Optional::isPresent)
            .orElseThrow();
    assertThat(refused.at("/status/attachError/message").asText())
        .contains("FailedPrecondition", "machine-of-source");
    assertThat(phase(there.get("pod", "db"))).isEqualTo("Pending");

    here.delete("pod", "db");
    here.untilGone("pod", "db");
    here.delete("pvc", "data");
    here.untilPhase("Released", "pv", volume);
    there.untilPhase("Running", "pod", "db");
    assertThat(here.attachment(volume)).isEmpty();
    here.delete("pv", volume);
    here.untilGone("pv", volume);
    await("the target writes").atMost(VolumeScene.LIMIT).until(() -> count(handle, "target") > 3);

    there.policy("moved", "Delete");
    there.until(
        "a provisioner's finalizer", "pv", "moved", pv -> finalizers(pv).contains(PROVISIONER));
    there.delete("pod", "db");
    there.untilGone("pod", "db");
    LedgerState ledger = disks.ledger(handle);
    assertThat(ledger.problems()).isEmpty();
    assertThat(ledger.clusters()).containsExactly("source", "target");
    assertThat(ledger.released()).isTrue();
    assertThat(disks.overlaps()).isEmpty();
    there.delete("pvc", "data");
    there.untilGone("pv", "moved");
    assertThat(disks.has(handle))
        .as("policy Delete again: the target's provisioner deletes")
        .isFalse();
  }

  @Test
  void theUidOfAnotherClusterInTheReferenceReleasesTheVolume() {
    VolumeScene here = source("uid");
    here.claim("data", Disks.AT_ONCE);
    JsonNode volume = here.boundVolume("data");
    String uid = volume.at("/spec/claimRef/uid").asText();
    here.policy(name(volume), "Retain");

    VolumeScene there = target("uid");
    there.volume("stale", handle(volume), "Retain", "data", uid);
    there.claim("data", Disks.AT_ONCE, ", volumeName: stale");
    there.untilPhase("Released", "pv", "stale");
    assertThat(phase(there.get("pvc", "data"))).isEqualTo("Pending");
    there.patch("pv", "stale", "{\"spec\":{\"claimRef\":{\"uid\":null}}}");
    there.untilPhase("Bound", "pvc", "data");
    assertThat(disks.has(handle(volume))).isTrue();

    there.volume("reclaimed", handle(volume), "Delete", "nobody", uid);
    await("with policy Delete the disk is deleted at once")
        .atMost(VolumeScene.LIMIT)
        .until(() -> !disks.has(handle(volume)));
    there.untilGone("pv", "reclaimed");
    assertThat(phase(there.get("pvc", "data")))
        .as("nobody tells the claim that its data is gone")
        .isEqualTo("Bound");
  }

  /** The source's provisioner still has the right to delete, and waits for its moment. */
  @Test
  void aDiskInUseElsewhereIsDeletedOnceItIsNot() {
    VolumeScene here = source("alarm");
    here.claim("data", Disks.AT_ONCE);
    JsonNode volume = here.boundVolume("data");
    VolumeScene there = target("alarm");
    there.volume("taken", handle(volume), "Retain", "data", "");
    there.claim("data", Disks.AT_ONCE, ", volumeName: taken");
    there.writer("db", "data");
    there.untilPhase("Running", "pod", "db");

    here.delete("pvc", "data");
    here.untilGone("pvc", "data");
    here.untilPhase("Released", "pv", name(volume));
    await("deletion is refused")
        .atMost(VolumeScene.LIMIT)
        .until(() -> here.events(name(volume)).contains("VolumeFailedDelete"));
    assertThat(disks.has(handle(volume))).isTrue();
    there.delete("pod", "db");
    here.untilGone("pv", name(volume));
    assertThat(disks.has(handle(volume))).as("whatever the target's policy is").isFalse();
    assertThat(phase(there.get("pvc", "data"))).isEqualTo("Bound");
  }

  @Test
  void aClaimThatSaysThatItsBindingIsCompleteIsLost() {
    VolumeScene there = target("lost");
    there.claim(
        "data",
        "{pv.kubernetes.io/bind-completed: 'yes'}",
        Disks.AT_ONCE,
        ", volumeName: not-there-yet");
    there.untilPhase("Lost", "pvc", "data");
    there.volume("not-there-yet", "disk-0", "Retain", "data", "");
    there.untilPhase("Available", "pv", "not-there-yet");
    assertThat(phase(there.get("pvc", "data"))).as("and does not recover").isEqualTo("Lost");
  }

  @Test
  void aSnapshotIsImportedByItsHandle() {
    VolumeScene here = source("snapshot");
    here.claim("data", Disks.AT_ONCE);
    String handle = handle(here.boundVolume("data"));
    here.writer("db", "data");
    here.untilPhase("Running", "pod", "db");
    await("written").atMost(VolumeScene.LIMIT).until(() -> count(handle, "source") > 3);
    here.delete("pod", "db");
    here.untilGone("pod", "db");
    here.snapshot("snap", "{persistentVolumeClaimName: data}");
    JsonNode content =
        here.get(
            "volumesnapshotcontent",
            here.untilReady("snap").at("/status/boundVolumeSnapshotContentName").asText());
    String snapshot = content.at("/status/snapshotHandle").asText();
    assertThat(disks.has(snapshot)).isTrue();

    VolumeScene there = target("snapshot");
    there.importSnapshot("imported", snapshot, "snap");
    there.snapshot("snap", "{volumeSnapshotContentName: imported}");
    there.untilReady("snap");
    there.claim(
        "data",
        Disks.AT_ONCE,
        ", dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: snap}");
    String copy = handle(there.boundVolume("data"));
    assertThat(copy).isNotEqualTo(handle);
    assertThat(disks.ledger(copy)).isEqualTo(disks.ledger(handle));
    there.importSnapshot("wrong", "snap-0", "wrong");
    there.until(
        "an unknown handle is an error",
        "volumesnapshotcontent",
        "wrong",
        c -> c.at("/status/error/message").asText().contains("snap-0"));
  }
}
