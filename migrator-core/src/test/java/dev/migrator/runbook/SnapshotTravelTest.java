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
}
