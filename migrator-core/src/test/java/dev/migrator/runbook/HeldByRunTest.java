package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Scenes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What another run has stopped is not taken for what somebody wants. */
@Timeout(120)
class HeldByRunTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  private static final ObjectRef CONSUMER =
      new ObjectRef("apps", "Deployment", "small", "consumer");
  private static final ObjectRef SCALER =
      new ObjectRef("keda.sh", "ScaledObject", "small", "consumer");

  @Test
  void aSecondPlanIsBlockedByWhatTheFirstRunStopped() {
    Scene first = new Scene(PlanCase.named("web-shop"));
    dies(first, "delete", BILLING);
    assertThat(Origin.isStopped(at(first.clusters.source(), BILLING))).isTrue();

    Scene second = first.planAgain();
    assertThat(held(second.plan))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.object()).contains(BILLING);
              assertThat(finding.message()).contains(Scene.RUN);
              assertThat(finding.remedy()).contains("migrator resume " + Scene.RUN);
            });
    second.run = "r-second";
    assertThat(
            catchThrowableOfType(dev.migrator.model.ProblemException.class, second::apply)
                .problem()
                .code())
        .isEqualTo(ErrorCode.M1107);

    ApplyRunbookTest.assertMoved(first, first.resume());
    assertThat(held(first.planAgain().plan)).isEmpty();
  }

  /** A second run on the same clusters. */
  private static Scene waitingAtItsGate(Scene first) {
    Scene second = first.planAgain();
    second.run = "r-second";
    second.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(second.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    return second;
  }

  @Test
  void aRunThatWaitedLeavesAloneWhatAnotherStoppedMeanwhile() {
    Scene first = new Scene(PlanCase.named("web-shop"));
    Scene second = waitingAtItsGate(first);
    dies(first, "delete", BILLING);

    second.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    RunEvent.RunEnded ended = second.resume();
    assertThat(ended.problems())
        .anyMatch(
            p ->
                p.code() == ErrorCode.M2205 && p.what().contains("run " + Scene.RUN + " holds it"));
    assertThat(at(first.clusters.source(), BILLING).annotations().get(Origin.STOPPED))
        .startsWith(Scene.RUN);
    assertThat(first.clusters.target().world().stored(BILLING)).isEmpty();
  }

  @Test
  void aScalerThatAnotherRunPausedHoldsWhatItScales() {
    Scene first = new Scene(Scenes.named("scaled"));
    Scene second = waitingAtItsGate(first);
    dies(first, "patch", CONSUMER);
    assertThat(Origin.isPaused(at(first.clusters.source(), SCALER), Scene.RUN)).isTrue();
    assertThat(Origin.isStopped(at(first.clusters.source(), CONSUMER))).isFalse();

    assertThat(held(first.planAgain().plan))
        .extracting(finding -> finding.object().orElseThrow())
        .containsExactly(SCALER);
    second.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    assertThat(second.resume().problems())
        .anyMatch(
            p ->
                p.code() == ErrorCode.M2205 && p.what().contains("run " + Scene.RUN + " holds it"));
    assertThat(Origin.isStopped(at(first.clusters.source(), CONSUMER))).isFalse();
  }

  /** What a killed run left inert at the target is not taken for what somebody wants there. */
  @Test
  void whatTheFirstRunCreatedAndDidNotActivateBlocksEveryOtherPlan() {
    Scene first = new Scene(PlanCase.named("web-shop"));
    diesAtTarget(first, "patch", BILLING);
    assertThat(at(first.clusters.target(), BILLING).at("spec", "suspend").asBoolean()).isTrue();

    assertThat(
            held(
                Planning.plan(
                    /* source= */ first.clusters.target(),
                    /* target= */ first.clusters.source(),
                    first.plan.settings(),
                    PlanningOptions.defaults())))
        .extracting(finding -> finding.object().orElseThrow())
        .containsExactly(BILLING);

    ApplyRunbookTest.assertMoved(first, first.resume());
    assertThat(at(first.clusters.target(), BILLING).annotations()).doesNotContainKey(Origin.HELD);
    assertThat(at(first.clusters.target(), BILLING).at("spec", "suspend").asBoolean()).isFalse();
  }

  /** The source has it no more, the target not yet: only the folder of all runs knows of it. */
  @Test
  void noRunBeginsWhileAnotherHasSomethingInTransit() {
    Scene first = new Scene(PlanCase.named("web-shop"));
    diesAtTarget(first, "create", BILLING);
    Scene second = first.planAgain();
    second.run = "r-second";
    second.disk = first.disk;
    assertThat(second.plan.objectsByRef()).doesNotContainKey(BILLING);

    var problem =
        catchThrowableOfType(dev.migrator.model.ProblemException.class, second::apply).problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.M1301);
    assertThat(problem.next().getFirst()).isEqualTo("migrator resume " + Scene.RUN);

    ApplyRunbookTest.assertMoved(first, first.resume());
    assertThat(first.planAgain().apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
  }

  private static void diesAtTarget(Scene scene, String verb, ObjectRef object) {
    scene.target = mortal(scene, scene.clusters.target(), verb, object);
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.target = scene.clusters.target();
  }

  private static void dies(Scene scene, String verb, ObjectRef object) {
    scene.source = mortal(scene, scene.clusters.source(), verb, object);
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.source = scene.clusters.source();
    scene.clock.advance(Duration.ofMinutes(5));
  }

  /** The process dies right before it sends that request for the object. */
  private static FaultyCluster mortal(
      Scene scene, MemoryCluster cluster, String verb, ObjectRef object) {
    return new FaultyCluster(
        cluster,
        "mortal",
        FaultScript.when(
            r -> r.verb().equals(verb) && r.object().filter(object::equals).isPresent(),
            new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)),
        new Traffic(),
        new ProcessLife(),
        scene.clock);
  }

  private static List<Finding> held(Plan plan) {
    return plan.findings().stream().filter(f -> f.code().equals("held-by-run")).toList();
  }

  private static Manifest at(MemoryCluster cluster, ObjectRef ref) {
    return cluster.world().stored(ref).orElseThrow();
  }
}
