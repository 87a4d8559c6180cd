package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever its kind, what is handed over goes through the same looks and waits. */
@Timeout(120)
class OneProtocolTest {

  private static final ObjectRef BUILD =
      new ObjectRef("tekton.dev", "PipelineRun", "small", "build");
  private static final ObjectRef COMPILE = ObjectRef.core("Pod", "small", "build-compile-pod");
  private static final ObjectRef MAILS = new ObjectRef("keda.sh", "ScaledJob", "small", "mails");
  private static final ObjectRef MAIL = new ObjectRef("batch", "Job", "small", "mails-x7k2p");
  private static final ObjectRef KAFKA = new ObjectRef("kafka.strimzi.io", "Kafka", "small", "log");
  private static final ObjectRef BROKER = ObjectRef.core("Pod", "small", "log-kafka-0");

  @TempDir Path folder;

  @Test
  void whatAnObjectStartedAtWhateverDistanceComesToItsEndBeforeItIsDeleted() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("custom"));
    Instant began = rehearsal.scene.clock.now();
    assertThat(CrashMatrixTest.isDone(rehearsal.run())).isTrue();
    assertThat(rehearsal.judge()).isEmpty();
    // The Job of the ScaledJob and the pod of the TaskRun had about this long to go.
    assertThat(Duration.between(began, rehearsal.scene.clock.now()))
        .isGreaterThan(Duration.ofSeconds(40));
    assertThat(ended(rehearsal, COMPILE)).isEqualTo("Succeeded");
    assertThat(Activeness.hasEnded(lastSeen(rehearsal, MAIL))).isTrue();
  }

  @Test
  void theTargetHasNothingBeforeTheLastPodThatOutlivesItsOwnersIsGone() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("custom"));
    boolean[] early = {false};
    End end =
        rehearsal.run(
            SafeguardsTest.once(
                r ->
                    r.cluster().equals("target")
                        && r.verb().equals("create")
                        && r.object().filter(KAFKA::equals).isPresent(),
                () -> early[0] = source(rehearsal).world().stored(BROKER).isPresent()));
    assertThat(CrashMatrixTest.isDone(end)).isTrue();
    assertThat(early[0]).isFalse();
  }

  @Test
  void whatIsPutBackAtTheSourceMeanwhileIsNotCreatedAtTheTarget() {
    PlanCase barrier =
        Scenes.varied(folder, "custom", "missedRuns: skip}", "missedRuns: skip, pipelined: false}");
    Rehearsal rehearsal = new Rehearsal(barrier);
    Manifest original = source(rehearsal).world().stored(BUILD).orElseThrow();
    End end =
        rehearsal.run(
            SafeguardsTest.once(
                r ->
                    r.cluster().equals("target")
                        && r.verb().equals("create")
                        && r.object().filter(o -> o.equals(KAFKA) || o.equals(MAILS)).isPresent(),
                () -> source(rehearsal).load(another(original))));
    RunEvent.RunEnded ended = ((End.Ended) end).ended();
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2201);
    assertThat(target(rehearsal).world().stored(BUILD)).isEmpty();
  }

  @Test
  void whatTheTargetRefusesStaysAtTheSource() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("custom"));
    // What was stored before its definition asked for more is refused when it is created anew.
    Fault refused =
        new Fault.Answer(new ClusterFailure.Invalid("spec.owner: Required value", List.of()));
    End end =
        rehearsal.run(
            request ->
                request.cluster().equals("target")
                        && Set.of("create", "prove").contains(request.verb())
                        && request.object().filter(BUILD::equals).isPresent()
                    ? refused
                    : new Fault.None());
    assertThat(CrashMatrixTest.isDone(end)).isFalse();
    assertThat(source(rehearsal).world().stored(BUILD))
        .hasValueSatisfying(live -> assertThat(live.isBeingDeleted()).isFalse());
    assertThat(target(rehearsal).world().stored(BUILD)).isEmpty();
  }

  @Test
  void aJobThatIsSetGoingJustBeforeItsDeletionIsNotDeleted() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("once"));
    ObjectRef later = new ObjectRef("batch", "Job", "small", "later");
    End end =
        rehearsal.run(
            SafeguardsTest.once(
                r ->
                    r.cluster().equals("source")
                        && r.verb().equals("delete")
                        && r.object().filter(later::equals).isPresent(),
                () -> {
                  Manifest unused =
                      source(rehearsal)
                          .world()
                          .edit(
                              later, tree -> tree.withObjectProperty("spec").put("suspend", false));
                }));
    assertThat(((End.Ended) end).ended().problems())
        .extracting(p -> p.code())
        .contains(ErrorCode.M2205);
    assertThat(source(rehearsal).world().stored(later))
        .hasValueSatisfying(live -> assertThat(live.isBeingDeleted()).isFalse());
  }

  private static Manifest another(Manifest original) {
    return original.edit(
        tree -> {
          ObjectNode metadata = tree.withObjectProperty("metadata");
          metadata.put("uid", "another-uid").remove("resourceVersion");
        });
  }

  private static String ended(Rehearsal rehearsal, ObjectRef pod) {
    return lastSeen(rehearsal, pod).at("status", "phase").asText();
  }

  /** As the source had it last before it was deleted. */
  private static Manifest lastSeen(Rehearsal rehearsal, ObjectRef ref) {
    List<Manifest> states =
        source(rehearsal).world().history().stream()
            .map(change -> change.object())
            .filter(object -> object.ref().equals(ref) && !object.isBeingDeleted())
            .toList();
    return states.getLast();
  }

  private static MemoryCluster source(Rehearsal rehearsal) {
    return rehearsal.scene.clusters.source();
  }

  private static MemoryCluster target(Rehearsal rehearsal) {
    return rehearsal.scene.clusters.target();
  }
}
