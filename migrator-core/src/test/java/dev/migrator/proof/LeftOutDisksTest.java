package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.Disk;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.Interruption;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.SharedFate;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.ApplyRunbook;
import dev.migrator.runbook.LeavingOut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left out of a run in its middle, where others work with the same data. */
@Timeout(300)
class LeftOutDisksTest {

  private static final ObjectRef SPOOL = ObjectRef.core("PersistentVolumeClaim", "small", "spool");
  private static final ObjectRef WRITER = new ObjectRef("apps", "Deployment", "small", "writer");
  private static final ObjectRef SWEEP = new ObjectRef("batch", "CronJob", "small", "sweep");

  private static Rehearsal atTheGate(String scene) {
    Rehearsal rehearsal = new Rehearsal(Scenes.named(scene));
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(rehearsal.run()).isInstanceOf(End.Ended.class);
    rehearsal.processIsKilled();
    rehearsal.scene.clock.advance(Duration.ofMinutes(3));
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    return rehearsal;
  }

  private static End without(Rehearsal rehearsal, Collection<ObjectRef> out) {
    return rehearsal.perform(
        scene -> {
          assertThat(
                  LeavingOut.decide(
                      scene.source,
                      scene.target,
                      scene.directory(),
                      scene.plan,
                      out,
                      "the test",
                      scene.clock::now,
                      question -> true))
              .isTrue();
          scene.interruption = new Interruption();
          return ApplyRunbook.resume(
              scene.runContext(scene.directory()),
              LeavingOut.applied(scene.directory(), scene.plan));
        });
  }

  private static String refusal(Rehearsal rehearsal, ObjectRef out) {
    End end = without(rehearsal, List.of(out));
    assertThat(end).isInstanceOf(End.Refused.class);
    assertThat(((End.Refused) end).problem().problem().code()).isEqualTo(ErrorCode.M1001);
    return String.join("\n", ((End.Refused) end).problem().problem().next());
  }

  /** It would wait for those that stay with everything else stopped, or leave them without it. */
  @Test
  void aDiskGoesWithAllThatWorksOnItOrNotAtAll() {
    Rehearsal disks = atTheGate("disks");
    for (ObjectRef one : List.of(SPOOL, WRITER, SWEEP)) {
      assertThat(refusal(disks, one))
          .contains(
              "migrator resume r-test --leave-out pv/pvc-",
              " --leave-out pvc/small/spool",
              " --leave-out deploy/small/writer",
              " --leave-out cronjob/small/sweep")
          .doesNotContain("db");
    }
  }

  @Test
  void whatIsLeftOutWithItsDiskStaysAtWorkOnIt() {
    Rehearsal disks = atTheGate("disks");
    Map<ObjectRef, Disk> before = DiskChecker.claims(disks.scene.clusters.source());
    End end = without(disks, SharedFate.of(disks.scene.plan).with(SPOOL));
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    disks.scene.clock.advance(Duration.ofMinutes(25));
    assertThat(disks.judge()).isEmpty();
    assertThat(DiskChecker.claims(disks.scene.clusters.source()).get(SPOOL))
        .isEqualTo(before.get(SPOOL));
    assertThat(disks.scene.clusters.source().world().stored(WRITER)).isPresent();
    assertThat(DiskChecker.claims(disks.scene.clusters.target())).hasSize(2);
  }

  @Test
  void whatIsCapturedTogetherIsLeftOutTogether() {
    Rehearsal snapshots = atTheGate("snapshots");
    for (ObjectRef one : List.of(WRITER, SWEEP)) {
      assertThat(refusal(snapshots, one))
          .contains("--leave-out deploy/small/writer", "--leave-out cronjob/small/sweep")
          .doesNotContain("db", "site");
    }
    End end = without(snapshots, SharedFate.of(snapshots.scene.plan).with(WRITER));
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    snapshots.scene.clock.advance(Duration.ofMinutes(25));
    assertThat(snapshots.judge()).isEmpty();
    assertThat(snapshots.leftOver()).isEmpty();
    assertThat(snapshots.scene.clusters.source().world().stored(WRITER)).isPresent();
  }

  @Test
  void whatIsCopiedTogetherIsLeftOutTogether() {
    Rehearsal copies = atTheGate("copies");
    for (ObjectRef one : List.of(WRITER, SWEEP)) {
      assertThat(refusal(copies, one))
          .contains("--leave-out deploy/small/writer", "--leave-out cronjob/small/sweep")
          .doesNotContain("db", "site");
    }
    End end = without(copies, SharedFate.of(copies.scene.plan).with(WRITER));
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    copies.scene.clock.advance(Duration.ofMinutes(25));
    assertThat(copies.judge()).isEmpty();
    assertThat(copies.leftOver()).isEmpty();
    assertThat(copies.scene.clusters.source().world().stored(WRITER)).isPresent();
  }

  /** It would not end: its data is still carried, and nothing that uses it starts without. */
  @Test
  void aClaimWhoseDataIsStillToComeIsNotLeftOut(@TempDir Path folder) {
    Rehearsal copies =
        new Rehearsal(
            Scenes.varied(
                folder,
                "copies",
                "duration-seconds: \"20\"",
                "exit-code: \"3\", sim.migrator.dev/last-words: \"mover: failure x: no\""));
    assertThat(copies.run()).isInstanceOf(End.Ended.class);
    copies.processIsKilled();
    copies.scene.clock.advance(Duration.ofMinutes(3));
    assertThat(refusal(copies, SPOOL)).contains("migrator rollback r-test");
  }
}
