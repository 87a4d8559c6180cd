package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What only the status of a custom resource holds is not lost where its controller needs it. */
@Timeout(60)
class CarriedStatusTest {

  private static final ObjectRef WORKSPACE =
      ObjectRef.parse("Workspace.devx.example.com/state/ws1");
  private static final ObjectRef LEASE = ObjectRef.parse("Lease.devx.example.com/state/l1");
  private static final ObjectRef NOTE = ObjectRef.parse("Note.devx.example.com/state/n1");
  private static final ObjectRef KAFKA = ObjectRef.parse("Kafka.kafka.strimzi.io/state/bus");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/carried-status")));

  private String status(ObjectRef ref) {
    return Json.text(scene.clusters.target().world().stored(ref).orElseThrow().at("status"));
  }

  private void assertCarried() {
    assertThat(status(WORKSPACE)).isEqualTo("{\"workspaceID\":\"workspaces-ws1\"}");
    assertThat(status(KAFKA)).isEqualTo("{\"clusterId\":\"abc\"}");
    assertThat(status(NOTE)).isEqualTo("{\"writtenBy\":\"a person\",\"kept\":true}");
    assertThat(
            scene
                .clusters
                .target()
                .world()
                .stored(LEASE)
                .orElseThrow()
                .at("status")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void whatIsNamedKnownOrPlainIsCarriedWithoutWhatIsOfTheSource() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertCarried();
    assertThat(scene.clusters.source().world().stored(KAFKA)).isEmpty();
  }

  @Test
  void thePlanSaysOfEachKindWhatBecomesOfItsStatus() {
    assertThat(scene.plan.settings().data().statusOf())
        .containsExactly(
            "Kafka.kafka.strimzi.io", "Note.devx.example.com", "Workspace.devx.example.com");
    List<Finding> said =
        scene.plan.findings().stream().filter(f -> f.code().startsWith("status-")).toList();
    assertThat(said)
        .extracting(f -> f.severity() + " " + f.code())
        .containsExactlyInAnyOrder(
            "WARNING status-carried",
            "WARNING status-carried",
            "NOTE status-carried",
            "NOTE status-stays");
    assertThat(said)
        .filteredOn(f -> f.message().contains("Kafka.kafka.strimzi.io (state/bus)"))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains("because status.clusterId is"));
    assertThat(said)
        .filteredOn(f -> f.code().equals("status-stays"))
        .singleElement()
        .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.NOTE))
        .satisfies(f -> assertThat(f.message()).contains("(state/l1) holds", ": holder"))
        .satisfies(f -> assertThat(f.remedy()).contains("statusOf: [Lease.devx.example.com]"));
  }

  @Test
  void aStatusThatChangesAllDayMakesNoPlanStale() {
    scene.clusters.source().world().editStatus(NOTE, status -> status.put("kept", false));
    scene.clusters.source().world().editStatus(WORKSPACE, status -> status.put("workspaceID", "b"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(status(WORKSPACE)).isEqualTo("{\"workspaceID\":\"b\"}");
  }

  private static boolean isStatus(Request request) {
    return request.verb().equals("patch")
        && request.object().filter(ref -> ref.equals(WORKSPACE) || ref.equals(KAFKA)).isPresent();
  }

  static List<Fault> losses() {
    return List.of(
        new Fault.ResponseLost("connection reset"), new Fault.RequestLost("connection reset"));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aWriteThatNobodyAnswersIsLookedAt(Fault fault) {
    scene.target = every(CarriedStatusTest::isStatus, fault);
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertCarried();
  }

  static List<Fault> crashes() {
    return List.of(
        new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND),
        new Fault.Crash(Fault.Crash.Moment.AFTER_SEND),
        new Fault.Crash(Fault.Crash.Moment.AFTER_RESPONSE));
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void aProcessThatDiesWithItIsFollowedByOneThatFinishesIt(Fault fault) {
    Cluster target = scene.target;
    for (ObjectRef ref : List.of(WORKSPACE, KAFKA)) {
      scene.target = every(r -> isStatus(r) && r.object().orElseThrow().equals(ref), fault);
      if (ref.equals(WORKSPACE)) {
        assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::apply)).isNotNull();
      } else {
        assertThat(catchThrowableOfType(ProcessLife.ProcessDied.class, scene::resume)).isNotNull();
      }
    }
    scene.target = target;
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertCarried();
  }

  /** It knows more of its own cluster than the source does. */
  @Test
  void whatAControllerWroteMeanwhileStays() {
    AtomicBoolean over = new AtomicBoolean();
    scene.target =
        scene.faulty(
            scene.target,
            request -> {
              if (isStatus(request)
                  && request.object().orElseThrow().equals(WORKSPACE)
                  && over.compareAndSet(false, true)) {
                scene
                    .clusters
                    .target()
                    .world()
                    .editStatus(WORKSPACE, status -> status.put("workspaceID", "a-new-one"));
              }
              return new Fault.None();
            });
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(status(WORKSPACE)).isEqualTo("{\"workspaceID\":\"a-new-one\"}");
    assertThat(scene.events)
        .filteredOn(RunEvent.Notice.class::isInstance)
        .filteredOn(event -> event.toString().contains("its controller was faster"))
        .hasSize(1);
  }

  /** An object without its memory is a new one to its controller: nobody calls that done. */
  @Test
  void aStatusThatIsRefusedFailsItsStep() {
    scene.target =
        scene.faulty(
            scene.target,
            request ->
                isStatus(request)
                    ? new Fault.Answer(new dev.migrator.cluster.ClusterFailure.Forbidden("no"))
                    : new Fault.None());
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2102);

    scene.target = scene.clusters.target();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertCarried();
  }

  /** Each object once. */
  private Cluster every(Predicate<Request> which, Fault fault) {
    java.util.Set<ObjectRef> over = java.util.concurrent.ConcurrentHashMap.newKeySet();
    return scene.faulty(
        scene.target,
        request ->
            which.test(request) && over.add(request.object().orElseThrow())
                ? fault
                : new Fault.None());
  }
}
