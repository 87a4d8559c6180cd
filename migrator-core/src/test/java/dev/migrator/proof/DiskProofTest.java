package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.memory.Disk;
import dev.migrator.cluster.memory.DiskEvent;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.StoredChange;
import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.proof.Rehearsal.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a disk that is handed over, where somebody or something works against it. */
@Timeout(300)
class DiskProofTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  private final Rehearsal rehearsal = new Rehearsal(Scenes.named("disks"));
  private final MemoryCluster source = rehearsal.scene.clusters.source();
  private final MemoryCluster target = rehearsal.scene.clusters.target();
  private final ObjectRef volume =
      ObjectRef.core(
          "PersistentVolume",
          "",
          source.world().stored(SPOOL).orElseThrow().at("spec", "volumeName").asText());
  private final Disk disk =
      Disk.of(source.world().stored(volume).orElseThrow().tree()).orElseThrow();

  private static boolean is(Request request, String cluster, String verb, ObjectRef ref) {
    return request.cluster().equals(cluster)
        && request.verb().equals(verb)
        && request.object().filter(ref::equals).isPresent();
  }

  private static void restored(Rehearsal rehearsal) {
    End end = rehearsal.perform(WayBackMatrixTest::restore);
    assertThat(((End.Ended) end).ended().outcome()).isEqualTo(Outcome.RESTORED);
  }

  private String policy(World world) {
    return world.stored(volume).orElseThrow().at("spec", "persistentVolumeReclaimPolicy").asText();
  }

  private static List<ErrorCode> problems(End end) {
    return ((End.Ended) end).ended().problems().stream().map(problem -> problem.code()).toList();
  }

  @Test
  void aClaimIsDeletedWhenNoNodeHasItsDisk() {
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    Map<ObjectRef, Disk> disks =
        source.world().history().stream()
            .flatMap(change -> change.after().stream())
            .filter(object -> object.kind().equals("PersistentVolume"))
            .collect(
                Collectors.toMap(
                    v ->
                        ObjectRef.core(
                            "PersistentVolumeClaim",
                            v.at("spec", "claimRef", "namespace").asText(),
                            v.at("spec", "claimRef", "name").asText()),
                    v -> Disk.of(v.tree()).orElseThrow(),
                    (one, other) -> one));
    List<StoredChange> deletions =
        source.world().history().stream()
            .filter(change -> change.byRequest() && disks.containsKey(change.object().ref()))
            .filter(change -> change.before().filter(o -> !o.isBeingDeleted()).isPresent())
            .filter(change -> change.after().filter(o -> !o.isBeingDeleted()).isEmpty())
            .toList();
    assertThat(deletions).hasSize(3);
    assertThat(deletions)
        .allSatisfy(
            deletion ->
                assertThat(
                        attachedAt(
                            deletion.sequence(),
                            Objects.requireNonNull(disks.get(deletion.object().ref()))))
                    .isFalse());
  }

  private boolean attachedAt(long sequence, Disk of) {
    boolean attached = false;
    for (DiskEvent event : rehearsal.scene.clusters.disks().log()) {
      if (event.sequence() <= sequence && event.disk().equals(of)) {
        attached =
            switch (event.what()) {
              case ATTACHED -> true;
              case DETACHED -> false;
              case CREATED,
                  RESTORED,
                  CAPTURED,
                  READ,
                  FILLED,
                  FORGOTTEN,
                  FOUND,
                  DELETED,
                  REFUSED,
                  WRITING,
                  WRITTEN ->
                  attached;
            };
      }
    }
    return attached;
  }

  /** A node that lost its network does not take a disk from its status. */
  @Test
  void aDiskThatANodeStillNamesIsWaitedFor(@TempDir Path folder) {
    Rehearsal impatient =
        new Rehearsal(
            Scenes.varied(folder, "disks", "onDrainTimeout: wait", "onDrainTimeout: abort"));
    MemoryCluster old = impatient.scene.clusters.source();
    String named =
        Disk.of(
                old.world().everything().stream()
                    .filter(object -> object.kind().equals("PersistentVolume"))
                    .filter(v -> v.at("spec", "claimRef", "name").asText().equals("spool"))
                    .findFirst()
                    .orElseThrow()
                    .tree())
            .orElseThrow()
            .onNodes();
    End end =
        impatient.run(
            request -> {
              if (is(request, "source", "delete", WRITER)) {
                old.load(
                    Manifest.parse(
                        """
                        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "lost"},
                         "status": {"volumesInUse": ["%s"]}}
                        """
                            .formatted(named)));
              }
              return new Fault.None();
            });
    assertThat(problems(end)).contains(ErrorCode.M2104);
    assertThat(old.world().stored(SPOOL)).isPresent();
    assertThat(impatient.judge()).isEmpty();
  }

  @Test
  void aClaimWhoseVolumeWasGivenItsPolicyBackIsNotDeleted() {
    End end =
        rehearsal.run(
            request -> {
              if (request.cluster().equals("source")
                  && request.verb().equals("list")
                  && request.resource().startsWith("volumeattachments")
                  && policy(source.world()).equals("Retain")) {
                Manifest unused =
                    source
                        .world()
                        .edit(
                            volume,
                            tree ->
                                tree.withObjectProperty("spec")
                                    .put("persistentVolumeReclaimPolicy", "Delete"));
              }
              return new Fault.None();
            });
    assertThat(problems(end)).contains(ErrorCode.M2205);
    assertThat(source.world().stored(SPOOL)).isPresent();
    assertThat(rehearsal.scene.clusters.disks().existing()).contains(disk);
  }

  /** Without its claim, a volume that got its policy back is a deleted disk. */
  @Test
  void aVolumeIsRetainedUntilItsClaimIsBack() {
    End end =
        rehearsal.run(
            FaultScript.when(
                request -> is(request, "source", "delete", SPOOL),
                new Fault.Crash(Fault.Crash.Moment.AFTER_RESPONSE)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    IndependentChecker unusedChecker = rehearsal.checker.mayRestore();
    End unused =
        rehearsal.run(
            FaultScript.when(
                request -> is(request, "source", "create", SPOOL),
                new Fault.Answer(new ClusterFailure.Forbidden("a policy denies it"))),
            WayBackMatrixTest::restore);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(policy(source.world())).isEqualTo("Retain");
    assertThat(rehearsal.scene.clusters.disks().existing()).contains(disk);
    restored(rehearsal);
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(policy(source.world())).isEqualTo("Delete");
    assertThat(source.world().stored(SPOOL).orElseThrow().at("status", "phase").asText())
        .isEqualTo("Bound");
    assertThat(rehearsal.judge()).isEmpty();
  }

  /** Somebody started a pod on it at the target, which the run knows nothing of. */
  @Test
  void aDiskThatIsInUseAtTheTargetIsNotBroughtBack() {
    End end =
        rehearsal.run(
            FaultScript.when(
                request -> is(request, "target", "create", WRITER),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    target.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "look", "namespace": "small"},
             "spec": {"containers": [{"name": "look", "image": "registry.example/look:1",
                       "volumeMounts": [{"name": "spool", "mountPath": "/spool"}]}],
                      "volumes": [{"name": "spool",
                                   "persistentVolumeClaim": {"claimName": "spool"}}]}}
            """));
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(rehearsal.scene.clusters.disks().attachedTo(disk)).isNotEmpty();
    IndependentChecker unusedChecker = rehearsal.checker.mayRestore();
    End unused = rehearsal.perform(WayBackMatrixTest::restore);
    assertThat(source.world().stored(WRITER)).isEmpty();
    assertThat(source.world().stored(SPOOL)).isEmpty();
    assertThat(target.world().stored(SPOOL))
        .hasValueSatisfying(claim -> assertThat(claim.isBeingDeleted()).isFalse());
    assertThat(Set.copyOf(rehearsal.judge())).noneMatch(broken -> broken.startsWith("D"));
  }

  /** One of two works at the target already: the disk stays with it, and so does the other. */
  @Test
  void whatSharesADiskIsNotTakenFromIt() {
    ObjectRef sweep = new ObjectRef("batch", "CronJob", "small", "sweep");
    End end =
        rehearsal.run(
            FaultScript.when(
                request -> is(request, "target", "patch", sweep),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    IndependentChecker unusedChecker = rehearsal.checker.mayRestore();
    restored(rehearsal);
    assertThat(target.world().stored(sweep).orElseThrow().at("spec", "suspend").asBoolean())
        .isFalse();
    assertThat(source.world().stored(sweep)).isEmpty();
    assertThat(rehearsal.judge()).isEmpty();
    Rehearsal back = rehearsal.backward(rehearsal.wayBack().plan());
    assertThat(CrashMatrixTest.isDone(back.run())).isTrue();
    assertThat(back.judge()).isEmpty();
    assertThat(source.world().stored(sweep)).isPresent();
    assertThat(source.world().stored(WRITER)).isPresent();
    assertThat(DiskChecker.claims(source)).containsEntry(SPOOL, disk);
  }
}
