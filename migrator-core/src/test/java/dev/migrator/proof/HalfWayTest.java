package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.Request;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.RollbackRunbook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ways back of a run that stopped in the middle: nothing is passed by in silence. */
@Timeout(300)
class HalfWayTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  private static final ObjectRef SCALER =
      new ObjectRef("keda.sh", "ScaledObject", "small", "consumer");
  private static final int STOPS = 40;

  @Test
  void whatIsAtNeitherClusterIsBroughtBack() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End end = deniedByAPolicy(rehearsal);
    assertThat(((End.Ended) end).ended().outcome()).isEqualTo(Outcome.BLOCKED);
    assertThat(rehearsal.scene.clusters.source().world().stored(BILLING)).isEmpty();
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();

    assertThat(refused(rehearsal).why()).contains(RefText.of(BILLING) + " is at neither cluster");
    assertThat(rehearsal.inTransit()).containsOnlyKeys(BILLING);
    assertBroughtBack(rehearsal);
  }

  @Test
  void whatIsStoppedAtTheSourceGoesOnThere() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End end =
        rehearsal.run(
            FaultScript.when(
                is("source", "patch", BILLING),
                new Fault.Crash(Fault.Crash.Moment.AFTER_RESPONSE)));
    assertDied(rehearsal, end);
    assertThat(isActiveAtSource(rehearsal, BILLING)).isFalse();

    assertThat(refused(rehearsal).why())
        .contains(RefText.of(BILLING) + " is stopped at the source");
    assertBroughtBack(rehearsal);
  }

  /** The inert copy goes from the target before the source's begins anew. */
  @Test
  void whatDoesNothingYetAtTheTargetIsBroughtBack() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End end =
        rehearsal.run(
            FaultScript.when(
                is("target", "create", BILLING),
                new Fault.Crash(Fault.Crash.Moment.AFTER_RESPONSE)));
    assertDied(rehearsal, end);
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isPresent();
    assertBroughtBack(rehearsal);
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();
  }

  /** The process dies while its create is on its way to the target. */
  @Test
  void aCopyThatArrivesLateGoesFromTheTarget() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End end = rehearsal.dieWhileItIsSent(is("target", "create", BILLING), Duration.ofSeconds(50));
    assertDied(rehearsal, end);
    assertBroughtBack(rehearsal);
    rehearsal.scene.clock.advance(Duration.ofMinutes(2));
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();
    assertThat(rehearsal.judge()).isEmpty();
  }

  /** The activation arrived, and its response was lost: it is handed over, and the plan has it. */
  @Test
  void whatWorksAtTheTargetStaysThereUntilItsPlan() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End end =
        rehearsal.run(
            FaultScript.when(
                request ->
                    is("target", "patch", BILLING).test(request)
                        && !request.resource().endsWith("/status"),
                new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    assertDied(rehearsal, end);
    assertThat(refused(rehearsal).why()).contains("was not seen to work there");
    assertRestored(rehearsal);
    assertThat(rehearsal.wayBack().plan().objectsByRef()).containsKey(BILLING);
    assertThat(isActiveAtSource(rehearsal, BILLING)).isFalse();
    Rehearsal back = rehearsal.backward(rehearsal.wayBack().plan());
    assertThat(CrashMatrixTest.isDone(back.run())).isTrue();
    assertThat(isActiveAtSource(rehearsal, BILLING)).isTrue();
    assertThat(back.judge()).isEmpty();
  }

  /** Somebody made one of the same name at the target meanwhile. */
  @Test
  void aStrangerAtTheTargetForbidsToBringBack() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End unused = deniedByAPolicy(rehearsal);
    rehearsal.createdByOthers(rehearsal.scene.clusters.target(), BILLING);
    End end = restore(rehearsal);
    assertThat(((End.Ended) end).ended().outcome()).isEqualTo(Outcome.BLOCKED);
    assertThat(((End.Ended) end).ended().problems().getFirst().why())
        .contains(RefText.of(BILLING) + " is not brought back");
    assertThat(rehearsal.scene.clusters.source().world().stored(BILLING)).isEmpty();
  }

  /** What was brought back does not go on forward, and its copies can be taken back. */
  @Test
  void whatIsRestoredIsRolledBackAndNotResumed() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End died =
        rehearsal.run(
            FaultScript.when(
                is("source", "delete", BILLING), new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    assertDied(rehearsal, died);
    assertRestored(rehearsal);
    End forward = rehearsal.run();
    assertThat(((End.Refused) forward).problem().problem().code()).isEqualTo(ErrorCode.M1006);
    IndependentChecker unused = rehearsal.checker.mayUndo();
    assertRolledBack(rehearsal);
    assertThat(
            rehearsal.scene.clusters.target().world().everything().stream()
                .filter(o -> o.annotations().containsKey("migrator.dev/origin")))
        .isEmpty();
    assertThat(isActiveAtSource(rehearsal, BILLING)).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
  }

  /**
   * The process dies while the request that stops is on its way, and the rollback comes at once.
   */
  @Test
  void aStopThatArrivesLateIsTakenBackToo() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    End end = rehearsal.dieWhileItIsSent(is("source", "patch", BILLING), Duration.ofSeconds(50));
    assertDied(rehearsal, end);
    assertThat(isActiveAtSource(rehearsal, BILLING)).isTrue();
    IndependentChecker checker = rehearsal.checker.mayUndo();
    assertRolledBack(rehearsal);
    rehearsal.scene.clock.advance(Duration.ofMinutes(2));
    assertThat(isActiveAtSource(rehearsal, BILLING)).isTrue();
    assertThat(checker.compareWithBefore()).isEmpty();
  }

  /** The process dies between the pause of a scaler and the stop of what it scales. */
  @Test
  void aPauseOfAScalerAloneIsTakenBackToo() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    End end =
        rehearsal.run(
            FaultScript.when(
                is("source", "patch", SCALER), new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)));
    assertDied(rehearsal, end);
    IndependentChecker checker = rehearsal.checker.mayUndo();
    assertRolledBack(rehearsal);
    assertThat(rehearsal.scene.clusters.source().world().stored(SCALER).orElseThrow().annotations())
        .doesNotContainKey("autoscaling.keda.sh/paused-replicas");
    assertThat(checker.compareWithBefore()).isEmpty();
  }

  private static Predicate<Request> is(String cluster, String verb, ObjectRef ref) {
    return request ->
        request.cluster().equals(cluster)
            && request.verb().equals(verb)
            && request.object().filter(ref::equals).isPresent();
  }

  private static void assertDied(Rehearsal rehearsal, End end) {
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
  }

  private static void assertRolledBack(Rehearsal rehearsal) {
    End back =
        rehearsal.perform(s -> RollbackRunbook.rollback(s.runContext(s.directory()), s.plan));
    assertThat(((End.Ended) back).ended().outcome()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  void aScalerThatTheRunPausedIsNamed() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    assertThat(rehearsal.wayBack().paused()).containsExactly(SCALER);
  }

  /** Paused, it would hold what came back at 0. */
  @Test
  void aScalerOfWhatCameBackIsWokenWhenTheRunIsTakenBack() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    Rehearsal back = rehearsal.backward(rehearsal.wayBack().plan());
    assertThat(CrashMatrixTest.isDone(back.run())).isTrue();
    assertRolledBack(rehearsal);
    assertThat(rehearsal.scene.clusters.source().world().stored(SCALER).orElseThrow().annotations())
        .doesNotContainKeys("autoscaling.keda.sh/paused-replicas", "migrator.dev/paused");
  }

  /** What was handed over and is at neither cluster, because somebody deleted it there. */
  @Test
  void whatIsNoLongerAtTheTargetIsNamed() {
    Rehearsal rehearsal = new Rehearsal(PlanCase.named("web-shop"));
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    rehearsal.deletedByOthers(rehearsal.scene.clusters.target(), BILLING);
    assertThat(rehearsal.wayBack().gone()).containsExactly(BILLING);
  }

  /** Wherever the run stopped: what is in transit comes back, and the rest by its plan. */
  @Test
  void fromWhereverARunStoppedEverythingComesBack() {
    long seed = Long.getLong("proof.seed", 20261124);
    Random random = new Random(seed);
    int inTransit = 0;
    int stops = 0;
    for (PlanCase example : List.of(PlanCase.named("web-shop"), Scenes.named("scaled"))) {
      Rehearsal undisturbed = new Rehearsal(example);
      End unused = undisturbed.run();
      Rehearsal before = new Rehearsal(example);
      for (int i = 0; i < STOPS; i++) {
        int stop = undisturbed.points() * i / STOPS + random.nextInt(undisturbed.points() / STOPS);
        Rehearsal rehearsal = new Rehearsal(example);
        End died = rehearsal.runUntil(stop);
        rehearsal.processIsKilled();
        if (rehearsal.image().vault().isEmpty()) {
          continue;
        }
        String where = example + " stop " + stop + " " + died + " (-Dproof.seed=" + seed + ")";
        stops++;
        if (!rehearsal.inTransit().isEmpty()) {
          inTransit++;
          assertRestored(rehearsal);
        }
        RollbackRunbook.Way way = rehearsal.wayBack();
        assertThat(way.gone()).as(where).isEmpty();
        if (!way.plan().steps().isEmpty()) {
          Rehearsal back = rehearsal.backward(way.plan());
          assertThat(CrashMatrixTest.isDone(back.run())).as(where).isTrue();
        }
        for (ObjectRef ref : handedOver(rehearsal)) {
          assertThat(isActiveAtSource(rehearsal, ref))
              .as(where + " " + ref)
              .isEqualTo(isActiveAtSource(before, ref));
        }
      }
    }
    System.out.printf("way back from %d stops, %d of them in transit%n", stops, inTransit);
    assertThat(inTransit).isPositive();
    assertThat(stops).isGreaterThan(inTransit);
  }

  /** The target's admission refuses what has left the source. */
  private static End deniedByAPolicy(Rehearsal rehearsal) {
    return rehearsal.run(
        FaultScript.when(
            is("target", "create", BILLING),
            new Fault.Answer(new ClusterFailure.Forbidden("a policy denies it"))));
  }

  private static End restore(Rehearsal rehearsal) {
    IndependentChecker unused = rehearsal.checker.mayRestore();
    return rehearsal.perform(s -> RollbackRunbook.restore(s.runContext(s.directory()), s.plan));
  }

  private static void assertRestored(Rehearsal rehearsal) {
    End end = restore(rehearsal);
    assertThat(((End.Ended) end).ended().problems()).isEmpty();
    assertThat(((End.Ended) end).ended().outcome()).isEqualTo(Outcome.RESTORED);
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(rehearsal.inTransit()).isEmpty();
  }

  private static void assertBroughtBack(Rehearsal rehearsal) {
    assertRestored(rehearsal);
    assertThat(isActiveAtSource(rehearsal, BILLING)).isTrue();
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();
  }

  private static Problem refused(Rehearsal rehearsal) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> rehearsal.wayBack());
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1110);
    return refused.problem();
  }

  private static List<ObjectRef> handedOver(Rehearsal rehearsal) {
    List<ObjectRef> refs = new ArrayList<>();
    for (Step step : rehearsal.scene.plan.steps()) {
      if (step instanceof Step.OnObject delete && delete.is(Verb.DELETE)) {
        refs.add(delete.object());
      }
    }
    return refs;
  }

  /** There, and without our mark and our values: of what both cases hand over. */
  private static boolean isActiveAtSource(Rehearsal rehearsal, ObjectRef ref) {
    return rehearsal
        .scene
        .clusters
        .source()
        .world()
        .stored(ref)
        .filter(HalfWayTest::isActive)
        .isPresent();
  }

  private static boolean isActive(Manifest live) {
    return !live.annotations().containsKey("migrator.dev/quiesced")
        && !live.annotations().containsKey("autoscaling.keda.sh/paused")
        && !live.at("spec", "suspend").asBoolean(false)
        && live.at("spec", "replicas").asInt(1) > 0;
  }
}
