package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.report.RunEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node port that one Service asks for, and that the target gave to another one. */
@Timeout(60)
class NodePortsTest {

  private static final ObjectRef ASKS = ObjectRef.core("Service", "ports", "z-asks");
  private static final ObjectRef TAKES = ObjectRef.core("Service", "ports", "a-takes");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/node-ports")));

  private int portOf(ObjectRef ref) {
    Manifest service = scene.clusters.target().world().stored(ref).orElseThrow();
    return service.at("spec", "ports").path(0).path("nodePort").asInt();
  }

  /** velero3419: the port of a Service that we created ourselves makes room. */
  @Test
  void whoWasGivenAPortThatAnotherAsksForGetsAnotherOne() {
    MovingTest.assertMoved(scene, scene.apply());
    assertThat(portOf(ASKS)).isEqualTo(30_001);
    assertThat(portOf(TAKES)).isNotEqualTo(30_001).isBetween(30_000, 32_767);
    assertThat(scene.events)
        .filteredOn(RunEvent.Notice.class::isInstance)
        .anyMatch(event -> event.toString().contains("a-takes"));
  }

  @Test
  void aStrangersPortIsLeftAlone() {
    ObjectRef stranger = ObjectRef.core("Service", "default", "stranger");
    scene
        .clusters
        .target()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "Service",
                 "metadata": {"name": "stranger", "namespace": "default"},
                 "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30001}]}}
                """));
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems())
        .extracting(problem -> problem.code())
        .containsExactly(ErrorCode.M2101);
    assertThat(portOf(stranger)).isEqualTo(30_001);
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
