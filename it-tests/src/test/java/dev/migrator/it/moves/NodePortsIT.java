package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Service asks for a node port that another Service of the target has. */
@RealClusters
@Timeout(300)
class NodePortsIT {

  private static final String MOVED = "ports-moved";
  private static final String STRANGE = "ports-strange";
  private static final String SERVICE =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: %1$s}
      spec: {type: NodePort, ports: [{port: 80, nodePort: 32111}]}
      """;

  @TempDir Path folder;
  private final ClusterPair pair;

  NodePortsIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    Scene.remove(pair, MOVED, STRANGE);
    Scene.unlock(pair);
  }

  @Test
  void aPlanForeseesItARunStopsAtItAndAResumeGoesOnWhenItsHolderGoes() {
    Scene.at(pair.source().kubectl()).apply(SERVICE.formatted(MOVED));
    Move move = new Move(pair, folder);
    move.scope(List.of(MOVED));
    move.plan("-f", "migration.yaml");

    Scene.at(pair.target().kubectl()).apply(SERVICE.formatted(STRANGE));
    assertThat(
            move.run(
                    Move.with(
                        "plan", move.clusters("-f", "migration.yaml", "-o", "again.plan.yaml")))
                .expect(10)
                .out())
        .contains("32111")
        .contains("svc/" + STRANGE + "/web of the target");
    assertThat(move.apply().expect(20).err()).contains("svc/" + STRANGE + "/web has it");

    // Not waited for: a port that is on its way back is asked for again.
    pair.target().kubectl().run("delete", "namespace", STRANGE, "--wait=false");
    move.startResume().await().expect(0);
    assertThat(
            pair.target()
                .kubectl()
                .run(
                    "get",
                    "service",
                    "web",
                    "-n",
                    MOVED,
                    "-o",
                    "jsonpath={.spec.ports[0].nodePort}"))
        .isEqualTo("32111");
    move.assertKept();
  }
}
