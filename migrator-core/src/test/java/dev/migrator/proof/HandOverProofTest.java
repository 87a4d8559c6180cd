package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.StoredChange;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.schedule.CronSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hand-overs do when something comes between, told case by case. */
@Timeout(120)
class HandOverProofTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "small", "billing");
  private static final ObjectRef HOLIDAY = new ObjectRef("batch", "CronJob", "small", "holiday");
  private static final ObjectRef IMPORT = new ObjectRef("batch", "Job", "small", "import");
  private static final ObjectRef MAILER = new ObjectRef("apps", "Deployment", "small", "mailer");
  private static final ObjectRef SETTINGS = ObjectRef.core("ConfigMap", "small", "settings");
  private static final Instant EIGHT = Instant.parse("2026-03-02T08:00:00Z");

  @TempDir Path folder;

  /** The Job of the only slot runs for twenty minutes. */
  private Rehearsal longJob(String onDrainTimeout) {
    return new Rehearsal(
        Scenes.varied(
            folder,
            "cron",
            "\"* * * * *\"",
            "\"1 8 * * *\"",
            "\"20\"",
            "\"1200\"",
            "10m, onDrainTimeout: wait",
            "1m, onDrainTimeout: " + onDrainTimeout));
  }

  @Test
  void workThatDoesNotEndInTimeIsLeftAloneAndMovesLater() {
    Rehearsal rehearsal = longJob("abort");
    Manifest before = atSource(rehearsal, BILLING);
    Problem problem = blocked(rehearsal.run(), ErrorCode.M2104);
    assertThat(problem.what()).contains("billing");
    Manifest after = atSource(rehearsal, BILLING);
    assertThat(after.at("spec")).isEqualTo(before.at("spec"));
    assertThat(after.annotations()).isEqualTo(before.annotations());
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();
    rehearsal.scene.clock.advance(Duration.ofMinutes(30));
    assertMoved(rehearsal, rehearsal.run());
    assertThat(slotsAt(rehearsal.scene.clusters.target())).isEmpty();
  }

  @Test
  void aSecondAttemptThatIsLateAgainSetsBackAgain() {
    Rehearsal rehearsal = longJob("abort");
    blocked(rehearsal.run(), ErrorCode.M2104);
    rehearsal.scene.clock.advance(Duration.ofMinutes(2));
    blocked(rehearsal.run(), ErrorCode.M2104);
    assertThat(atSource(rehearsal, BILLING).at("spec", "suspend").asBoolean()).isFalse();
    assertThat(rehearsal.judge()).isEmpty();
    rehearsal.scene.clock.advance(Duration.ofMinutes(30));
    assertMoved(rehearsal, rehearsal.run());
    assertThat(atTarget(rehearsal, BILLING).at("spec", "suspend").asBoolean()).isFalse();
  }

  @Test
  void whoWaitsMovesWhenTheWorkHasEnded() {
    Rehearsal rehearsal = longJob("wait");
    assertMoved(rehearsal, rehearsal.run());
    assertThat(rehearsal.scene.clock.now()).isAfter(EIGHT.plus(Duration.ofMinutes(21)));
  }

  @Test
  void workIsEndedWhereThePlanSaysSo() {
    Rehearsal rehearsal = longJob("terminate");
    rehearsal.checker.mayTerminate();
    assertMoved(rehearsal, rehearsal.run());
    assertThat(rehearsal.scene.clock.now()).isBefore(EIGHT.plus(Duration.ofMinutes(6)));
  }

  @Test
  void aJobThatIsEndedBeginsAnewAtTheTarget() {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "once",
                "\"75\"",
                "\"1200\"",
                "10m, onDrainTimeout: wait",
                "1m, onDrainTimeout: terminate"));
    rehearsal.checker.mayTerminate();
    assertMoved(rehearsal, rehearsal.run());
    assertThat(atTarget(rehearsal, IMPORT).at("spec", "suspend").asBoolean()).isFalse();
  }

  @Test
  void aJobThatEndsDuringTheMoveIsNotRunAgain() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("once"));
    assertMoved(rehearsal, rehearsal.run());
    assertThat(rehearsal.scene.clusters.target().world().stored(IMPORT)).isEmpty();
  }

  /** The slot of 8:01 runs until 8:03:30; those of 8:02 and 8:03 pass during the move. */
  private Rehearsal twoSlotsPass(String missedRuns) {
    return new Rehearsal(
        Scenes.varied(
            folder, "cron", "\"20\"", "\"150\"", "missedRuns: skip", "missedRuns: " + missedRuns));
  }

  @Test
  void missedSlotsAreSkippedAndReported() {
    Rehearsal rehearsal = twoSlotsPass("skip");
    assertMoved(rehearsal, rehearsal.run());
    assertThat(slotsAt(rehearsal.scene.clusters.target())).isEmpty();
    assertThat(notices(rehearsal)).anyMatch(n -> n.contains("2 slots passed"));
    rehearsal.scene.clock.advance(Duration.ofSeconds(45));
    assertThat(slotsAt(rehearsal.scene.clusters.target())).containsExactly(slot(4));
    assertThat(rehearsal.judge()).isEmpty();
  }

  @Test
  void theLastMissedSlotIsCaughtUpOnce() {
    Rehearsal rehearsal = twoSlotsPass("catchUp");
    assertMoved(rehearsal, rehearsal.run());
    rehearsal.scene.clock.advance(Duration.ofSeconds(15));
    assertThat(slotsAt(rehearsal.scene.clusters.target())).containsExactly(slot(3));
    assertThat(slotsAt(rehearsal.scene.clusters.source())).doesNotContain(slot(2), slot(3));
    assertThat(rehearsal.judge()).isEmpty();
  }

  @Test
  void whatItsOwnerHadSuspendedStaysSuspended() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    assertMoved(rehearsal, rehearsal.run());
    rehearsal.scene.clock.advance(Duration.ofMinutes(10));
    assertThat(atTarget(rehearsal, HOLIDAY).at("spec", "suspend").asBoolean()).isTrue();
    assertThat(jobsOf(rehearsal.scene.clusters.target(), HOLIDAY)).isEmpty();
  }

  @Test
  void howActiveItWasIsRememberedFromBeforeTheFirstTouch() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("serving"));
    for (int round = 0; round < 3; round++) {
      // Each process dies when the answer to its first patch has arrived.
      End end =
          rehearsal.run(
              FaultScript.when(
                  request -> request.verb().equals("patch"),
                  new Fault.Crash(Fault.Crash.Moment.AFTER_RESPONSE)));
      assertThat(end).isInstanceOf(End.Died.class);
      rehearsal.processIsKilled();
      assertThat(rehearsal.judge()).isEmpty();
    }
    assertMoved(rehearsal, rehearsal.run());
    assertThat(atTarget(rehearsal, MAILER).at("spec", "replicas").asInt()).isEqualTo(2);
    List<JsonNode> originals =
        rehearsal.image().journal().stream()
            .filter(r -> r.has("fields") && r.path("object").path("name").asText().equals("mailer"))
            .toList();
    assertThat(originals).isNotEmpty();
    assertThat(originals.getFirst().path("fields").path("spec/replicas").asText()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "annotations: {argocd.argoproj.io/tracking-id: shop-app} | Argo CD Application shop-app",
        "labels: {kustomize.toolkit.fluxcd.io/name: apps} | Flux Kustomization apps",
        "labels: {helm.toolkit.fluxcd.io/name: web} | Flux HelmRelease web"
      })
  void whoCreatesItAgainIsNamedAndTheTargetStaysEmpty(String mark, String owner) {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder, "cron", "  name: billing\n", "  name: billing\n  " + mark + "\n"));
    Manifest original = atSource(rehearsal, BILLING);
    Problem problem =
        blocked(
            rehearsal.run(
                SafeguardsTest.once(
                    r -> isGone(rehearsal, BILLING),
                    () -> rehearsal.scene.clusters.source().load(reborn(original)))),
            ErrorCode.M2201);
    assertThat(problem.why()).contains(owner);
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();
    assertThat(rehearsal.judge()).isEmpty();
    blocked(rehearsal.run(), ErrorCode.M2201);
    rehearsal.deletedByOthers(rehearsal.scene.clusters.source(), BILLING);
    assertDone(rehearsal.run());
    assertThat(rehearsal.judge()).isEmpty();
  }

  @Test
  void aStrangerAtTheTargetIsNeitherOverwrittenNorAdopted() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("once"));
    MemoryCluster target = rehearsal.scene.clusters.target();
    target.load(
        Manifest.parse(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"small\"}}"),
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "ConfigMap",
             "metadata": {"name": "settings", "namespace": "small"}, "data": {"level": "9"}}
            """));
    Manifest stranger = atTarget(rehearsal, SETTINGS);
    Problem problem = blocked(rehearsal.run(), ErrorCode.M2202);
    assertThat(problem.what()).contains("small");
    assertThat(atTarget(rehearsal, SETTINGS)).isEqualTo(stranger);
    assertThat(rehearsal.judge()).isEmpty();
    // The namespace equals ours, and is taken as it is.
    rehearsal.deletedByOthers(target, SETTINGS);
    rehearsal.scene.clock.advance(Duration.ofMinutes(2));
    assertDone(rehearsal.run());
  }

  @Test
  void aStrangerInTheWayOfAHandOverIsSeenBeforeTheSourceIsTouched() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    Manifest before = atSource(rehearsal, BILLING);
    FaultScript intruder =
        SafeguardsTest.once(
            r -> r.verb().equals("create") && r.resource().equals("secrets"),
            () ->
                rehearsal
                    .scene
                    .clusters
                    .target()
                    .load(
                        before.edit(
                            tree -> {
                              tree.withObjectProperty("metadata").remove("uid");
                              tree.withObjectProperty("metadata").remove("resourceVersion");
                              tree.withObjectProperty("spec").put("suspend", true);
                              tree.remove("status");
                            })));
    Problem problem = blocked(rehearsal.run(intruder), ErrorCode.M2202);
    assertThat(problem.what()).contains("billing");
    assertThat(rehearsal.judge()).isEmpty();
    assertThat(atSource(rehearsal, BILLING).at("spec", "suspend").asBoolean()).isFalse();
    rehearsal.deletedByOthers(rehearsal.scene.clusters.target(), BILLING);
    assertMoved(rehearsal, rehearsal.run());
  }

  /**
   * The source may refuse to have it back, too: what is stored is not judged, what is created is.
   */
  @Test
  void whatTheTargetWouldRefuseGoesOnAtTheSource() {
    assertGoesOnAtTheSource(
        new ClusterFailure.Invalid(
            "spec.schedule: cannot use TZ or CRON_TZ in schedule", List.of()));
  }

  /** Such a user may be named in the server's words; no account of a Pod is meant. */
  @Test
  void whatAnAccountMayNotCreateGoesOnAtTheSource() {
    assertGoesOnAtTheSource(
        new ClusterFailure.Forbidden(
            "User \"system:serviceaccount:ops:migrator\" cannot create resource \"cronjobs\""));
  }

  private static void assertGoesOnAtTheSource(ClusterFailure refusal) {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    AtomicBoolean refuses = new AtomicBoolean(true);
    rehearsal
        .scene
        .clusters
        .target()
        .world()
        .refuse(
            body ->
                body.name().equals("billing") && refuses.get()
                    ? Optional.of(refusal)
                    : Optional.empty());
    Problem problem = blocked(rehearsal.run(), ErrorCode.M2101);
    assertThat(problem.what()).contains("billing").contains("is not handed over");
    assertThat(atSource(rehearsal, BILLING).at("spec", "suspend").asBoolean()).isFalse();
    assertThat(rehearsal.judge()).isEmpty();
    refuses.set(false);
    assertMoved(rehearsal, rehearsal.run());
  }

  @Test
  void whatSomebodyWakesUpAgainIsNotDeletedAndMovesLater() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("serving"));
    MemoryCluster source = rehearsal.scene.clusters.source();
    Problem problem =
        blocked(
            rehearsal.run(
                SafeguardsTest.once(
                    r -> r.verb().equals("delete") && r.object().filter(MAILER::equals).isPresent(),
                    () -> {
                      Manifest unused =
                          source
                              .world()
                              .edit(MAILER, t -> t.withObjectProperty("spec").put("replicas", 2));
                    })),
            ErrorCode.M2205);
    assertThat(problem.what()).contains("mailer");
    assertThat(atSource(rehearsal, MAILER).isBeingDeleted()).isFalse();
    assertThat(rehearsal.scene.clusters.target().world().stored(MAILER)).isEmpty();
    rehearsal.scene.clock.advance(Duration.ofMinutes(1));
    assertMoved(rehearsal, rehearsal.run());
    assertThat(atTarget(rehearsal, MAILER).at("spec", "replicas").asInt()).isEqualTo(2);
  }

  @Test
  void aChangedDefinitionIsVaultedBeforeItIsDeleted() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("serving"));
    MemoryCluster source = rehearsal.scene.clusters.source();
    End end =
        rehearsal.run(
            SafeguardsTest.once(
                r -> r.verb().equals("delete") && r.object().filter(MAILER::equals).isPresent(),
                () -> {
                  Manifest unused =
                      source
                          .world()
                          .edit(
                              MAILER, t -> t.withObjectProperty("spec").put("minReadySeconds", 7));
                }));
    assertDone(end);
    assertThat(atTarget(rehearsal, MAILER).at("spec", "minReadySeconds").asInt()).isEqualTo(7);
    assertThat(atTarget(rehearsal, MAILER).at("spec", "replicas").asInt()).isEqualTo(2);
    Map<String, JsonNode> vault = rehearsal.image().vault().orElseThrow();
    JsonNode line = vault.getOrDefault("Deployment small/mailer", Json.object());
    assertThat(line.at("/spec/minReadySeconds").asInt()).isEqualTo(7);
  }

  /** The source's etcd was restored from a backup: it has again what we saw go, the same uid. */
  @Test
  void whatIsThereAgainAfterItsDeletionIsNotDeletedAgain() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    Manifest was = atSource(rehearsal, BILLING);
    End died =
        rehearsal.run(
            FaultScript.when(
                request ->
                    request.cluster().equals("source")
                        && request.verb().equals("get")
                        && request.object().filter(BILLING::equals).isPresent()
                        && isGoing(rehearsal.scene.clusters.source(), BILLING),
                new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)));
    assertThat(died).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    rehearsal.scene.clock.advance(Duration.ofSeconds(10));
    assertThat(rehearsal.scene.clusters.source().world().stored(BILLING)).isEmpty();
    rehearsal.scene.clusters.source().world().load(List.of(was));
    assertThat(atSource(rehearsal, BILLING).uid()).isEqualTo(was.uid());

    Instant begin = rehearsal.scene.clock.now();
    Problem problem = blocked(rehearsal.run(), ErrorCode.M2205);
    assertThat(Duration.between(begin, rehearsal.scene.clock.now()))
        .isLessThan(Duration.ofMinutes(3));
    assertThat(problem.what()).contains("billing is at the source, though it was deleted there");
    assertThat(problem.why()).contains("same uid", "restored from a backup");
    assertThat(problem.next()).anyMatch(next -> next.contains("migrator verify"));
    assertThat(atSource(rehearsal, BILLING).isBeingDeleted()).isFalse();
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();

    rehearsal.deletedByOthers(rehearsal.scene.clusters.source(), BILLING);
    assertDone(rehearsal.run());
  }

  @Test
  void finalizersAreWaitedForAndNeverTakenAway() {
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "cron",
                "  name: billing\n",
                "  name: billing\n  finalizers: [example.com/ledger]\n"));
    Problem problem = blocked(rehearsal.run(), ErrorCode.M2104);
    assertThat(problem.why()).contains("example.com/ledger");
    assertThat(atSource(rehearsal, BILLING).isBeingDeleted()).isTrue();
    assertThat(rehearsal.scene.clusters.target().world().stored(BILLING)).isEmpty();
    assertThat(rehearsal.judge()).isEmpty();
    rehearsal.scene.clock.schedule(
        Duration.ofMinutes(2),
        () -> {
          Manifest unused =
              rehearsal
                  .scene
                  .clusters
                  .source()
                  .world()
                  .edit(BILLING, t -> t.withObjectProperty("metadata").remove("finalizers"));
        });
    assertMoved(rehearsal, rehearsal.run());
  }

  @Test
  void whatIsDrivenByFluxIsSuspendedMovedAndDrivenOnAsItWas() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    assertMoved(rehearsal, rehearsal.run());
    ObjectRef apps = new ObjectRef("kustomize.toolkit.fluxcd.io", "Kustomization", "small", "apps");
    ObjectRef web = new ObjectRef("helm.toolkit.fluxcd.io", "HelmRelease", "small", "web");
    assertThat(rehearsal.scene.clusters.source().world().history())
        .filteredOn(change -> change.object().ref().equals(apps))
        .anyMatch(change -> change.object().at("spec", "suspend").asBoolean(false));
    assertThat(isGone(rehearsal, apps)).isTrue();
    assertThat(atTarget(rehearsal, apps).at("spec", "suspend").asBoolean(false)).isFalse();
    assertThat(atTarget(rehearsal, web).at("spec", "suspend").asBoolean(false)).isTrue();
  }

  /** A page of a list has 500 objects. */
  @Test
  void aScalerIsPausedHoweverManyThereAre() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    for (int i = 0; i < 600; i++) {
      rehearsal
          .scene
          .clusters
          .source()
          .load(
              Manifest.parse(
                  """
                  {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
                   "metadata": {"name": "a-%03d", "namespace": "small"},
                   "spec": {"scaleTargetRef": {"name": "nobody"}}}
                  """
                      .formatted(i)));
    }
    assertMoved(rehearsal, rehearsal.run());
    ObjectRef scaler = new ObjectRef("keda.sh", "ScaledObject", "small", "consumer");
    assertThat(rehearsal.scene.clusters.source().world().history())
        .filteredOn(change -> change.object().ref().equals(scaler))
        .anyMatch(
            change ->
                change.object().annotations().containsKey("autoscaling.keda.sh/paused-replicas"));
  }

  /** What was paused for a hand-over that is given up goes on. */
  @Test
  void aPausedScalerIsSetBackByARollback() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("scaled"));
    ObjectRef scaler = new ObjectRef("keda.sh", "ScaledObject", "small", "consumer");
    ObjectRef consumer = new ObjectRef("apps", "Deployment", "small", "consumer");
    End end =
        rehearsal.run(
            FaultScript.when(
                r -> r.verb().equals("patch") && r.object().filter(consumer::equals).isPresent(),
                new Fault.Crash(Fault.Crash.Moment.AFTER_RESPONSE)));
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    assertThat(atSource(rehearsal, scaler).annotations())
        .containsEntry("autoscaling.keda.sh/paused-replicas", "0");
    assertThat(rehearsal.image().journal())
        .filteredOn(r -> r.path("object").path("kind").asText().equals("ScaledObject"))
        .hasSize(1);
    IndependentChecker checker = rehearsal.checker.mayUndo();
    End back =
        rehearsal.perform(
            s ->
                dev.migrator.runbook.RollbackRunbook.rollback(s.runContext(s.directory()), s.plan));
    assertThat(((End.Ended) back).ended().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(atSource(rehearsal, scaler).annotations())
        .doesNotContainKey("autoscaling.keda.sh/paused-replicas");
    assertThat(checker.compareWithBefore()).isEmpty();
    assertThat(rehearsal.judge()).isEmpty();
  }

  private static boolean isGone(Rehearsal rehearsal, ObjectRef ref) {
    return rehearsal.scene.clusters.source().world().stored(ref).isEmpty();
  }

  private static Manifest reborn(Manifest object) {
    return object.edit(
        tree -> {
          tree.withObjectProperty("metadata").put("uid", "another-uid");
          tree.withObjectProperty("metadata").remove("resourceVersion");
        });
  }

  static Manifest atSource(Rehearsal rehearsal, ObjectRef ref) {
    return rehearsal.scene.clusters.source().world().stored(ref).orElseThrow();
  }

  static Manifest atTarget(Rehearsal rehearsal, ObjectRef ref) {
    return rehearsal.scene.clusters.target().world().stored(ref).orElseThrow();
  }

  private static String slot(int minute) {
    return CronSchedule.jobName("billing", EIGHT.plus(Duration.ofMinutes(minute)));
  }

  private static Set<String> slotsAt(MemoryCluster cluster) {
    return jobsOf(cluster, BILLING);
  }

  private static Set<String> jobsOf(MemoryCluster cluster, ObjectRef cronJob) {
    Set<String> names = new TreeSet<>();
    for (StoredChange change : cluster.world().history()) {
      boolean owned =
          change.object().kind().equals("Job")
              && change
                  .object()
                  .at("metadata", "ownerReferences")
                  .path(0)
                  .path("name")
                  .asText()
                  .equals(cronJob.name());
      if (owned) {
        names.add(change.object().name());
      }
    }
    return names;
  }

  private static List<String> notices(Rehearsal rehearsal) {
    return rehearsal.scene.events.stream()
        .filter(RunEvent.Notice.class::isInstance)
        .map(RunEvent.Notice.class::cast)
        .map(RunEvent.Notice::message)
        .toList();
  }

  private static boolean isGoing(MemoryCluster cluster, ObjectRef ref) {
    return cluster.world().stored(ref).map(Manifest::isBeingDeleted).orElse(true);
  }

  private static Problem blocked(End end, ErrorCode code) {
    assertThat(end).isInstanceOf(End.Ended.class);
    RunEvent.RunEnded ended = ((End.Ended) end).ended();
    assertThat(ended.outcome()).isEqualTo(Outcome.BLOCKED);
    assertThat(ended.problems()).extracting(Problem::code).contains(code);
    return ended.problems().stream().filter(p -> p.code() == code).findFirst().orElseThrow();
  }

  private static void assertDone(End end) {
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
  }

  private static void assertMoved(Rehearsal rehearsal, End end) {
    assertDone(end);
    assertThat(rehearsal.judge()).isEmpty();
  }
}
