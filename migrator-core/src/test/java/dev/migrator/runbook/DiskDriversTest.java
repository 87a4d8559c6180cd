package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.proof.Scenes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Drivers of two clusters that treat one disk differently. */
@Timeout(60)
class DiskDriversTest {

  private static final ObjectRef DRIVER =
      new ObjectRef("storage.k8s.io", "CSIDriver", "", "csi.example.com");

  private final Scene scene = new Scene(Scenes.named("disks"));

  private static List<Finding> of(Scene planned, FindingCode code) {
    return planned.plan.findings().stream().filter(f -> f.code().equals(code.id())).toList();
  }

  @Test
  void equalDriversAreNotSpokenOf() {
    assertThat(of(scene, FindingCode.DISK_DRIVER_DIFFERS)).isEmpty();
    assertThat(of(scene, FindingCode.DISK_OUT_OF_REACH)).isEmpty();
  }

  @Test
  void anotherPolicyOfFileGroupsIsWarnedOf() {
    Manifest unused =
        scene
            .clusters
            .target()
            .world()
            .edit(DRIVER, tree -> tree.withObjectProperty("spec").put("fsGroupPolicy", "File"));
    assertThat(of(scene.planAgain(), FindingCode.DISK_DRIVER_DIFFERS))
        .hasSize(3)
        .allSatisfy(
            finding ->
                assertThat(finding.message())
                    .contains("fsGroupPolicy is ReadWriteOnceWithFSType, and File at the target"));
  }
}
