package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.TargetCheck;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs with a {@code ttlSecondsAfterFinished} end at the target, and are gone. */
@Timeout(60)
class TidiedAwayTest {

  private static final ObjectRef COPIED = job("copied");
  private static final ObjectRef CREATED = job("created");
  private static final ObjectRef BILLING = job("billing");
  private static final ObjectRef LATER = job("later");

  private final Scene scene =
      new Scene(new PlanCase(Path.of("src/test/resources/jobs-that-tidy-up")));
  private final MemoryCluster target = scene.clusters.target();

  @Test
  void whatRanToItsEndIsNotMissing() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    letAllEnd();
    assertThat(verify()).isEmpty();
    assertThat(Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan).kept())
        .doesNotContainKeys(COPIED, CREATED, BILLING);
  }

  @Test
  void whatWasNeverBegunIsMissing() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    somebodyDeletes(LATER);
    assertThat(verify()).extracting(TargetCheck.Mismatch::ref).containsExactly(LATER);
  }

  @Test
  void whatEndedBeforeItsActivationWasWrittenDownIsDone() {
    scene.target = faulty(patch -> new Fault.Crash(Fault.Crash.Moment.AFTER_SEND));
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.target = target;
    letAllEnd();
    assertThat(scene.resume().problems()).isEmpty();
    assertThat(activation()).map(StepOutcome::result).contains(Result.OBSERVED);
    assertThat(verify()).isEmpty();
  }

  /** The refusal says that it was not activated. */
  @Test
  void whatSomebodyDeletedBeforeItsActivationIsMissing() {
    scene.target =
        faulty(
            patch -> {
              somebodyDeletes(BILLING);
              return new Fault.None();
            });
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2202);
    scene.target = target;
    assertThat(scene.resume().problems()).extracting(p -> p.code()).contains(ErrorCode.M2202);
    assertThat(verify()).extracting(TargetCheck.Mismatch::ref).contains(BILLING);
  }

  private static ObjectRef job(String name) {
    return new ObjectRef("batch", "Job", "work", name);
  }

  private void letAllEnd() {
    scene.clock.advance(Duration.ofMinutes(30));
    assertThat(List.of(COPIED, CREATED, BILLING))
        .allMatch(ref -> target.world().stored(ref).isEmpty());
  }

  private void somebodyDeletes(ObjectRef ref) {
    Optional<Manifest> unused =
        target.delete(
            ServedTypes.named("batch/v1", "Job"),
            ref,
            new Deletion("", "", Deletion.Propagation.BACKGROUND));
  }

  private List<TargetCheck.Mismatch> verify() {
    return Verifying.verify(scene.source, scene.target, scene.directory(), scene.plan);
  }

  private Optional<StepOutcome> activation() {
    return scene
        .directory()
        .readJournal()
        .state()
        .step(new StepId("activate:" + BILLING))
        .outcome();
  }

  /** Patches of Jobs at the target go wrong: only an activation is one. */
  private Cluster faulty(Function<Request, Fault> fault) {
    return scene.faulty(
        scene.target,
        request ->
            request.verb().equals("patch") && request.resource().equals("jobs.batch")
                ? fault.apply(request)
                : new Fault.None());
  }
}
