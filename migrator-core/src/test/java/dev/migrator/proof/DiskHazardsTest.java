package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.memory.Disk;
import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Severity;
import dev.migrator.proof.Rehearsal.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people do to claims and volumes around a hand-over, and what must not come of it. */
@Timeout(300)
class DiskHazardsTest {

  private static final ObjectRef DB = new ObjectRef("apps", "StatefulSet", "small", "db");
  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  private final Rehearsal rehearsal = new Rehearsal(Scenes.named("disks"));
  private final World source = rehearsal.scene.clusters.source().world();
  private final World target = rehearsal.scene.clusters.target().world();

  private static void policies(World world, String policy) {
    for (Manifest object : world.everything()) {
      if (object.kind().equals("PersistentVolume")) {
        Manifest unused =
            world.edit(
                object.ref(),
                tree ->
                    tree.withObjectProperty("spec").put("persistentVolumeReclaimPolicy", policy));
      }
    }
  }

  private static List<String> ofDisks(Rehearsal judged) {
    return judged.judge().stream().filter(broken -> broken.startsWith("D")).toList();
  }

  /** A claim that goes from the target would take the disk with it, just before it comes home. */
  @Test
  void aDiskThatTheTargetWouldDeleteIsNotBroughtBack() {
    End died =
        rehearsal.run(
            FaultScript.when(
                request ->
                    request.cluster().equals("target")
                        && request.verb().equals("create")
                        && request.object().filter(WRITER::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(died).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    policies(target, "Delete");
    IndependentChecker unusedChecker = rehearsal.checker.mayRestore();
    End refused = rehearsal.perform(WayBackMatrixTest::restore);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(ofDisks(rehearsal)).isEmpty();
    assertThat(((End.Ended) refused).ended().problems())
        .anySatisfy(problem -> assertThat(problem.toString()).contains("to Retain there"));
    policies(target, "Retain");
    End back = rehearsal.perform(WayBackMatrixTest::restore);
    assertThat(((End.Ended) back).ended().outcome()).isEqualTo(Outcome.RESTORED);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(DiskChecker.claims(rehearsal.scene.clusters.source())).hasSize(3);
    assertThat(rehearsal.judge()).isEmpty();
  }

  private static List<String> blockers(Rehearsal planned) {
    return planned.scene.plan.findings().stream()
        .filter(finding -> finding.severity() == Severity.BLOCKER)
        .map(finding -> finding.code() + " " + finding.object().orElseThrow().name())
        .toList();
  }

  /** Whatever mounts it later at the source would write beside the target. */
  @Test
  void aDiskThatASecondVolumeOfTheSourceNamesIsNotHandedOver() {
    Manifest volume =
        source
            .stored(
                ObjectRef.core(
                    "PersistentVolume",
                    "",
                    source.stored(SPOOL).orElseThrow().at("spec", "volumeName").asText()))
            .orElseThrow();
    rehearsal
        .scene
        .clusters
        .source()
        .load(
            volume.edit(
                tree -> {
                  tree.remove("status");
                  tree.withObjectProperty("metadata")
                      .put("name", "second")
                      .remove(List.of("uid", "resourceVersion", "annotations"));
                  tree.withObjectProperty("spec")
                      .put("persistentVolumeReclaimPolicy", "Retain")
                      .remove("claimRef");
                }));
    assertThat(blockers(rehearsal.planAgain())).containsExactly("disk-in-use-by-others spool");
  }

  /** Found when all that works with it is deleted, it would be between two clusters. */
  @Test
  void aClaimIsNotHandedOverWithoutItsVolume(@TempDir Path folder) {
    assertThat(blockers(new Rehearsal(Scenes.varied(folder, "disks", "persistentvolumes, ", ""))))
        .containsExactlyInAnyOrder(
            "disk-left-behind data-db-0", "disk-left-behind data-db-1", "disk-left-behind spool");
  }

  /** Somebody scales it up while a person looks at the gate. */
  @Test
  void aStatefulSetThatGrewAfterThePlanKeepsItsData() {
    World grown = source;
    End end =
        rehearsal.run(
            request -> {
              if (isFirstOfTarget(request)) {
                Manifest unused =
                    grown.edit(DB, tree -> tree.withObjectProperty("spec").put("replicas", 3));
                rehearsal.scene.clock.advance(Duration.ofMinutes(5));
              }
              return new Fault.None();
            });
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2205);
              assertThat(problem.why()).contains("pvc/small/data-db-2");
            });
    assertThat(source.stored(DB).orElseThrow().at("spec", "replicas").asInt()).isEqualTo(3);
    IndependentChecker unusedChecker = rehearsal.checker.mayRestore();
    End back = rehearsal.perform(WayBackMatrixTest::restore);
    assertThat(((End.Ended) back).ended().outcome()).isEqualTo(Outcome.RESTORED);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(DiskChecker.claims(rehearsal.scene.clusters.source()).keySet())
        .extracting(ObjectRef::name)
        .containsExactly("data-db-0", "data-db-1", "data-db-2");
    assertThat(ofDisks(rehearsal)).isEmpty();
  }

