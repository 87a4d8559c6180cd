package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Severity;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node port that one Service asks for, and that the target gave to another one. */
@Timeout(60)
class NodePortsTest {

  private static final ObjectRef ASKS = ObjectRef.core("Service", "ports", "z-asks");
  private static final ObjectRef TAKES = ObjectRef.core("Service", "ports", "a-takes");

  private static final ObjectRef STRANGER = ObjectRef.core("Service", "default", "stranger");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/node-ports")));

  private int portOf(ObjectRef ref) {
    Manifest service = scene.clusters.target().world().stored(ref).orElseThrow();
    return service.at("spec", "ports").path(0).path("nodePort").asInt();
  }

  private static Manifest stranger(String metadata) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "Service",
         "metadata": {%s "name": "stranger", "namespace": "default"},
         "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30001}]}}
        """
            .formatted(metadata));
  }

  /** velero3419: the port of a Service that we created ourselves makes room. */
  @Test
  void whoWasGivenAPortThatAnotherAsksForGetsAnotherOne() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(portOf(ASKS)).isEqualTo(30_001);
    assertThat(portOf(TAKES)).isNotEqualTo(30_001).isBetween(30_000, 32_767);
    assertThat(scene.events)
        .filteredOn(RunEvent.Notice.class::isInstance)
        .anyMatch(event -> event.toString().contains("a-takes"));
  }

  @Test
  void aStrangersPortIsLeftAlone() {
    scene.clusters.target().load(stranger(""));
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems())
        .extracting(problem -> problem.code())
        .containsExactly(ErrorCode.M2101);
    assertThat(ended.problems().getFirst().why()).contains("svc/default/stranger has it");
    assertThat(portOf(STRANGER)).isEqualTo(30_001);
  }

  @Test
  void aPlanTellsThatAStrangerHasThePort() {
    scene.clusters.target().load(stranger(""));
    Scene again = scene.planAgain();
    assertThat(again.plan.isBlocked()).isTrue();
    assertThat(again.plan.findings())
        .filteredOn(finding -> finding.severity() == Severity.BLOCKER)
        .singleElement()
        .satisfies(
            blocker -> {
              assertThat(blocker.code()).isEqualTo("node-port-taken");
              assertThat(blocker.object()).contains(ASKS);
              assertThat(blocker.message()).contains("30001").contains(STRANGER.toString());
            });
  }

  /** A health check's port cannot be changed, and is as good as any other. */
  @Test
  void aPlanTellsThatAHealthCheckHasThePort() {
    scene
        .clusters
        .target()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "Service",
                 "metadata": {"name": "stranger", "namespace": "default"},
                 "spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local",
                          "healthCheckNodePort": 30001, "ports": [{"port": 80}]}}
                """));
    assertThat(scene.planAgain().plan.isBlocked()).isTrue();
  }

  @Test
  void aPortIsWaitedForWhoseServiceGoes() {
    strangerGoes();
    Scene again = scene.planAgain();
    assertThat(again.plan.isBlocked()).isFalse();
    ApplyRunbookTest.assertMoved(again, again.apply());
    assertThat(portOf(ASKS)).isEqualTo(30_001);
  }

  private void strangerGoes() {
    MemoryCluster target = scene.clusters.target();
    target.load(stranger("\"finalizers\": [\"service.kubernetes.io/load-balancer-cleanup\"],"));
    ResourceType type =
        target.discover().types().stream()
            .filter(t -> t.kind().equals("Service"))
            .findFirst()
            .orElseThrow();
    Manifest live = target.get(type, STRANGER).orElseThrow();
    Optional<Manifest> unused =
        target.delete(type, STRANGER, Deletion.background(live.uid(), live.resourceVersion()));
    assertThat(portOf(STRANGER)).isEqualTo(30_001);
    scene.clock.schedule(
        Duration.ofSeconds(3),
        () -> {
          Manifest unusedEdit =
              target
                  .world()
                  .edit(STRANGER, tree -> tree.withObjectProperty("metadata").remove("finalizers"));
        });
  }

  /** The server takes a port before it stores the Service. */
  @Test
  void aPortThatNobodyIsSeenToHaveIsAskedForAgain() {
    scene.target = takenTimes(2);
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(portOf(ASKS)).isEqualTo(30_001);
  }

  @Test
  void aPortThatNobodyIsEverSeenToHaveIsGivenUp() {
    scene.target = takenTimes(1000);
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems())
        .extracting(problem -> problem.code())
        .containsExactly(ErrorCode.M2101);
    assertThat(ended.problems().getFirst().why()).contains("already allocated");
  }

  private Cluster takenTimes(int times) {
    AtomicInteger left = new AtomicInteger(times);
    return scene.faulty(
        scene.target,
        FaultScript.when(
            request ->
                request.verb().equals("create")
                    && request.object().filter(ASKS::equals).isPresent()
                    && left.getAndDecrement() > 0,
            new Fault.Answer(
                new ClusterFailure.Invalid("provided port is already allocated", List.of()))));
  }

  @Test
  void aPortThatWasAskedForIsNotGivenAway() {
    // Both ask for the same one at the target: a mapping or a modifier may do that.
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(
                TAKES,
                tree -> {
                  ArrayNode ports = (ArrayNode) tree.at("/spec/ports");
                  ((ObjectNode) ports.get(0)).put("nodePort", 30_001);
                  tree.withObjectProperty("metadata")
                      .withObjectProperty("annotations")
                      .put(
                          "kubectl.kubernetes.io/last-applied-configuration",
                          "{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30001}]}}");
                });
    Scene both = scene.planAgain();
    RunEvent.RunEnded ended = both.apply();
    assertThat(ended.problems())
        .extracting(problem -> problem.code())
        .containsExactly(ErrorCode.M2101);
    assertThat(portOf(TAKES)).isEqualTo(30_001);
  }
}
