package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy engine of the target makes in each new namespace may be there before us. */
@Timeout(120)
class GeneratedFirstTest {

  private static final ObjectRef POLICY =
      ObjectRef.parse("NetworkPolicy.networking.k8s.io/meshed/default-deny");
  private static final String SOURCE =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: meshed}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: meshed, labels: {by: kyverno%s}}
      spec: {podSelector: {}, policyTypes: [%s]}
      """;

  @TempDir Path folder;

  /** A policy engine that makes its object at the target when ours is about to be sent. */
  private World world(String labels, String types) {
    World world = new World(folder).clusters("old", SOURCE.formatted("", "Ingress"));
    world.clusters("new", "");
    world.plan();
    Cluster target = world.simulated("new");
    world.onRequest(
        "new",
        request -> request.verb().equals("create") && request.object().equals(Optional.of(POLICY)),
        request -> {
          Manifest unused =
              target.create(
                  target.discover().types().stream()
                      .filter(t -> t.groupKind().equals("NetworkPolicy.networking.k8s.io"))
                      .findFirst()
                      .orElseThrow(),
                  Manifest.of(
                      (ObjectNode)
                          Yaml.parse(SOURCE.formatted(labels, types).split("---\n")[1])
                              .orElseThrow()));
        });
    return world;
  }

  @ParameterizedTest
  @CsvSource({"''", "', generated: \"true\"'"})
  void whatIsEqualIsTakenAsItIs(String labels) {
    World world = world(labels, "Ingress");

    World.Result moved =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");

    assertThat(moved.exit()).as(moved.err()).isZero();
    assertThat(moved.err()).contains("already there: made at the target meanwhile, and equal");
    assertThat(world.run("verify", "latest").exit()).isZero();
    World.Result back = world.run("rollback", "latest", "--yes");
    assertThat(world.simulated("new").world().stored(POLICY)).as(back.err()).isPresent();
  }

  @Test
  void whatDiffersIsInTheWay() {
    World world = world("", "Egress");

    World.Result moved =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");

    assertThat(moved.exit()).isEqualTo(21);
    assertThat(moved.err()).contains("Error M2202", "which we did not create");
  }
}
