package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealDisks;
import java.util.ArrayList;
import java.util.List;
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

  private final ClusterPair pair;
  private final Disks disks;

  CsiContractIT(ClusterPair pair, Disks disks) {
    this.pair = pair;
    this.disks = disks;
  }

  private VolumeScene source(String namespace) {
    return VolumeScene.at(pair.source(), namespace);
  }

  private static String handle(JsonNode volume) {
    return volume.at("/spec/csi/volumeHandle").asText();
  }

  private static List<String> finalizers(JsonNode object) {
    List<String> all = new ArrayList<>();
    object.at("/metadata/finalizers").forEach(finalizer -> all.add(finalizer.asText()));
    return all;
  }

  private static List<String> annotations(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.at("/metadata/annotations").fieldNames().forEachRemaining(keys::add);
    return keys.stream().sorted().toList();
  }

  @Test
  void aClaimOfAnImmediateClassIsBoundWithoutAPod() {
    VolumeScene here = source("at-once");
    here.claim("data", Disks.AT_ONCE);
    JsonNode volume = here.boundVolume("data");
    JsonNode claim = here.get("pvc", "data");

    assertThat(annotations(claim))
        .containsExactly(
            "kubectl.kubernetes.io/last-applied-configuration",
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
}
