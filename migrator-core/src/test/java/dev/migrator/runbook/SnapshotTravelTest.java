package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import dev.migrator.proof.Scenes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says of data that is to come by snapshots. */
@Timeout(60)
class SnapshotTravelTest {

  private static List<Finding> of(Scene scene, FindingCode code) {
    return scene.plan.findings().stream().filter(f -> f.code().equals(code.id())).toList();
  }

  @Test
  void dataThatComesAlongIsNotSaidToStay() {
    Scene scene = new Scene(Scenes.named("snapshots"));
    assertThat(scene.plan.isBlocked()).isFalse();
    assertThat(of(scene, FindingCode.DATA_STAYS)).isEmpty();
  }

  @Test
  void whatIsCapturedInUseIsWarnedOf() {
    Scene scene = new Scene(Scenes.named("snapshots"));
    assertThat(of(scene, FindingCode.CAPTURED_IN_USE))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.WARNING);
              assertThat(finding.object().orElseThrow().name()).isEqualTo("uploads");
              assertThat(finding.message()).contains("deploy/small/site");
            });
  }

  @Test
  void withoutAClassOfTheDriverThePlanIsBlocked(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                "driver: csi.example.com\ndeletion",
                "driver: other\ndeletion"));
    assertThat(scene.plan.isBlocked()).isTrue();
    assertThat(of(scene, FindingCode.SNAPSHOT_IMPOSSIBLE))
        .hasSize(4)
        .allSatisfy(
            finding ->
                assertThat(finding.message()).contains("VolumeSnapshotClass of csi.example.com"));
  }

  @Test
  void whereSnapshotsAreNotServedThePlanIsBlocked(@TempDir Path folder) {
    Scene scene = new Scene(Scenes.varied(folder, "disks", "via: handOver", "via: snapshot"));
    assertThat(scene.plan.isBlocked()).isTrue();
    assertThat(of(scene, FindingCode.SNAPSHOT_IMPOSSIBLE))
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.message()).contains("source does not serve"));
  }

  @Test
  void aClassThatIsNamedMustBeInBothClusters(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                "via: snapshot}",
                "via: snapshot, with: {snapshotClass: slow}}"));
    assertThat(of(scene, FindingCode.SNAPSHOT_IMPOSSIBLE))
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.message()).contains("slow"));
  }

  /** Before this line of the scene more objects may be added. */
  private static final String NEXT = "# Taken while it is in use";

  /** The run would wait for it with everything else stopped. */
  @Test
  void whatStaysAtWorkOnAClaimOfWhatIsStoppedBlocks(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                NEXT,
                """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: small}
                spec:
                  selector: {matchLabels: {app: agent}}
                  template:
                    metadata: {labels: {app: agent}}
                    spec:
                      containers:
                        - name: agent
                          image: "registry.example/agent:1"
                          volumeMounts: [{name: spool, mountPath: /spool}]
                      volumes: [{name: spool, persistentVolumeClaim: {claimName: spool}}]
                ---
                """
                    + NEXT));
    assertThat(of(scene, FindingCode.DISK_IN_USE_BY_OTHERS))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.BLOCKER);
              assertThat(finding.object().orElseThrow().name()).isEqualTo("spool");
              assertThat(finding.message()).contains("ds/small/agent");
            });
  }

  /** Its controller makes the pods, and does not name the claim. */
  @Test
  void whatAnOperatorRunsOnAClaimIsWarnedOf(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                NEXT,
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: owned, namespace: small}
                spec:
                  accessModes: [ReadWriteOnce]
                  storageClassName: fast
                  resources: {requests: {storage: 5Gi}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: made, namespace: small}
                spec:
                  containers:
                    - name: made
                      image: "registry.example/made:1"
                      volumeMounts: [{name: data, mountPath: /data}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: owned}}]
                ---
                """
                    + NEXT));
    assertThat(scene.plan.isBlocked()).isFalse();
    assertThat(of(scene, FindingCode.CAPTURED_IN_USE))
        .anySatisfy(
            finding -> {
              assertThat(finding.object().orElseThrow().name()).isEqualTo("owned");
              assertThat(finding.message()).contains("pod/small/made");
            });
  }

  /** Its claim would be made, and never bound. */
  @Test
  void aClassOfAnotherDriverMakesNoVolumeFromASnapshot(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                "gates: {afterCopy: auto}",
                "gates: {afterCopy: auto}\nmappings: {storageClasses: {fast: theirs}}",
                "deletionPolicy: Delete",
                """
                deletionPolicy: Delete
                ---
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: theirs}
                provisioner: other.example.com\
                """));
    assertThat(of(scene, FindingCode.SNAPSHOT_IMPOSSIBLE))
        .hasSize(4)
        .allSatisfy(
            finding ->
                assertThat(finding.message())
                    .contains("StorageClass theirs of the target is of other.example.com"));
  }

  @Test
  void aClassThatTheTargetDoesNotHaveMakesNone(@TempDir Path folder) {
    Scene scene =
        new Scene(
            Scenes.varied(
                folder,
                "snapshots",
                "gates: {afterCopy: auto}",
                "gates: {afterCopy: auto}\nmappings: {storageClasses: {fast: missing}}"));
    assertThat(of(scene, FindingCode.SNAPSHOT_IMPOSSIBLE))
        .hasSize(4)
        .allSatisfy(
            finding ->
                assertThat(finding.message()).contains("the target has no StorageClass missing"));
  }
}
