package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.RollbackRunbook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run that dies between a Deployment's create and its pause can be taken back. */
@Timeout(120)
class PausedRolloutBackTest {

  private static final ObjectRef WEB = ObjectRef.parse("Deployment.apps/shop/web");
  private static final ObjectRef MAILER = ObjectRef.parse("Deployment.apps/shop/mailer");

  private final Rehearsal rehearsal = pausedAtSource();

  private static Rehearsal pausedAtSource() {
    Rehearsal first = new Rehearsal(PlanCase.named("web-shop"));
    for (ObjectRef ref : List.of(WEB, MAILER)) {
      Manifest unused =
          first
              .scene
              .clusters
              .source()
              .world()
              .edit(ref, tree -> tree.withObjectProperty("spec").put("paused", true));
    }
    first.scene.clock.advance(Duration.ofSeconds(10));
    return first.planAgain();
  }

  private void diesAtThePauseOf(ObjectRef ref) {
    End end =
        rehearsal.run(
            FaultScript.when(
                request ->
                    request.cluster().equals("target")
                        && request.verb().equals("patch")
                        && request.object().filter(ref::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    assertThat(atTarget(ref).orElseThrow().at("spec", "paused").asBoolean()).isFalse();
  }

  private Optional<Manifest> atTarget(ObjectRef ref) {
    return rehearsal.scene.clusters.target().world().stored(ref);
  }

  @Test
  void anInertCopyIsTakenBack() {
    diesAtThePauseOf(MAILER);
    assertThat(rehearsal.inTransit()).containsKey(MAILER);
    IndependentChecker unused = rehearsal.checker.mayRestore();
    End end = rehearsal.perform(s -> RollbackRunbook.restore(s.runContext(s.directory()), s.plan));
    assertThat(((End.Ended) end).ended().outcome()).isEqualTo(Outcome.RESTORED);
    assertThat(atTarget(MAILER)).isEmpty();
    Manifest back = rehearsal.scene.clusters.source().world().stored(MAILER).orElseThrow();
    assertThat(back.at("spec", "paused").asBoolean()).isTrue();
    assertThat(back.at("spec", "replicas").asInt()).isPositive();
  }

  @Test
  void aCopyIsTakenBack() {
    diesAtThePauseOf(WEB);
    IndependentChecker unused = rehearsal.checker.mayUndo();
    End end = rehearsal.perform(s -> RollbackRunbook.rollback(s.runContext(s.directory()), s.plan));
    assertThat(((End.Ended) end).ended().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(((End.Ended) end).ended().problems()).isEmpty();
    assertThat(atTarget(WEB)).isEmpty();
  }

  @Test
  void thePauseIsAnnouncedBeforeItIsSent() {
    diesAtThePauseOf(WEB);
    assertThat(rehearsal.image().journal())
        .anyMatch(record -> record.toString().contains("\"paused:" + WEB + "\""));
  }
}
