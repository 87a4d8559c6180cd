package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.proof.Rehearsal.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data that comes to the target as a snapshot of the source's volume. */
@Timeout(300)
class SnapshotProofTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  private final Rehearsal rehearsal = new Rehearsal(Scenes.named("snapshots"));
  private final MemoryCluster source = rehearsal.scene.clusters.source();
  private final MemoryCluster target = rehearsal.scene.clusters.target();

  private static boolean is(Request request, String cluster, String verb, ObjectRef ref) {
    return request.cluster().equals(cluster)
        && request.verb().equals(verb)
        && request.object().filter(ref::equals).isPresent();
  }

  private void whole(End end) {
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  @Test
  void everyClaimIsMadeFromASnapshotOfItsOwn() {
    whole(rehearsal.run());
    List<ObjectRef> claims =
        rehearsal.scene.plan.objects().stream()
            .map(PlannedObject::ref)
            .filter(ref -> ref.kind().equals("PersistentVolumeClaim"))
            .toList();
    assertThat(claims).hasSize(4);
    assertThat(claims)
        .allSatisfy(
            claim -> {
              assertThat(source.world().stored(claim)).isPresent();
              assertThat(target.world().stored(claim).orElseThrow().at("status", "phase").asText())
                  .isEqualTo("Bound");
            });
    assertThat(DiskChecker.claims(target)).hasSize(4);
  }

  @Test
  void theStepsStandInThePause() {
    List<String> steps =
        rehearsal.scene.plan.steps().stream().map(Step::id).map(id -> id.text()).toList();
    assertThat(steps)
        .containsSubsequence(
            "drain:" + WRITER,
            "capture:" + SPOOL,
            "fill:" + SPOOL,
            "delete:" + WRITER,
            "inert:" + WRITER,
            "tidy:" + SPOOL);
  }

  /** Somebody sets a stopped workload going while the tool is away, and stops it again. */
  @Test
  void whatWroteAfterTheCaptureIsNotDeleted() {
    End end =
        rehearsal.run(
            FaultScript.when(
                request -> is(request, "source", "delete", WRITER),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    scale(1);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    scale(0);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    End resumed = rehearsal.run();
    assertThat(problems(resumed)).contains(ErrorCode.M2205);
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(target.world().stored(WRITER)).isEmpty();
    IndependentChecker unused = rehearsal.checker.mayRestore();
    isTakenBack(rehearsal.perform(WayBackMatrixTest::restore), Outcome.RESTORED);
  }

  private static List<ErrorCode> problems(End end) {
    assertThat(end).isInstanceOf(End.Ended.class);
    return ((End.Ended) end).ended().problems().stream().map(problem -> problem.code()).toList();
  }

  private void scale(int replicas) {
    Objects.requireNonNull(
        source
            .world()
            .edit(WRITER, tree -> tree.withObjectProperty("spec").put("replicas", replicas)));
  }

  private void isTakenBack(End end, Outcome outcome) {
    assertThat(end).isInstanceOf(End.Ended.class);
    assertThat(((End.Ended) end).ended().outcome())
        .as("%s", ((End.Ended) end).ended().problems())
        .isEqualTo(outcome);
    assertThat(rehearsal.leftOver()).isEmpty();
    assertThat(rehearsal.judge()).noneMatch(broken -> broken.startsWith("D"));
  }

  /** Its data may be as old as that run. */
  @Test
  void whatAnEarlierRunLeftIsNotTakenForOurs() {
    ObjectRef uploads = ObjectRef.core("PersistentVolumeClaim", "small", "uploads");
    String uid = source.world().stored(uploads).orElseThrow().uid();
    source.load(
        Manifest.parse(
            """
            {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
             "metadata": {"name": "migrator-%1$s", "namespace": "small", "annotations":
               {"migrator.dev/origin": "r-earlier/%1$s/-"}},
             "spec": {"volumeSnapshotClassName": "fast",
                      "source": {"persistentVolumeClaimName": "uploads"}}}
            """
                .formatted(uid)));
    rehearsal.scene.clock.advance(Duration.ofMinutes(1));
    assertThat(problems(rehearsal.run())).contains(ErrorCode.M2202);
    assertThat(DiskChecker.claims(target)).doesNotContainKey(uploads);
  }

  /** Of a replica that is not there today. */
  @Test
  void theSnapshotOfAClaimThatNobodyUsesYetIsKept(@TempDir Path folder) {
    Rehearsal late =
        new Rehearsal(
            Scenes.varied(
                folder,
                "snapshots",
                "gates: {afterCopy: auto}",
                "gates: {afterCopy: auto}\nmappings: {storageClasses: {fast: late}}",
                "deletionPolicy: Delete",
                """
                deletionPolicy: Delete
                ---
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: late}
                provisioner: csi.example.com
                reclaimPolicy: Delete
                volumeBindingMode: WaitForFirstConsumer\
                """));
    End end = late.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(late.judge()).isEmpty();
    ObjectRef unused = ObjectRef.core("PersistentVolumeClaim", "small", "data-db-1");
    assertThat(DiskChecker.claims(late.scene.clusters.target()))
        .hasSize(3)
        .doesNotContainKey(unused);
    String uid = late.scene.clusters.source().world().stored(unused).orElseThrow().uid();
    assertThat(late.leftOver())
        .filteredOn(left -> left.contains("cluster"))
        .hasSize(3)
        .filteredOn(left -> !left.contains("snapcontent"))
        .hasSize(2)
        .allSatisfy(left -> assertThat(left).contains("migrator-" + uid));
  }

  @Test
  void aRollbackLeavesNothingOfIt() {
    End end =
        rehearsal.run(
            FaultScript.when(
                request -> request.cluster().equals("source") && request.verb().equals("delete"),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    assertThat(rehearsal.leftOver()).isNotEmpty();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    isTakenBack(rehearsal.perform(WayBackMatrixTest::rollback), Outcome.ROLLED_BACK);
  }
}
