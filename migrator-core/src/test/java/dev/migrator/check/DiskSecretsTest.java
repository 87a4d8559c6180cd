package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import dev.migrator.model.Protection;
import dev.migrator.plan.FindingCode;
import org.junit.jupiter.api.Test;

/** Secrets by which a disk that is handed over is attached or mounted. */
class DiskSecretsTest {

  private static final Manifest VOLUME =
      Manifest.parse(
          """
          {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv-1"},
           "spec": {"claimRef": {"namespace": "shop", "name": "data"},
             "csi": {"driver": "rbd.csi.ceph.com", "volumeHandle": "0001-1",
               "nodeStageSecretRef": {"namespace": "ceph", "name": "node"}}}}
          """);

  private static final Manifest SECRET =
      Manifest.parse(
          """
          {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "node", "namespace": "ceph"}}
          """);

  @Test
  void oneThatTheTargetLacksBlocks() {
    assertThat(new CheckScene().source(Protection.DUPLICATION, VOLUME).findings(new DiskDrivers()))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo(FindingCode.DISK_OUT_OF_REACH.id());
              assertThat(finding.message()).contains("secret/ceph/node");
            });
  }

  @Test
  void oneThatIsThereOrTravelsDoesNot() {
    assertThat(
            new CheckScene()
                .source(Protection.DUPLICATION, VOLUME)
                .target(SECRET)
                .findings(new DiskDrivers()))
        .isEmpty();
    assertThat(
            new CheckScene()
                .source(Protection.DUPLICATION, VOLUME)
                .source(Protection.LOSS, SECRET)
                .findings(new DiskDrivers()))
        .isEmpty();
  }
}
