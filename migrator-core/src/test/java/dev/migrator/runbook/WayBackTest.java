package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.Interruption;
import dev.migrator.execute.StepThreads;
import dev.migrator.execute.TargetCheck;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Verb;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rollback, prune, verification at a later time, and dead locks. */
@Timeout(120)
class WayBackTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");

  static List<PlanCase> cases() {
    return PlanCase.all();
  }

  private static Manifest stored(MemoryCluster cluster, ObjectRef ref) {
    return cluster.world().stored(ref).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRunThatDeletedNothingIsTakenBack(PlanCase example) {
    Scene scene = new Scene(example);
    int before = scene.clusters.target().world().everything().size();
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    RunEvent.RunEnded back =
        RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
    assertThat(back.problems()).isEmpty();
    assertThat(back.outcome()).isEqualTo(RunEvent.Outcome.ROLLED_BACK);
    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(
            scene.clusters.target().world().everything().stream()
                .filter(o -> !o.kind().equals("Event"))
                .count())
        .isLessThanOrEqualTo(before);
    ProblemException refused = catchThrowableOfType(ProblemException.class, scene::resume);
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1006);
  }

  @Test
  void aRollbackThatShallStopStopsAtACheckpoint() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    scene.interruption = new Interruption();
    RunContext impatient = scene.runContext(scene.directory(), afterOneStep(scene));
    RunEvent.RunEnded stopped = RollbackRunbook.rollback(impatient, scene.plan);
    assertThat(stopped.outcome()).isEqualTo(RunEvent.Outcome.INTERRUPTED);
    assertThat(stopped.done()).isEqualTo(1);
    assertThat(stopped.notStarted()).isPositive();
    assertThat(stopped.problems().getFirst().next())
        .containsExactly("migrator rollback " + Scene.RUN);
    assertThat(scene.clusters.target().world().stored(ObjectRef.namespace("shop"))).isPresent();

    scene.interruption = new Interruption();
    assertThat(RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan).outcome())
        .isEqualTo(RunEvent.Outcome.ROLLED_BACK);
    assertThat(scene.clusters.target().world().stored(ObjectRef.namespace("shop"))).isEmpty();
  }

  @Test
  void aPruneThatShallStopStopsAtACheckpoint() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    PrunePlan prune = Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
    scene.interruption = new Interruption();
    RunContext impatient = scene.runContext(scene.directory(), afterOneStep(scene));
    RunEvent.RunEnded stopped = Pruning.prune(impatient, scene.plan, prune);
    assertThat(stopped.outcome()).isEqualTo(RunEvent.Outcome.INTERRUPTED);
    assertThat(stopped.done()).isEqualTo(1);
    assertThat(stopped.notStarted()).isEqualTo(prune.removed().size() - 1);
    assertThat(PruneUndo.isInterrupted(scene.directory(), scene.plan)).isTrue();
    assertThat(stopped.problems().getFirst().next()).containsExactly("migrator prune " + Scene.RUN);

    scene.interruption = new Interruption();
    PrunePlan rest = Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(rest.removed()).hasSize(prune.removed().size() - 1);
    assertThat(Pruning.prune(scene.runContext(scene.directory()), scene.plan, rest).outcome())
        .isEqualTo(RunEvent.Outcome.DONE);
    assertThat(PruneUndo.isInterrupted(scene.directory(), scene.plan)).isFalse();
  }

  /** A proxy that has lost its way says 404, too. */
  @Test
  void aListThatIsNotFoundDoesNotMakeANamespaceEmpty() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    MemoryCluster target = scene.clusters.target();
    Manifest theirs =
        target.create(
            ServedTypes.named("v1", "ConfigMap"),
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "ConfigMap",
                 "metadata": {"name": "theirs", "namespace": "shop"}}
                """));
    scene.target = lost(target, scene, "list", "configmaps");
    RunEvent.RunEnded unused =
        RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(target.world().stored(theirs.ref())).contains(theirs);
  }

  @Test
  void aDeleteThatIsNotFoundDoesNotMakeACopyGone() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    PrunePlan prune = Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
    MemoryCluster source = scene.clusters.source();
    scene.source = lost(source, scene, "delete", "configmaps");
    RunEvent.RunEnded ended = Pruning.prune(scene.runContext(scene.directory()), scene.plan, prune);
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    scene.source = source;
    assertThat(Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan).removed())
        .isNotEmpty();
  }

  /** Requests of this kind get lost on their way and are answered with 404. */
  private static Cluster lost(MemoryCluster cluster, Scene scene, String verb, String resource) {
    return scene.faulty(
        cluster,
        FaultScript.when(
            request -> request.verb().equals(verb) && request.resource().equals(resource),
            new Fault.Answer(new ClusterFailure.NotFound("404 page not found"))));
  }

  /** Somebody presses Ctrl-C when the first thing is done. */
  private static Consumer<RunEvent> afterOneStep(Scene scene) {
    return event -> {
      if (event instanceof RunEvent.StepDone) {
        scene.interruption.request();
      }
    };
  }

  @Test
  void whatWasChangedAtTheTargetStays() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    ObjectRef config = ObjectRef.core("ConfigMap", "shop", "web-config");
    Manifest unused =
        scene
            .clusters
            .target()
            .world()
            .edit(config, tree -> tree.withObjectProperty("data").put("currency", "JPY"));
    RunEvent.RunEnded back =
        RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
    assertThat(back.problems()).hasSize(1);
    assertThat(back.problems().getFirst().code()).isEqualTo(ErrorCode.M2401);
    assertThat(back.problems().getFirst().why()).contains("web-config");
    assertThat(scene.clusters.target().world().stored(config)).isPresent();
    assertThat(scene.clusters.target().world().stored(WEB)).isEmpty();
  }

  @Test
  void afterTheFirstDeletionTheWayBackIsAMoveOfItsOwn() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    Problem refused = refusedAfterTheMove(scene);
    assertThat(refused.next()).anyMatch(next -> next.contains("--backward"));

    Plan back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan).plan();
    assertThat(back.isBlocked()).as(back.findings().toString()).isFalse();
    assertThat(back.steps().stream().filter(step -> step.is(Verb.DELETE))).hasSize(2);
    Scene way = scene.backward(back);
    RunEvent.RunEnded ended = way.apply();
    assertThat(ended.problems()).isEmpty();
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(scene.clusters.target().world().stored(BILLING)).isEmpty();
    assertThat(stored(scene.clusters.source(), BILLING).at("spec", "suspend").asBoolean(false))
        .isFalse();
    assertThat(scene.clusters.target().world().stored(WEB)).isPresent();
  }

  @Test
  void whatWasHandedOverIsHandedBackWhateverItsLabelsSay() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    label(scene, "migrator.dev/protect-from", "loss");
    RollbackRunbook.Way back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan);
    Scene way = scene.backward(back.plan());
    assertHandsBack(back.plan());
    // What changed meanwhile is planned anew by the same settings.
    label(scene, "migrator.dev/protect-from", "none");
    assertHandsBack(Replanning.again(way.source, way.target, back.plan(), Optional.empty()));
    label(scene, "migrator.dev/protect-from", "loss");
    assertThat(way.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(scene.clusters.target().world().stored(BILLING)).isEmpty();
    assertThat(scene.clusters.source().world().stored(BILLING)).isPresent();
  }

  private static void assertHandsBack(Plan back) {
    assertThat(back.isBlocked()).as(back.findings().toString()).isFalse();
    assertThat(back.handedOver())
        .containsExactlyInAnyOrderElementsOf(
            back.objects().stream().map(PlannedObject::ref).toList())
        .contains(BILLING);
  }

  @Test
  void whatIsLeftOutOfTheWayBackIsNotSaidToBeGone() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    label(scene, "migrator.dev/exclude", "true");
    RollbackRunbook.Way back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(back.gone()).isEmpty();
    assertThat(back.staying()).containsEntry(BILLING, "marked migrator.dev/exclude");
    assertThat(back.plan().objectsByRef()).doesNotContainKey(BILLING);
  }

  @Test
  void whatTheTargetNoLongerHasIsSaidToBeGone() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    Manifest billing = stored(scene.clusters.target(), BILLING);
    assertThat(
            scene
                .clusters
                .target()
                .delete(
                    ServedTypes.named("batch/v1", "CronJob"),
                    BILLING,
                    Deletion.background(billing.uid(), billing.resourceVersion())))
        .isEmpty();
    RollbackRunbook.Way back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(back.gone()).containsExactly(BILLING);
    assertThat(back.staying()).isEmpty();
  }

  private static void label(Scene scene, String key, String value) {
    Manifest unused =
        scene
            .clusters
            .target()
            .world()
            .edit(
                BILLING,
                tree ->
                    tree.withObjectProperty("metadata")
                        .withObjectProperty("labels")
                        .put(key, value));
  }

  /** Nothing is in transit then, so that nobody takes the locks for the run once more. */
  @Test
  void theLocksOfARunThatDiedAtItsEndDoNotKeepTheWayBackOff() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ProcessLife life = new ProcessLife();
    scene.source = diesBeforeUnlocking(scene.clusters.source(), life, scene);
    scene.target = diesBeforeUnlocking(scene.clusters.target(), life, scene);
    assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
    scene.source = scene.clusters.source();
    scene.target = scene.clusters.target();
    Plan back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan).plan();
    removeDeadLocks(scene, scene.directory());
    assertThat(Unlocking.look("source", scene.source, scene.clock.now())).isEmpty();
    assertThat(scene.backward(back).apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(scene.clusters.target().world().stored(BILLING)).isEmpty();
  }

  private static Cluster diesBeforeUnlocking(MemoryCluster cluster, ProcessLife life, Scene scene) {
    return new FaultyCluster(
        cluster,
        "mortal",
        FaultScript.when(
            request -> request.verb().equals("delete") && request.resource().startsWith("leases"),
            new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)),
        new Traffic(),
        life,
        scene.clock);
  }

  @Test
  void aLockIsNotRemovedWhileAProcessOfTheRunIsAtWork() {
    Scene scene = new Scene(PlanCase.named("config-only"));
    scene.gatekeeper =
        (gate, policy) -> {
          ProblemException refused =
              catchThrowableOfType(
                  ProblemException.class, () -> removeDeadLocks(scene, scene.directory()));
          assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1301);
          assertThat(Unlocking.look("source", scene.source, scene.clock.now())).isPresent();
          return Gatekeeper.Answer.OPEN;
        };
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
  }

  @Test
  void theLockOfAnotherRunIsLeftAlone() {
    Scene scene = new Scene(PlanCase.named("config-only"));
    RunDirectory another = scene.created("r-other");
    scene.gatekeeper =
        (gate, policy) -> {
          removeDeadLocks(scene, another);
          assertThat(Unlocking.look("source", scene.source, scene.clock.now())).isPresent();
          return Gatekeeper.Answer.OPEN;
        };
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
  }

  private static void removeDeadLocks(Scene scene, RunDirectory run) {
    Unlocking.removeDead(scene.source, scene.target, run, scene.clock.now(), "another test");
  }

  @Test
  void copiesAreRemovedFromTheSourceOnlyWhereTheTargetHasThem() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    ObjectRef account = ObjectRef.core("ServiceAccount", "shop", "web");
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(account, tree -> tree.put("automountServiceAccountToken", false));
    RunContext runContext = scene.runContext(scene.directory());
    PrunePlan prune = Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan);
    assertThat(prune.removed()).extracting(PrunePlan.Copy::ref).contains(WEB);
    assertThat(prune.kept()).containsKeys(account, ObjectRef.namespace("shop"));
    scene.events.clear();
    assertThat(Pruning.prune(runContext, scene.plan, prune).outcome())
        .isEqualTo(RunEvent.Outcome.DONE);
    assertThat(scene.events)
        .filteredOn(RunEvent.RunStarted.class::isInstance)
        .singleElement()
        .satisfies(
            begun ->
                assertThat(((RunEvent.RunStarted) begun).steps())
                    .isEqualTo(prune.removed().size()));
    assertThat(scene.events)
        .filteredOn(RunEvent.StepDone.class::isInstance)
        .hasSameSizeAs(prune.removed());
    assertThat(scene.events.getLast()).isInstanceOf(RunEvent.RunEnded.class);
    assertThat(scene.clusters.source().world().stored(WEB)).isEmpty();
    assertThat(scene.clusters.source().world().stored(account)).isPresent();
    assertThat(scene.clusters.target().world().stored(WEB)).isPresent();
  }

  /** Moves everything, and asks for the rollback that comes too late. */
  private static Problem refusedAfterTheMove(Scene scene) {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1110);
    return refused.problem();
  }

  @Test
  void aRollbackThatIsRefusedLeavesTheRunDone() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    Problem unused = refusedAfterTheMove(scene);
    assertThat(scene.directory().readJournal().state().finished()).isPresent();
    assertThat(Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan).removed())
        .isNotEmpty();
  }

  @Test
  void nothingIsPrunedBeforeTheRunIsDone() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> Pruning.plan(scene.source, scene.target, scene.directory(), scene.plan));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1107);
  }

  @Test
  void aLaterLookTellsWhatIsNoLongerAsPlanned() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.threads = StepThreads.of(scene.clock.threads());
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(verify(scene)).isEmpty();
    Manifest unused =
        scene
            .clusters
            .target()
            .world()
            .edit(BILLING, tree -> tree.withObjectProperty("spec").put("schedule", "0 3 * * *"));
    assertThat(verify(scene)).extracting(TargetCheck.Mismatch::ref).containsExactly(BILLING);
    assertThat(verify(scene).getFirst().what()).contains("spec.schedule");
  }

  private static List<TargetCheck.Mismatch> verify(Scene scene) {
    return Verifying.verify(scene.source, scene.target, scene.directory(), scene.plan);
  }

  @Test
  void aLockNamesItsHolderAndCanBeRemoved() {
    Scene scene = new Scene(PlanCase.named("config-only"));
    scene.gatekeeper =
        (gate, policy) -> {
          Unlocking.Lock lock =
              Unlocking.look("source", scene.source, scene.clock.now()).orElseThrow();
          assertThat(lock.holder()).contains(Scene.RUN, "the test");
          assertThat(lock.isOver()).isFalse();
          Unlocking.remove(scene.source, lock);
          assertThat(Unlocking.look("source", scene.source, scene.clock.now())).isEmpty();
          return Gatekeeper.Answer.OPEN;
        };
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
  }

  @Test
  void theRolesNameWhatThePlanWrites() {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    String source = role(scene, Roles.Where.SOURCE);
    String target = role(scene, Roles.Where.TARGET);
    assertThat(source)
        .contains("cronjobs", "delete", "leases")
        .doesNotContain("secrets\"],\"verbs\":[\"create");
    assertThat(target).contains("cronjobs/status", "secrets", "create", "deployments");
    for (PlannedObject object : scene.plan.objects()) {
      assertThat(target)
          .contains(object.ref().kind().toLowerCase(java.util.Locale.ROOT).substring(0, 4));
    }
  }

  private static String role(Scene scene, Roles.Where side) {
    return Roles.toApply(scene.plan, scene.source, scene.target, side, java.util.Optional.empty())
        .toString();
  }

  @Test
  void aLostJournalIsMadeAgain() throws java.io.IOException {
    Scene scene = new Scene(PlanCase.named("web-shop"));
    scene.gatekeeper =
        (gate, policy) ->
            gate.equals("afterCopy") ? Gatekeeper.Answer.OPEN : Gatekeeper.Answer.CLOSED;
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.WAITING);
    scene.disk.delete(scene.directory().journalFile());
    // Deleted at the source, and not yet created: only a person knows that it was us.
    Manifest unused = scene.clusters.target().world().edit(BILLING, tree -> {});
    scene
        .clusters
        .target()
        .delete(
            scene.clusters.target().discover().types().stream()
                .filter(t -> t.groupKind().equals("CronJob.batch"))
                .findFirst()
                .orElseThrow(),
            BILLING,
            new dev.migrator.cluster.Deletion(
                unused.uid(), "", dev.migrator.cluster.Deletion.Propagation.BACKGROUND));
    scene.gatekeeper = (gate, policy) -> Gatekeeper.Answer.OPEN;
    RunContext runContext = scene.runContext(scene.directory());
    assertThat(
            catchThrowableOfType(
                    ProblemException.class,
                    () -> Rebuilding.rebuild(runContext, scene.plan, question -> false))
                .problem()
                .code())
        .isEqualTo(ErrorCode.M2205);
    Rebuilding.rebuild(
        runContext,
        scene.plan,
        question -> {
          assertThat(question.atNeither()).containsExactly(BILLING);
          return true;
        });
    ApplyRunbookTest.assertMoved(scene, scene.resume());
  }
}
