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

/** The controllers of a real cluster make no ReplicaSet for a Deployment that is created paused. */
@RealClusters
@Timeout(300)
class PausedRolloutIT {

  private static final String SPACE = "ice";

  @TempDir Path folder;
  private final ClusterPair pair;

  PausedRolloutIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    Scene.remove(pair, SPACE);
    Scene.unlock(pair);
  }

  @Test
  void whatIsPausedRunsAtTheTargetAndIsPausedThere() {
    Scene.at(pair.source().kubectl())
        .apply(
            "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}\n---\n".formatted(SPACE)
                + deployment("frozen", "duplication")
                + "---\n"
                + deployment("shown", "loss"))
        .settle(SPACE);
    for (String name : List.of("frozen", "shown")) {
      pair.source().kubectl().run("rollout", "pause", "deployment/" + name, "-n", SPACE);
    }
    Move move = new Move(pair, folder);
    move.scope(List.of(SPACE));
    move.plan("-f", "migration.yaml");

    move.apply().expect(0);

    for (String name : List.of("frozen", "shown")) {
      assertThat(
              pair.target()
                  .kubectl()
                  .run(
                      "get",
                      "deployment",
                      name,
                      "-n",
                      SPACE,
                      "-o",
                      "jsonpath={.spec.paused} {.spec.replicas} {.status.readyReplicas}"))
          .isEqualTo("true 1 1");
    }
    move.assertKept();
  }

  private static String deployment(String name, String protection) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %2$s, labels: {migrator.dev/protect-from: %3$s}}
    spec:
      replicas: 1
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec: {containers: [{name: c, image: "registry.example.com/%1$s:1"}]}
    """
        .formatted(name, SPACE, protection);
  }
}
