package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.memory.DiskEvent;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.Rebuilding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people and other runs do to claims whose data is carried, and what must not come of it. */
@Timeout(300)
class CarriedDataHazardsTest {

  private static final ObjectRef DB = new ObjectRef("apps", "StatefulSet", "small", "db");
  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  /** Before this line of the scene more objects may be added. */
  private static final String NEXT = "# Taken while it is in use";

  private final Rehearsal rehearsal = new Rehearsal(Scenes.named("snapshots"));
  private final MemoryCluster source = rehearsal.scene.clusters.source();
  private final MemoryCluster target = rehearsal.scene.clusters.target();

  private static boolean is(Request request, String cluster, String verb, ObjectRef ref) {
    return request.cluster().equals(cluster)
        && request.verb().equals(verb)
        && request.object().filter(ref::equals).isPresent();
  }

  private static List<ErrorCode> problems(End end) {
    assertThat(end).isInstanceOf(End.Ended.class);
    return ((End.Ended) end).ended().problems().stream().map(problem -> problem.code()).toList();
  }

  private static List<String> findings(Rehearsal planned, Severity severity) {
    return planned.scene.plan.findings().stream()
        .filter(finding -> finding.severity() == severity)
        .map(finding -> finding.code() + " " + finding.object().orElseThrow().name())
        .toList();
  }

