package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.StepThreads;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import dev.migrator.plans.PlanCase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases move from one simulated cluster to another. */
@Timeout(120)
class ApplyRunbookTest {

  static List<PlanCase> cases() {
    return PlanCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseMoves(PlanCase example) {
    Scene scene = new Scene(example);
    assertMoved(scene, scene.apply());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseMovesWithManyAtOnce(PlanCase example) {
    Scene scene = new Scene(example);
    scene.threads = StepThreads.of(scene.clock.threads());
    assertMoved(scene, scene.apply());
  }

  static void assertMoved(Scene scene, RunEvent.RunEnded ended) {
    assertThat(ended.problems()).isEmpty();
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.DONE);
    for (PlannedObject object : scene.plan.objects()) {
      ObjectRef there =
          TargetNames.of(object.ref(), object.apiVersion(), scene.plan.settings().mappings());
      assertThat(scene.clusters.target().world().stored(there)).as("%s", there).isPresent();
    }
    for (Step step : scene.plan.steps()) {
      if (step instanceof Step.OnObject delete && delete.is(Verb.DELETE)) {
        assertThat(scene.clusters.source().world().stored(delete.object()))
            .as("%s at the source", delete.object())
            .isEmpty();
      }
    }
    assertThat(scene.clusters.source().world().stored(dev.migrator.execute.Locks.LEASE)).isEmpty();
    assertThat(scene.clusters.target().world().stored(dev.migrator.execute.Locks.LEASE)).isEmpty();
  }

  @Test
  void aClosedGateLeavesTheSourceAlone() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    ObjectRef billing = new ObjectRef("batch", "CronJob", "shop", "billing");
    assertThat(suspended(scene, billing)).isEqualTo(false);
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    assertMoved(scene, scene.resume());
  }

  private static boolean suspended(Scene scene, ObjectRef ref) {
    return scene
        .clusters
        .source()
        .world()
        .stored(ref)
        .orElseThrow()
        .at("spec", "suspend")
        .asBoolean(false);
  }

  /** A busy cluster can be moved: how many replicas an autoscaler wants is not in the plan. */
  @Test
  void whatAnAutoscalerScalesIsNoChange() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ObjectRef web = new ObjectRef("apps", "Deployment", "shop", "web");
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(web, tree -> tree.withObjectProperty("spec").put("replicas", 5));
    assertMoved(scene, scene.apply());
    assertThat(
            scene
                .clusters
                .target()
                .world()
                .stored(web)
                .map(there -> there.at("spec", "replicas").asInt()))
        .contains(5);
  }

  @Test
  void aChangeSinceThePlanIsRefused() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ObjectRef config = ObjectRef.core("ConfigMap", "shop", "web-config");
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(config, tree -> tree.withObjectProperty("data").put("currency", "JPY"));
    Optional<ProblemException> refused = Optional.empty();
    try {
      scene.apply();
    } catch (ProblemException e) {
      refused = Optional.of(e);
    }
    assertThat(refused).isPresent();
    assertThat(refused.get().problem().code()).isEqualTo(ErrorCode.M1202);
    assertThat(refused.get().problem().why()).contains("web-config");
    assertThat(scene.clusters.target().world().stored(ObjectRef.namespace("shop"))).isEmpty();
  }
}
