package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A StatefulSet that would take its claims along when it is deleted. */
@RealClusters
@Timeout(300)
class ClaimsIT {

  private static final String SPACE = "claims";
  private static final String OWNED = "claims-owned";
  private static final String DEFINITION = "databases.claims-it.example.com";

  @TempDir Path folder;
  private final ClusterPair pair;

  ClaimsIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    Scene.remove(pair, SPACE, OWNED);
    Scene.removeCluster(pair, "crd", DEFINITION);
    Scene.unlock(pair);
  }

  /** Its controller sets only the claims of existing pods free: here one of three. */
  @Test
  void claimsWithoutAPodStayAtTheSource() {
    Scene.at(pair.source().kubectl())
        .apply(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: %1$s, labels: {migrator.dev/protect-from: duplication}}
            spec:
              replicas: 3
              podManagementPolicy: Parallel
              serviceName: db
              persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: "registry.example.com/db:1"}]}
              volumeClaimTemplates:
                - metadata: {name: data}
                  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """
                .formatted(SPACE));
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> claims("{.items[*].metadata.name}").length() > 20);
    pair.source().kubectl().run("scale", "statefulset/db", "-n", SPACE, "--replicas=1");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> !pods().contains("db-1") && !pods().contains("db-2"));
    assertThat(claims("{.items[*].metadata.ownerReferences[*].kind}")).hasSizeGreaterThan(30);

    Move move = new Move(pair, folder);
    move.scope(List.of(SPACE));
    move.plan("-f", "migration.yaml");
    move.apply().expect(0);
    assertThat(claims("{.items[*].metadata.name}")).isEqualTo("data-db-0 data-db-1 data-db-2");
    assertThat(claims("{.items[*].metadata.deletionTimestamp}")).isEmpty();
  }

  /**
   * A custom resource owns a StatefulSet that owns claims: to delete the resource would delete the
   * data two steps away.
   */
  @Test
  void claimsOfWhatAResourceOwnsBlockThePlan() {
    Scene scene = Scene.at(pair.source().kubectl());
    scene.apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: %2$s}
        spec:
          group: claims-it.example.com
          scope: Namespaced
          names: {plural: databases, singular: database, kind: Database}
          versions:
          - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
        """
            .formatted(OWNED, DEFINITION));
    scene.apply(
        """
        apiVersion: claims-it.example.com/v1
        kind: Database
        metadata: {name: main, namespace: %s, labels: {migrator.dev/protect-from: duplication}}
        """
            .formatted(OWNED));
    String uid =
        pair.source()
            .kubectl()
            .run("get", DEFINITION, "main", "-n", OWNED, "-o", "jsonpath={.metadata.uid}");
    scene.apply(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
          namespace: %1$s
          ownerReferences:
          - {apiVersion: claims-it.example.com/v1, kind: Database, name: main, uid: %2$s, controller: true}
        spec:
          replicas: 1
          serviceName: db
          persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: db, image: "registry.example.com/db:1"}]}
          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """
            .formatted(OWNED, uid));
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                pair.source()
                    .kubectl()
                    .run(
                        "get",
                        "pvc",
                        "-n",
                        OWNED,
                        "-o",
                        "jsonpath={.items[*].metadata.ownerReferences[*].kind}")
                    .contains("StatefulSet"));

    Move move = new Move(pair, folder);
    move.scope(List.of(OWNED));
    MigratorProcess.Outcome plan =
        move.run(
            Move.with("plan", move.clusters("-f", "migration.yaml", "-o", "claims.plan.yaml")));
    plan.expect(10);
    String found = move.run("show", "claims.plan.yaml", "-o", "json").out();
    assertThat(found).contains("deleted-with-owner", "data-db-0");
    assertThat(move.run(Move.with("apply", move.clusters("claims.plan.yaml", "--yes"))).exitCode())
        .isEqualTo(10);
    assertThat(pair.source().kubectl().run("get", DEFINITION, "-n", OWNED, "-o", "name"))
        .contains("main");
  }

  private String claims(String path) {
    return pair.source().kubectl().run("get", "pvc", "-n", SPACE, "-o", "jsonpath=" + path);
  }

  private String pods() {
    return pair.source().kubectl().run("get", "pods", "-n", SPACE, "-o", "name");
  }
}
