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

/** What the target would refuse is not stopped at the source. */
@RealClusters
@Timeout(300)
class RefusedHandOverIT {

  private static final String SPACE = "refused";

  @TempDir Path folder;
  private final ClusterPair pair;

  RefusedHandOverIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    Scene.remove(pair, SPACE);
    Scene.unlock(pair);
  }

  @Test
  void aFullQuotaOfTheTargetIsFoundBeforeTheSourceIsStopped() {
    Scene.at(pair.source().kubectl())
        .apply(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: billing, namespace: %1$s}
            spec:
              schedule: "0 3 1 1 *"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: bill, image: "registry.example.com/bill:1"}]
            """
                .formatted(SPACE));
    pair.target().kubectl().run("create", "namespace", SPACE);
    Move move = new Move(pair, folder);
    move.scope(List.of(SPACE));
    move.plan("-f", "migration.yaml");
    // The quota came after the plan, which would have foreseen it.
    Scene.at(pair.target().kubectl())
        .apply(
            """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: none, namespace: %1$s}
            spec: {hard: {count/cronjobs.batch: "0"}}
            """
                .formatted(SPACE));
    pair.target()
        .kubectl()
        .run(
            "wait",
            "resourcequota/none",
            "-n",
            SPACE,
            "--for=jsonpath={.status.hard}",
            "--timeout=60s");

    assertThat(move.apply().expect(20).err())
        .contains("cronjob/" + SPACE + "/billing is not handed over")
        .contains("exceeded quota");
    assertThat(billing("{.spec.suspend}")).isEqualTo("false");

    pair.target().kubectl().run("delete", "resourcequota", "none", "-n", SPACE);
    move.startResume().await().expect(0);
    move.assertKept();
  }

  private String billing(String path) {
    return pair.source()
        .kubectl()
        .run("get", "cronjob", "billing", "-n", SPACE, "-o", "jsonpath=" + path);
  }
}
