package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.proof.Scenes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether what is said of volumes is heeded, or said to be in vain. */
@Timeout(60)
class VolumeRulesTest {

  private static List<Finding> of(Scene scene, FindingCode code) {
    return scene.plan.findings().stream().filter(f -> f.code().equals(code.id())).toList();
  }

  /** Its driver would delete it with its claim, so it does not travel. */
  @Test
  void aProvisionedVolumeIsNotSharedByWordsAlone(@TempDir Path folder) {
    Scene scene = new Scene(Scenes.varied(folder, "disks", "via: handOver", "via: share"));
    assertThat(of(scene, FindingCode.NOT_SHARED))
        .hasSize(3)
        .anySatisfy(
            finding -> assertThat(finding.object().orElseThrow().name()).isEqualTo("spool"));
    MemoryCluster target = scene.clusters.target();
    scene.clusters.source().world().everything().stream()
        .filter(object -> object.kind().equals("PersistentVolume"))
        .forEach(volume -> target.load(shared(volume)));
    scene.clock.advance(Duration.ofMinutes(1));
    assertThat(of(scene.planAgain(), FindingCode.NOT_SHARED)).isEmpty();
  }

  private static Manifest shared(Manifest volume) {
    return volume.edit(
        tree -> {
          tree.remove("status");
          tree.withObjectProperty("metadata")
              .remove(List.of("uid", "resourceVersion", "annotations", "finalizers"));
          tree.withObjectProperty("spec").put("persistentVolumeReclaimPolicy", "Retain");
          tree.withObjectProperty("spec")
              .withObjectProperty("claimRef")
              .remove(List.of("uid", "resourceVersion"));
        });
  }

  /** What a rule says of the way holds, too, where a label says the same way. */
  @Test
  void aLabelledClaimHeedsWhatARuleSaysOfItsWay(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                "metadata: {name: spool, namespace: small}",
                "metadata: {name: spool, namespace: small, labels: {migrator.dev/volume:"
                    + " snapshot}}",
                "via: snapshot}",
                "via: snapshot, with: {snapshotClass: fast}}",
                "kind: VolumeSnapshotClass\nmetadata: {name: fast}",
                """
                kind: VolumeSnapshotClass
                metadata: {name: other}
                driver: csi.example.com
                deletionPolicy: Delete
                ---
                apiVersion: snapshot.storage.k8s.io/v1
                kind: VolumeSnapshotClass
                metadata: {name: fast}\
                """));
    assertThat(of(scene, FindingCode.SNAPSHOT_IMPOSSIBLE)).isEmpty();
  }

  /** Only claims and volumes say how data travels. */
  @Test
  void aWayOnAWorkloadIsSaidToBeInVain(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                "metadata: {name: writer, namespace: small, labels: {",
                "metadata: {name: writer, namespace: small, labels: {migrator.dev/volume: empty,"
                    + " "));
    assertThat(of(scene, FindingCode.LABEL_IGNORED))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.object().orElseThrow().name()).isEqualTo("writer");
              assertThat(finding.message()).contains("migrator.dev/volume=empty");
            });
  }

  /** The nodes are asked in vain, so somebody must look. */
  @Test
  void aDriverThatAttachesNothingIsWarnedOf() {
    Scene scene = new Scene(Scenes.named("disks"));
    assertThat(of(scene, FindingCode.DISK_NOT_FENCED)).isEmpty();
    Objects.requireNonNull(
        scene
            .clusters
            .source()
            .world()
            .edit(
                new ObjectRef("storage.k8s.io", "CSIDriver", "", "csi.example.com"),
                tree -> tree.withObjectProperty("spec").put("attachRequired", false)));
    assertThat(of(scene.planAgain(), FindingCode.DISK_NOT_FENCED))
        .hasSize(3)
        .allSatisfy(finding -> assertThat(finding.message()).contains("attachRequired: false"));
  }
}
