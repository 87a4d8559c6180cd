package dev.migrator.it.disk;

import static dev.migrator.it.disk.Fields.handle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealDisks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Disks in zones, and a driver that does not protect them. */
@RealDisks(sourceZone = "east", targetZone = "west", careless = true)
@Timeout(180)
class OtherDisksIT {

  private final ClusterPair pair;
  private final Disks disks;

  OtherDisksIT(ClusterPair pair, Disks disks) {
    this.pair = pair;
    this.disks = disks;
  }

  @Test
  void aVolumeOfAnotherZoneIsBoundAndItsPodNeverScheduled() {
    VolumeScene here = VolumeScene.at(pair.source(), "zone");
    here.claim("data", Disks.LATE);
    here.writer("db", "data");
    JsonNode volume = here.boundVolume("data");
    String affinity = volume.at("/spec/nodeAffinity").toString();
    assertThat(affinity).contains("topology.disk.csi.example.com/zone", "east");

    VolumeScene there = VolumeScene.at(pair.target(), "zone");
    there.volume("moved", handle(volume), "Retain", "data", "");
    there.patch("pv", "moved", "{\"spec\":{\"nodeAffinity\":" + affinity + "}}");
    there.claim("data", Disks.AT_ONCE, ", volumeName: moved");
    there.untilPhase("Bound", "pvc", "data");
    there.writer("db", "data");
    there.until(
        "cannot be scheduled",
        "pod",
        "db",
        pod -> pod.at("/status/conditions").toString().contains("node affinity"));
  }

  /** Kubernetes itself refuses nothing; the judges of moves must see it. */
  @Test
  void bothClustersWriteWhereTheDriverLetsThem() {
    VolumeScene here = VolumeScene.at(pair.source(), "both");
    here.claim("data", Disks.AT_ONCE);
    String handle = handle(here.boundVolume("data"));
    here.writer("db", "data");
    here.untilPhase("Running", "pod", "db");
    VolumeScene there = VolumeScene.at(pair.target(), "both");
    there.volume("shared", handle, "Retain", "data", "");
    there.claim("data", Disks.AT_ONCE, ", volumeName: shared");
    there.writer("db", "data");
    await("the writers meet")
        .atMost(VolumeScene.LIMIT)
        .until(() -> disks.ledger(handle).problems().toString().contains("writers met"));
    assertThat(disks.overlaps())
        .isNotEmpty()
        .allSatisfy(
            overlap ->
                assertThat(overlap).contains(handle, "machine-of-source", "machine-of-target"));
  }
}
