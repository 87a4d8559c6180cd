package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.RollbackRunbook;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Job of which one pod has ended and others have not: the ended pod stays, whatever is done. */
@Timeout(60)
class HalfDoneJobTest {

  private static final ObjectRef IMPORT = new ObjectRef("batch", "Job", "small", "import");
  private static final String QUIESCED = "migrator.dev/quiesced";

  @TempDir Path folder;

  /** Six pods, one after the other, forty seconds each. */
  private Rehearsal sixPods() {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "once",
                "duration-seconds: \"75\"}\nspec:",
                "duration-seconds: \"40\"}\nspec:\n  completions: 6\n  parallelism: 1",
                "10m, onDrainTimeout: wait",
                "1m, onDrainTimeout: terminate",
                "afterCopy: auto",
                "afterCopy: manual"));
    rehearsal.checker.mayTerminate();
    return rehearsal;
  }

  @Test
  void oneThatIsSuspendedIsHandedOver() {
    Rehearsal rehearsal = sixPods();
    rehearsal.scene.clock.advance(Duration.ofSeconds(50));
    Manifest unused =
        rehearsal
            .scene
            .clusters
            .source()
            .world()
            .edit(IMPORT, tree -> tree.withObjectProperty("spec").put("suspend", true));
    rehearsal.scene.clock.advance(Duration.ofSeconds(40));
    Rehearsal again = rehearsal.planAgain();
    assertThat(((End.Ended) again.run()).ended().problems()).isEmpty();
    assertThat(again.scene.clusters.source().world().stored(IMPORT)).isEmpty();
    assertThat(HandOverProofTest.atTarget(again, IMPORT).at("spec", "suspend").asBoolean())
        .isTrue();
  }

  @Test
  void oneThatDoesNotEndInTimeIsSuspendedAndHandedOver() {
    Rehearsal rehearsal = sixPods();
    assertThat(((End.Ended) rehearsal.run()).ended().problems()).isEmpty();
    assertThat(rehearsal.scene.clusters.source().world().stored(IMPORT)).isEmpty();
    assertThat(rehearsal.scene.clusters.target().world().stored(IMPORT)).isPresent();
    assertThat(rehearsal.judge()).isEmpty();
  }

  @Test
  void oneThatWasSuspendedByUsIsSetBackOnTheWayBack() {
    Rehearsal rehearsal = sixPods();
    End end =
        rehearsal.run(
            FaultScript.when(
                r -> r.verb().equals("patch") && r.object().filter(IMPORT::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    IndependentChecker unused = rehearsal.checker.mayRestore();
    assertThat(HandOverProofTest.atSource(rehearsal, IMPORT).at("spec", "suspend").asBoolean())
        .isTrue();
    End back = rehearsal.perform(s -> RollbackRunbook.restore(s.runContext(s.directory()), s.plan));
    assertThat(((End.Ended) back).ended().outcome()).isEqualTo(Outcome.RESTORED);
    assertThat(HandOverProofTest.atSource(rehearsal, IMPORT).at("spec", "suspend").asBoolean())
        .isFalse();
    assertThat(HandOverProofTest.atSource(rehearsal, IMPORT).annotations())
        .doesNotContainKey(QUIESCED);
  }

  /** Jobs with ttlSecondsAfterFinished go by themselves, here while a gate waited. */
  @Test
  void oneThatEndedAndWasTidiedAwayIsNotRunAgain() {
    Rehearsal rehearsal = sixPods();
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(((End.Ended) rehearsal.run()).ended().outcome()).isEqualTo(Outcome.WAITING);
    rehearsal.scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    rehearsal.deletedByOthers(rehearsal.scene.clusters.source(), IMPORT);
    rehearsal.scene.clock.advance(Duration.ofSeconds(60));
    assertThat(((End.Ended) rehearsal.run()).ended().problems()).isEmpty();
    assertThat(rehearsal.scene.clusters.target().world().stored(IMPORT)).isEmpty();
  }
}
