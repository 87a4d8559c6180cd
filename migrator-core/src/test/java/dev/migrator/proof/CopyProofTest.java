package dev.migrator.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Problem;
import dev.migrator.plan.Step;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.ApplyRunbook;
import dev.migrator.runbook.Scene;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data that movers copy: ahead, and in the pause. */
@Timeout(300)
class CopyProofTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");

  /** How many points are between two stops; a prime, so that all kinds of points are met. */
  private static final int STRIDE = 41;

  private final Rehearsal rehearsal = new Rehearsal(Scenes.named("copies"));
  private final MemoryCluster source = rehearsal.scene.clusters.source();
  private final MemoryCluster target = rehearsal.scene.clusters.target();

  private void whole(End end) {
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  @Test
  void everyClaimIsFilledFromItsOwn() {
    whole(rehearsal.run());
    assertThat(DiskChecker.claims(target)).hasSize(4);
    assertThat(DiskChecker.claims(source)).hasSize(4);
    assertThat(rehearsal.scene.events)
        .anyMatch(
            event ->
                event instanceof RunEvent.Notice notice
                    && notice
                        .message()
                        .equals(
                            "mover simulated leaves a box of small/spool in"
                                + " registry.example/mover:1"));
    assertThat(rehearsal.scene.events)
        .as("how far it is, by the mover's log")
        .anyMatch(
            event ->
                event instanceof RunEvent.StepWaiting waiting
                    && waiting.why().matches("at the source, job/.* is Running, 1 B of 2 B.*"));
  }

  @Test
  void theStepsStandAheadAndInThePause() {
    List<String> steps =
        rehearsal.scene.plan.steps().stream().map(Step::id).map(id -> id.text()).toList();
    assertThat(steps)
        .containsSubsequence(
            "copy:" + SPOOL, "precopy:" + SPOOL, "gate:afterCopy", "quiesce:" + WRITER)
        .containsSubsequence(
            "drain:" + WRITER, "capture:" + SPOOL, "fill:" + SPOOL, "delete:" + WRITER)
        .containsSubsequence("inert:" + WRITER, "tidy:" + SPOOL);
  }

  /** What is carried, and when, depends on what works with it. */
  @Test
  void thePlanOfEverySceneIsReadAsItWasWritten() {
    for (PlanCase example : Scenes.small()) {
      Scene scene = new Scene(example);
      assertThat(PlanFile.read(new StringReader(new String(scene.planBytes(), UTF_8))))
          .as("%s", example)
          .isEqualTo(scene.plan);
    }
  }

  /** Somebody tries the target's claim out while nothing is there yet. */
  @Test
  void nothingIsWrittenUnderAPodOfTheTarget() {
    End end =
        rehearsal.run(
            FaultScript.when(
                request ->
                    request.cluster().equals("source")
                        && request.verb().equals("patch")
                        && request.object().filter(WRITER::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    target.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "try", "namespace": "small"},
             "spec": {"containers": [{"name": "try", "image": "registry.example/try:1",
                 "volumeMounts": [{"name": "spool", "mountPath": "/spool"}]}],
               "volumes": [{"name": "spool", "persistentVolumeClaim": {"claimName": "spool"}}]}}
            """));
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    Problem problem = problem(rehearsal.run());
    assertThat(problem.code()).isEqualTo(ErrorCode.M2202);
    assertThat(problem.what()).contains("pvc/small/spool", "pod/small/try");
    assertThat(target.world().stored(WRITER)).isEmpty();
  }

  /** What the mover says is passed on; in the first pass nothing was stopped yet. */
  @Test
  void aFileThatCannotBeReadFailsTheCopyAheadByName(@TempDir Path folder) {
    Rehearsal failing =
        new Rehearsal(
            Scenes.varied(
                folder,
                "copies",
                "duration-seconds: \"20\"",
                "exit-code: \"3\", sim.migrator.dev/last-words: \"mover: failure lost/ledger.db:"
                    + " permission denied\""));
    Problem problem = problem(failing.run());
    assertThat(problem.code()).isEqualTo(ErrorCode.M2113);
    assertThat(problem.why()).contains("source", "lost/ledger.db: permission denied");
    Manifest writer = failing.scene.clusters.source().world().stored(WRITER).orElseThrow();
    assertThat(writer.at("spec", "replicas").asInt()).isEqualTo(1);
    assertThat(failing.judge()).isEmpty();
    isTakenBack(failing);
  }

  @Test
  void whatDiffersAtTheTargetIsNotUsed(@TempDir Path folder) {
    Rehearsal differing =
        new Rehearsal(
            Scenes.varied(
                folder,
                "copies",
                "duration-seconds: \"21\"",
                "last-words: \"mover: result files=1 bytes=1 skipped=0 digest=bad0\""));
    Problem problem = problem(differing.run());
    assertThat(problem.code()).isEqualTo(ErrorCode.M2113);
    assertThat(problem.why()).contains("is not what the source has", "bad0");
    assertThat(differing.scene.clusters.target().world().stored(WRITER)).isEmpty();
    assertThat(differing.scene.clusters.target().world().everything())
        .as("what differed begins anew")
        .noneMatch(object -> object.name().contains("-target-final"));
    isTakenBack(differing);
  }

  /** A node may be drained, and its pods deleted, before anybody read what they said. */
  @Test
  void aJobWhoseLastWordsAreGoneBeginsAnew() {
    End end =
        rehearsal.run(
            FaultScript.when(
                request ->
                    request.verb().equals("get")
                        && request.object().filter(CopyProofTest::isLastPass).isPresent()
                        && endedAtSource(request.object().orElseThrow()),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    List<ObjectRef> pods =
        source.world().everything().stream()
            .filter(object -> object.kind().equals("Pod"))
            .filter(object -> object.labels().containsKey(Origin.TRANSFER))
            .map(Manifest::ref)
            .toList();
    assertThat(pods).isNotEmpty();
    pods.forEach(pod -> rehearsal.deletedByOthers(source, pod));
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    whole(rehearsal.run());
  }

  private static boolean isLastPass(ObjectRef ref) {
    return ref.kind().equals("Job") && ref.name().endsWith("-source-final");
  }

  private boolean endedAtSource(ObjectRef job) {
    return source
        .world()
        .stored(job)
        .filter(found -> found.at("status", "succeeded").asInt() > 0)
        .isPresent();
  }

  /** Without the secret of the transfer nothing is begun that the other cluster could not read. */
  @Test
  void withoutThePlansKeyNothingIsCopied() {
    Problem problem =
        problem(
            rehearsal.perform(
                scene ->
                    ApplyRunbook.apply(
                        scene.runContext(scene.created(Scene.RUN, Optional.empty())), scene.plan)));
    assertThat(problem.code()).isEqualTo(ErrorCode.M2113);
    assertThat(problem.why()).contains("key");
    assertThat(rehearsal.leftOver()).isEmpty();
  }

  /** Movers whose Jobs run at once, the target's first. */
  @Test
  void stoppedAnywhereACopyByTwoJobsAtOnceIsResumedToItsEnd(@TempDir Path folder) {
    PlanCase together = Scenes.varied(folder, "copies", "together: false", "together: true");
    Rehearsal undisturbed = new Rehearsal(together);
    assertThat(CrashMatrixTest.isDone(undisturbed.run())).isTrue();
    assertThat(undisturbed.judge()).isEmpty();
    Random random = new Random(20260302);
    for (int stop = random.nextInt(STRIDE); stop < undisturbed.points(); stop += STRIDE) {
      Rehearsal stopped = new Rehearsal(together);
      End end = stopped.runUntil(stop);
      stopped.powerFails(random);
      stopped.scene.clock.advance(
          CrashMatrixTest.PAUSES.get(random.nextInt(CrashMatrixTest.PAUSES.size())));
      End resumed = stopped.run();
      assertThat(CrashMatrixTest.isDone(resumed))
          .as("stop %d: %s, %s", stop, end, resumed)
          .isTrue();
      assertThat(stopped.judge()).as("stop %d: %s", stop, end).isEmpty();
      assertThat(stopped.leftOver()).as("stop %d: %s", stop, end).isEmpty();
    }
  }

  private static Problem problem(End end) {
    assertThat(end).isInstanceOf(End.Ended.class);
    return ((End.Ended) end).ended().problems().getFirst();
  }

  private static void isTakenBack(Rehearsal rehearsal) {
    End end = rehearsal.perform(WayBackMatrixTest::rollback);
    assertThat(end).isInstanceOf(End.Ended.class);
    assertThat(((End.Ended) end).ended().outcome())
        .as("%s", ((End.Ended) end).ended().problems())
        .isEqualTo(Outcome.ROLLED_BACK);
    assertThat(rehearsal.leftOver()).isEmpty();
    assertThat(rehearsal.judge()).noneMatch(broken -> broken.startsWith("D"));
  }
}
