package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.junit.RealNodes;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The pods of a node that the cluster has lost may still run. Here they do. */
@RealNodes
class LostNodeIT {

  /** Pods that still run write there until the clusters end. */
  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  /** Its kubelet and its shims are killed; nobody can say any more that a pod has ended. */
  @Test
  @Timeout(300)
  void aNodeThatDiesHoldsTheHandOver(ClusterPair pair) throws IOException {
    RealPods pods = new RealPods(pair, folder);
    Move move = pods.scene("lost", 10, "20s", "abort");
    ((LocalCluster) pair.source()).realNode().orElseThrow().killKubeletAndShims();

    MigratorProcess.Outcome outcome = move.apply();

    outcome.expect(20);
    assertThat(outcome.err()).contains("blocked: ", "M2104", "pod/db-0 Running");
    long before = pods.written("db").count("source");
    await().atMost(RealPods.LIMIT).until(() -> pods.written("db").count("source") > before);
    for (String file : RealPods.WORKLOADS) {
      assertThat(pods.written(file).count("target")).as(file).isZero();
    }
    assertThat(pair.target().kubectl().run("get", "all", "-n", "lost", "-o", "name"))
        .doesNotContain("db", "consumer", "stubborn");
  }
}
