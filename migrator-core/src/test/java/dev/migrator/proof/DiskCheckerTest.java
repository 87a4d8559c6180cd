package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.Disk;
import dev.migrator.cluster.memory.DiskEvent;
import dev.migrator.cluster.memory.DiskEvent.What;
import dev.migrator.cluster.memory.Disks;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker of disks finds each fault that it is there for, and none in a clean hand-over. */
class DiskCheckerTest {

  private static final Disk DISK = new Disk("disk.sim.migrator.dev", "one");
  private static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "db", "data");

  private final List<DiskEvent> log = new ArrayList<>();

  private DiskCheckerTest then(What what, String cluster, String who) {
    log.add(
        new DiskEvent(
            log.size() + 1, VirtualClock.START.plusSeconds(log.size()), what, DISK, cluster, who));
    return this;
  }

  private DiskCheckerTest used() {
    return then(What.CREATED, "old", "")
        .then(What.ATTACHED, "old", "node-1")
        .then(What.WRITING, "old", "db/writer");
  }

  private DiskCheckerTest handedOver() {
    return used()
        .then(What.WRITTEN, "old", "db/writer")
        .then(What.DETACHED, "old", "node-1")
        .then(What.ATTACHED, "new", "node-1")
        .then(What.WRITING, "new", "db/writer");
  }

  private DiskChecker checker() {
    return new DiskChecker(log, 1);
  }

  @Test
  void aCleanHandOverIsFine() {
    handedOver();
    assertThat(checker().judge()).isEmpty();
    assertThat(checker().lost(Set.of(DISK))).isEmpty();
  }

  @Test
  void aDiskThatIsAttachedTwiceIsFound() {
    used().then(What.WRITTEN, "old", "db/writer").then(What.ATTACHED, "new", "node-1");
    assertThat(checker().judge()).singleElement().asString().startsWith("D1: attached in both");
    assertThat(checker().sharing(Set.of(DISK)).judge()).isEmpty();
  }

  @Test
  void oneNodeThatStillHasItIsEnough() {
    used()
        .then(What.ATTACHED, "old", "node-2")
        .then(What.DETACHED, "old", "node-1")
        .then(What.ATTACHED, "new", "node-1");
    assertThat(checker().judge()).singleElement().asString().contains("old=[node-2]");
  }

  @Test
  void writersOfBothClustersAreFoundAlsoWhereNothingIsAttached() {
    then(What.CREATED, "old", "")
        .then(What.WRITING, "old", "db/writer")
        .then(What.WRITING, "new", "db/writer");
    assertThat(checker().judge()).singleElement().asString().startsWith("D1: written by both");
  }

  @Test
  void twoNodesOfOneClusterAreItsOwnAffair() {
    used().then(What.ATTACHED, "old", "node-2");
    assertThat(checker().judge()).isEmpty();
  }

  @Test
  void aDeletedDiskIsFound() {
    handedOver().then(What.DELETED, "old", "");
    assertThat(checker().judge()).singleElement().asString().startsWith("D2: deleted by old");
    assertThat(new DiskChecker(log, 0).judge()).as("made by the run itself").isEmpty();
  }

  @Test
  void aDiskThatNoVolumeNamesIsFound() {
    handedOver();
    assertThat(checker().lost(Set.of())).singleElement().asString().startsWith("D3: no volume");
  }

  private final VirtualClock clock = new VirtualClock();
  private final Disks disks = Disks.withoutFence(clock);

  private MemoryCluster cluster(String context, String claim) {
    MemoryCluster cluster = MemoryCluster.builder(clock, context).disks(disks).build();
    cluster.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": "%s", "namespace": "db"},
             "spec": {"accessModes": ["ReadWriteOnce"],
               "resources": {"requests": {"storage": "1Gi"}}}}
            """
                .formatted(claim)));
    clock.advance(Duration.ofSeconds(5));
    return cluster;
  }

  @Test
  void theVolumesOfClustersAndOfTheVaultNameDisks() {
    MemoryCluster old = cluster("old", "data");
    Map<ObjectRef, Disk> claims = DiskChecker.claims(old);
    assertThat(claims).containsOnlyKeys(CLAIM);
    DiskChecker checker = DiskChecker.of(disks, clock.nextSequence());
    MemoryCluster other = cluster("new", "other");
    assertThat(checker.lost(List.of(old), List.of())).isEmpty();
    assertThat(checker.lost(List.of(other), List.of())).hasSize(1);
    for (Disk disk : claims.values()) {
      String line =
          """
          {"kind": "PersistentVolume", "spec": {"csi": {"driver": "%s", "volumeHandle": "%s"}}}
          """
              .formatted(disk.driver(), disk.handle());
      assertThat(checker.lost(List.of(other), List.of(Json.parse(line)))).isEmpty();
    }
  }

  private static Manifest pod() {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "writer", "namespace": "db"},
         "spec": {"containers": [{"name": "c", "image": "a:1"}],
           "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}}
        """);
  }

  /** What a hand-over would do that does not wait for anything. */
  @Test
  void aDiskThatIsHandedOverWhileAPodUsesItIsFound() {
    MemoryCluster old = cluster("old", "data").load(pod());
    clock.advance(Duration.ofSeconds(5));
    DiskChecker before = DiskChecker.of(disks, clock.nextSequence());
    Disk disk = DiskChecker.claims(old).values().iterator().next();
    MemoryCluster other = MemoryCluster.builder(clock, "new").disks(disks).build();
    other.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "moved"},
             "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
               "storageClassName": "standard", "claimRef": {"namespace": "db", "name": "data"},
               "csi": {"driver": "%s", "volumeHandle": "%s"}}}
            """
                .formatted(disk.driver(), disk.handle())),
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": "data", "namespace": "db"},
             "spec": {"volumeName": "moved", "accessModes": ["ReadWriteOnce"],
               "resources": {"requests": {"storage": "1Gi"}}}}
            """),
        pod());
    clock.advance(Duration.ofSeconds(5));
    assertThat(before.judge()).isEmpty();
    assertThat(DiskChecker.of(disks, 0).judge())
        .extracting(broken -> broken.substring(0, 11))
        .containsExactly("D1: attache", "D1: written");
  }

  @Test
  void aClaimThatGetsAnEmptyDiskInsteadOfItsOwnIsFound() {
    MemoryCluster old = cluster("old", "data");
    Map<ObjectRef, Disk> claims = DiskChecker.claims(old);
    DiskChecker checker = DiskChecker.of(disks, clock.nextSequence());
    assertThat(checker.strayed(old, claims)).isEmpty();
    MemoryCluster other = cluster("new", "data");
    assertThat(checker.strayed(other, claims)).singleElement().asString().startsWith("D4: ");
  }
}