  @Test
  void aStatefulSetThatGrewAtTheTargetDoesNotComeHomeWithoutItsData() {
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    Manifest unused = target.edit(DB, tree -> tree.withObjectProperty("spec").put("replicas", 3));
    rehearsal.scene.clock.advance(Duration.ofMinutes(5));
    assertThat(DiskChecker.claims(rehearsal.scene.clusters.target()).keySet())
        .extracting(ObjectRef::name)
        .contains("data-db-2");
    Rehearsal back = rehearsal.backward(rehearsal.wayBack().plan());
    End end = back.run();
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2205);
              assertThat(problem.why()).contains("pvc/small/data-db-2");
            });
    assertThat(target.stored(DB).orElseThrow().at("spec", "replicas").asInt()).isEqualTo(3);
    assertThat(source.stored(DB)).isEmpty();
    assertThat(ofDisks(back)).isEmpty();
  }

  private static boolean isFirstOfTarget(Request request) {
    return request.cluster().equals("target")
        && request.verb().equals("create")
        && request.object().filter(ObjectRef.namespace("small")::equals).isPresent();
  }

  /** A claim that was bound to nothing when it was planned is used since. */
  @Test
  void aClaimThatWasBoundAfterThePlanKeepsItsData() {
    source.pauseControllers(true);
    rehearsal
        .scene
        .clusters
        .source()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                 "metadata": {"name": "data-db-2", "namespace": "small"},
                 "spec": {"storageClassName": "fast", "accessModes": ["ReadWriteOnce"],
                          "resources": {"requests": {"storage": "1Gi"}}}}
                """));
    Rehearsal planned = rehearsal.planAgain();
    source.pauseControllers(false);
    planned.scene.clock.advance(Duration.ofMinutes(3));
    End end = planned.run();
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(problem -> assertThat(problem.why()).contains("pvc/small/data-db-2"));
    assertThat(source.stored(DB)).isPresent();
  }

  /** Its controller owns them, and what a controller owns stays with it, but for its data. */
  @Test
  void aStatefulSetThatDeletesItsClaimsTakesThemAlongAndHomeAgain(@TempDir Path folder) {
    Rehearsal owned =
        new Rehearsal(
            Scenes.varied(
                folder,
                "disks",
                "  serviceName: db\n",
                "  serviceName: db\n"
                    + "  persistentVolumeClaimRetentionPolicy:"
                    + " {whenDeleted: Delete, whenScaled: Delete}\n"));
    Map<ObjectRef, Disk> disks = DiskChecker.claims(owned.scene.clusters.source());
    assertThat(CrashMatrixTest.isDone(owned.run())).isTrue();
    owned.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(DiskChecker.claims(owned.scene.clusters.target())).isEqualTo(disks);
    assertThat(owned.judge()).isEmpty();
    Rehearsal back = owned.backward(owned.wayBack().plan());
    assertThat(CrashMatrixTest.isDone(back.run())).isTrue();
    back.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(DiskChecker.claims(owned.scene.clusters.source())).isEqualTo(disks);
    assertThat(back.judge()).isEmpty();
  }

  /** Somebody made it anew for another disk, just before its claim came. */
  @Test
  void aClaimThatFindsAnotherDiskIsNotUsed() {
    ObjectRef volume =
        ObjectRef.core(
            "PersistentVolume",
            "",
            source.stored(SPOOL).orElseThrow().at("spec", "volumeName").asText());
    End end =
        rehearsal.run(
            request -> {
              if (request.cluster().equals("target")
                  && request.verb().equals("create")
                  && request.object().filter(SPOOL::equals).isPresent()) {
                Manifest made = target.stored(volume).orElseThrow();
                rehearsal.deletedByOthers(rehearsal.scene.clusters.target(), volume);
                rehearsal.scene.clock.advance(Duration.ofSeconds(10));
                rehearsal.scene.clusters.target().load(ofAnotherDisk(made));
              }
              return new Fault.None();
            });
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2205);
              assertThat(problem.what()).contains("not to its own disk");
            });
    assertThat(target.stored(WRITER)).isEmpty();
  }

  private static final String SIDE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: side}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: aside, namespace: side, labels: {migrator.dev/protect-from: duplication}}
      spec:
        replicas: 1
        selector: {matchLabels: {app: aside}}
        template:
          metadata: {labels: {app: aside}}
          spec: {containers: [{name: aside, image: "registry.example/aside:1"}]}
      ---
      """;

  /** What was decided of a claim holds for it on the way back, whoever else lives there. */
  @Test
  void disksComeHomeFromANamespaceThatWasTwo(@TempDir Path folder) {
    Rehearsal unmapped =
        new Rehearsal(
            Scenes.varied(
                folder,
                "disks",
                "include: [small]",
                "include: [small, side]",
                "include: [namespaces, ",
                "include: [",
                "  - {match: {driver: csi.example.com}, via: handOver}",
                """
                  - {match: {driver: csi.example.com, namespace: small}, via: handOver}
                  - {match: {driver: csi.example.com}, via: empty}\
                """,
                "gates: {afterCopy: auto}",
                "gates: {afterCopy: auto}\nmappings: {namespaces: {small: other, side: other}}",
                "apiVersion: apps/v1\nkind: StatefulSet",
                SIDE + "apiVersion: apps/v1\nkind: StatefulSet"));
    unmapped
        .scene
        .clusters
        .target()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}
                """));
    unmapped.scene.clock.advance(Duration.ofMinutes(1));
    Rehearsal there = unmapped.planAgain();
    Map<ObjectRef, Disk> disks = DiskChecker.claims(there.scene.clusters.source());
    assertThat(CrashMatrixTest.isDone(there.run())).isTrue();
    assertThat(DiskChecker.claims(there.scene.clusters.target())).hasSize(disks.size());
    Rehearsal back = there.backward(there.wayBack().plan());
    End end = back.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    back.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(DiskChecker.claims(there.scene.clusters.source())).isEqualTo(disks);
    assertThat(back.judge()).isEmpty();
  }

  private static Manifest ofAnotherDisk(Manifest volume) {
    return volume.edit(
        tree -> {
          tree.remove("status");
          tree.withObjectProperty("metadata")
              .remove(List.of("uid", "resourceVersion", "annotations", "finalizers"));
          tree.withObjectProperty("spec").withObjectProperty("csi").put("volumeHandle", "another");
        });
  }
}