  private static Finding finding(Rehearsal planned, String code, String name) {
    return planned.scene.plan.findings().stream()
        .filter(f -> f.code().equals(code) && f.object().orElseThrow().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void scale(MemoryCluster cluster, ObjectRef ref, int replicas) {
    Objects.requireNonNull(
        cluster
            .world()
            .edit(ref, tree -> tree.withObjectProperty("spec").put("replicas", replicas)));
  }

  private static FaultScript dies(String cluster, String verb, ObjectRef ref) {
    return FaultScript.when(
        request -> is(request, cluster, verb, ref),
        new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND));
  }

  private void passes(int minutes) {
    rehearsal.scene.clock.advance(Duration.ofMinutes(minutes));
  }

  /** A run that got as far as the target's claims, and all of it taken back again. */
  private void movedAndTakenBack() {
    assertThat(rehearsal.run(dies("target", "create", WRITER))).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    passes(3);
    IndependentChecker unused = rehearsal.checker.mayRestore();
    assertThat(((End.Ended) rehearsal.perform(WayBackMatrixTest::restore)).ended().outcome())
        .isEqualTo(Outcome.RESTORED);
    passes(3);
    assertThat(((End.Ended) rehearsal.perform(WayBackMatrixTest::rollback)).ended().outcome())
        .isEqualTo(Outcome.ROLLED_BACK);
    passes(15);
  }

  /** The claims stay with their data, which is as old as that run. */
  @Test
  void theClaimsOfAnEarlierRunAreNotTakenForThisOnes() {
    movedAndTakenBack();
    Rehearsal again = rehearsal.planAgain();
    assertThat(findings(again, Severity.BLOCKER))
        .containsExactlyInAnyOrder("old-data data-db-0", "old-data data-db-1", "old-data spool");
    assertThat(finding(again, "old-data", "spool").remedy())
        .contains("kubectl --context new delete pvc spool -n small");
    assertThat(findings(again, Severity.WARNING)).contains("other-data uploads");
  }

  /** By a plan that is older than that run. */
  @Test
  void theClaimsOfARunBetweenPlanAndApplyAreNotTakenForThisOnes() {
    String uid = source.world().stored(SPOOL).orElseThrow().uid();
    for (String left :
        List.of(
            """
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "small"}}
            """,
            """
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "earlier"},
             "spec": {"capacity": {"storage": "5Gi"}, "accessModes": ["ReadWriteMany"],
               "storageClassName": "fast", "persistentVolumeReclaimPolicy": "Delete",
               "claimRef": {"namespace": "small", "name": "spool"},
               "csi": {"driver": "csi.example.com", "volumeHandle": "earlier"}}}
            """,
            """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": "spool", "namespace": "small", "annotations":
               {"migrator.dev/origin": "r-earlier/%1$s/-"}},
             "spec": {"accessModes": ["ReadWriteMany"], "storageClassName": "fast",
               "resources": {"requests": {"storage": "5Gi"}},
               "dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot",
                 "name": "migrator-%1$s"}}}
            """
                .formatted(uid))) {
      target.load(Manifest.parse(left));
    }
    passes(1);
    End end = rehearsal.run();
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2202);
              assertThat(problem.what()).contains("pvc/small/spool of an earlier run");
            });
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(target.world().stored(WRITER)).isEmpty();
  }

  /** The target has a volume that somebody set aside for a claim of this name. */
  @Test
  void aClaimThatGetsAnotherVolumeIsNotUsed() {
    target.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "aside"},
             "spec": {"capacity": {"storage": "5Gi"}, "accessModes": ["ReadWriteMany"],
               "storageClassName": "fast", "persistentVolumeReclaimPolicy": "Retain",
               "claimRef": {"namespace": "small", "name": "spool"},
               "csi": {"driver": "csi.example.com", "volumeHandle": "aside"}}}
            """));
    passes(1);
    End end = rehearsal.run();
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2202);
              assertThat(problem.why()).contains("pv/aside is older");
            });
    assertThat(target.world().stored(WRITER)).isEmpty();
  }

  /** It lies at the target from an earlier run, which could not tidy up. */
  @Test
  void aClaimIsNotMadeFromTheSnapshotOfAnEarlierRun() {
    String uid = source.world().stored(SPOOL).orElseThrow().uid();
    target.load(
        Manifest.parse(
            """
            {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
             "metadata": {"name": "migrator-%1$s", "namespace": "small", "annotations":
               {"migrator.dev/origin": "r-earlier/%1$s/-"}},
             "spec": {"source": {"volumeSnapshotContentName": "migrator-%1$s"}}}
            """
                .formatted(uid)));
    passes(1);
    assertThat(findings(rehearsal.planAgain(), Severity.BLOCKER)).containsExactly("old-data spool");
    // By a plan that is older.
    assertThat(problems(rehearsal.run())).contains(ErrorCode.M2202);
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(target.world().stored(WRITER)).isEmpty();
  }

  /** Somebody scales it up while a person looks at the gate. */
  @Test
  void aStatefulSetThatGrewAfterThePlanKeepsItsData() {
    boolean[] isGrown = {false};
    End end =
        rehearsal.run(
            request -> {
              if (!isGrown[0] && is(request, "target", "create", ObjectRef.namespace("small"))) {
                isGrown[0] = true;
                scale(source, DB, 3);
                passes(5);
              }
              return new Fault.None();
            });
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2205);
              assertThat(problem.why()).contains("pvc/small/data-db-2");
            });
    assertThat(source.world().stored(DB).orElseThrow().at("spec", "replicas").asInt()).isEqualTo(3);
    assertThat(target.world().stored(DB)).isEmpty();
  }

  /** Of somebody who looks after something, and ends before the workload is deleted. */
  @Test
  void aPodThatWroteAfterTheCaptureIsSeen() {
    boolean[] isLooked = {false};
    End end =
        rehearsal.run(
            request -> {
              if (!isLooked[0] && is(request, "source", "delete", WRITER)) {
                isLooked[0] = true;
                source.load(
                    Manifest.parse(
                        """
                        {"apiVersion": "v1", "kind": "Pod",
                         "metadata": {"name": "look", "namespace": "small",
                           "annotations": {"sim.migrator.dev/duration-seconds": "20"}},
                         "spec": {"restartPolicy": "Never",
                           "containers": [{"name": "look", "image": "registry.example/look:1",
                             "volumeMounts": [{"name": "spool", "mountPath": "/spool"}]}],
                           "volumes": [{"name": "spool",
                             "persistentVolumeClaim": {"claimName": "spool"}}]}}
                        """));
                passes(2);
                return new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND);
              }
              return new Fault.None();
            });
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    passes(3);
    End resumed = rehearsal.run();
    assertThat(((End.Ended) resumed).ended().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2205);
              assertThat(problem.what()).contains("pod/small/look");
            });
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(target.world().stored(WRITER)).isEmpty();
    assertThat(rehearsal.judge()).noneMatch(broken -> broken.startsWith("D"));
  }

  /** What ends only when it is deleted is captured after that. */
  @Test
  void aBarePodTakesItsDataAlong(@TempDir Path folder) {
    Rehearsal bare =
        new Rehearsal(
            Scenes.varied(
                folder,
                "snapshots",
                "statefulsets.apps, ",
                "statefulsets.apps, pods, replicasets.apps, ",
                NEXT,
                Scenes.BARE_POD + NEXT));
    End end = bare.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(bare.judge()).isEmpty();
    assertThat(bare.leftOver()).isEmpty();
    assertThat(DiskChecker.claims(bare.scene.clusters.target()))
        .containsKey(ObjectRef.core("PersistentVolumeClaim", "small", "bare"));
  }

  /** The migration file says for how long, and what then. */
  @Test
  void aDiskThatIsInUseIsWaitedForAsTheFileSays(@TempDir Path folder) {
    Rehearsal patient = new Rehearsal(Scenes.named("snapshots"));
    assertThat(inUseFor(patient, 30)).isInstanceOf(End.Ended.class);
    assertThat(patient.judge()).isEmpty();
    Rehearsal impatient =
        new Rehearsal(
            Scenes.varied(folder, "snapshots", "onDrainTimeout: wait", "onDrainTimeout: abort"));
    End end = inUseFor(impatient, 30);
    assertThat(problems(end)).containsExactly(ErrorCode.M2104);
    assertThat(((End.Ended) end).ended().problems().getFirst().next())
        .anyMatch(next -> next.startsWith("migrator rollback r-test"));
  }

  /** Somebody's pod, which is no part of the plan. */
  private static End inUseFor(Rehearsal rehearsal, int minutes) {
    rehearsal
        .scene
        .clusters
        .source()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "Pod",
                 "metadata": {"name": "look", "namespace": "small",
                   "annotations": {"sim.migrator.dev/duration-seconds": "%s"}},
                 "spec": {"restartPolicy": "Never",
                   "containers": [{"name": "look", "image": "registry.example/look:1",
                     "volumeMounts": [{"name": "spool", "mountPath": "/spool"}]}],
                   "volumes": [{"name": "spool",
                     "persistentVolumeClaim": {"claimName": "spool"}}]}}
                """
                    .formatted(minutes * 60)));
    return rehearsal.run();
  }

  @Test
  void aRebuiltJournalDoesNotCaptureWhatTheTargetHas() {
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    passes(3);
    rehearsal.journalIsLost();
    End end =
        rehearsal.perform(
            scene -> {
              Rebuilding.rebuild(scene.runContext(scene.directory()), scene.plan, question -> true);
              return scene.resume();
            });
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  /** Its controller owns them, and what a controller owns stays with it, but for its data. */
  @Test
  void aStatefulSetThatDeletesItsClaimsTakesTheirDataAlong(@TempDir Path folder) {
    Rehearsal owned =
        new Rehearsal(
            Scenes.varied(
                folder,
                "snapshots",
                "  serviceName: db\n",
                "  serviceName: db\n"
                    + "  persistentVolumeClaimRetentionPolicy:"
                    + " {whenDeleted: Delete, whenScaled: Delete}\n"));
    assertThat(CrashMatrixTest.isDone(owned.run())).isTrue();
    owned.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(DiskChecker.claims(owned.scene.clusters.target()).keySet())
        .extracting(ObjectRef::name)
        .contains("data-db-0");
    assertThat(owned.scene.clusters.disks().log())
        .filteredOn(event -> event.what() == DiskEvent.What.RESTORED)
        .hasSize(DiskChecker.claims(owned.scene.clusters.target()).size());
    assertThat(DiskChecker.claims(owned.scene.clusters.source()).keySet())
        .extracting(ObjectRef::name)
        .contains("data-db-0");
    assertThat(owned.judge()).isEmpty();
    assertThat(owned.leftOver()).isEmpty();
  }

  /** Its account may not read the snapshot, for one. */
  @Test
  void whatTheTargetCannotImportIsNotDeletedAtTheSource() {
    End end =
        rehearsal.run(
            request ->
                request.cluster().equals("target")
                        && request.verb().equals("create")
                        && request.resource().startsWith("volumesnapshotcontents")
                        && request
                            .object()
                            .filter(ref -> !ref.name().contains(uploads()))
                            .isPresent()
                    ? new Fault.Answer(new ClusterFailure.Forbidden("a policy denies it"))
                    : new Fault.None());
    assertThat(problems(end)).isNotEmpty();
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(source.world().stored(DB)).isPresent();
    passes(3);
    assertThat(((End.Ended) rehearsal.perform(WayBackMatrixTest::rollback)).ended().outcome())
        .isEqualTo(Outcome.ROLLED_BACK);
    assertThat(source.world().stored(WRITER).orElseThrow().at("spec", "replicas").asInt())
        .isEqualTo(1);
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  /** The uid of the claim that is captured in use, before the pause. */
  private String uploads() {
    return source
        .world()
        .stored(ObjectRef.core("PersistentVolumeClaim", "small", "uploads"))
        .orElseThrow()
        .uid();
  }

  /** A driver may round up; a claim that asks for less would wait for ever. */
  @Test
  void aSnapshotThatIsLargerThanTheClaimIsNoticedBeforeAnythingIsDeleted() {
    ObjectRef volume =
        ObjectRef.core(
            "PersistentVolume",
            "",
            source.world().stored(SPOOL).orElseThrow().at("spec", "volumeName").asText());
    Objects.requireNonNull(
        source
            .world()
            .edit(
                volume,
                tree ->
                    tree.withObjectProperty("spec")
                        .withObjectProperty("capacity")
                        .put("storage", "8Gi")));
    End end = rehearsal.run();
    assertThat(((End.Ended) end).ended().problems())
        .anySatisfy(
            problem ->
                assertThat(problem.why())
                    .contains("no less than 8589934592, and the target's claim asks for 5Gi"));
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(target.world().stored(WRITER)).isEmpty();
  }

  /** One disk goes along and home, the other data stays where it was carried to. */
  @Test
  void aStatefulSetOfTwoWaysComesHome(@TempDir Path folder) {
    Rehearsal there =
        new Rehearsal(
            Scenes.varied(
                folder,
                "snapshots",
                "  - {match: {driver: csi.example.com}, via: snapshot}",
                """
                  - {match: {claim: "wal-*"}, via: handOver}
                  - {match: {driver: csi.example.com}, via: snapshot}\
                """,
                "  volumeClaimTemplates:\n",
                """
                  volumeClaimTemplates:
                    - metadata: {name: wal}
                      spec:
                        accessModes: [ReadWriteOnce]
                        storageClassName: fast
                        resources: {requests: {storage: 1Gi}}
                """,
                "volumeMounts: [{name: data, mountPath: /data}]",
                "volumeMounts: [{name: data, mountPath: /data}, {name: wal, mountPath: /wal}]"));
    assertThat(CrashMatrixTest.isDone(there.run())).isTrue();
    assertThat(there.judge()).isEmpty();
    Rehearsal back = there.backward(there.wayBack().plan());
    // What was written to it meanwhile does not come home, and that is said.
    assertThat(findings(back, Severity.WARNING)).contains("other-data db", "other-data spool");
    End end = back.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(back.judge()).isEmpty();
    assertThat(DiskChecker.claims(there.scene.clusters.source()))
        .containsKey(ObjectRef.core("PersistentVolumeClaim", "small", "wal-db-0"));
  }
}
