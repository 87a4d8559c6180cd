package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan is carried out in the world that it was made for, or not at all. */
@RealClusters
class StaleIT {

  private static final AtomicInteger TESTS = new AtomicInteger();

  private final String namespace = "stale-" + TESTS.incrementAndGet();

  @TempDir Path folder;
  private final ClusterPair pair;
  private final Kubectl source;
  private final Move move;

  StaleIT(ClusterPair pair) throws IOException {
    this.pair = pair;
    this.source = pair.source().kubectl();
    this.move = new Move(pair, Path.of(""));
  }

  @BeforeEach
  void load() throws IOException {
    Scene.at(source)
        .apply(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: %1$s}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: %1$s}
            data: {colour: red}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: going, namespace: %1$s}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: staying, namespace: %1$s}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: key, namespace: %1$s}
            stringData: {key: not-a-real-key}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: billing, namespace: %1$s}
            spec:
              schedule: "0 2 * * *"
              jobTemplate:
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: billing, image: billing}]}
            """
                .formatted(namespace));
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: stale}
        scope: {namespaces: {include: [%s]}}
        gates: {afterCopy: auto}
        """
            .formatted(namespace));
    run(Move.with("plan", move.clusters("-f", "migration.yaml", "-o", "move.plan.yaml"))).expect(0);
  }

  @AfterEach
  void remove() {
    Scene.remove(pair, namespace);
  }

  @Test
  void everythingThatChangedIsNamedAndNothingElse() {
    source.run(
        "patch",
        "configmap",
        "settings",
        "-n",
        namespace,
        "-p",
        "{\"data\": {\"colour\": \"blue\"}}");
    source.run(
        "patch",
        "secret",
        "key",
        "-n",
        namespace,
        "-p",
        "{\"stringData\": {\"key\": \"another-key\"}}");
    String again = source.run("get", "cronjob", "billing", "-n", namespace, "-o", "json");
    source.run("delete", "cronjob", "billing", "-n", namespace);
    source.runWithInput(
        again.replaceAll("\"(uid|resourceVersion)\": \"[^\"]*\",?", ""), "create", "-f", "-");
    source.run("delete", "configmap", "going", "-n", namespace);

    Outcome outcome = applyWithoutWrites();
    outcome.expect(11);
    String error = outcome.err().substring(outcome.err().indexOf("Error "));
    assertThat(error)
        .startsWith("Error M1202")
        .contains("Next:", "settings", "key", "billing", "going")
        .doesNotContain("staying", "another-key", "not-a-real-key", "YW5vdGhlci1rZXk=");
  }

  /** A server writes managedFields and a new resourceVersion, and nothing that travels changes. */
  @Test
  void aSecretThatWasOnlyWrittenToIsFineForWhoHasTheKey() throws IOException {
    String before = resourceVersion();
    source.run(
        "annotate", "secret", "key", "-n", namespace, "example.com/rotated=1", "--field-manager=r");
    source.run("annotate", "secret", "key", "-n", namespace, "example.com/rotated-");
    assertThat(resourceVersion()).isNotEqualTo(before);
    Path key = folder.resolve("move.plan.yaml.key");
    Path away = Files.move(key, folder.resolve("away"));
    Outcome alone = applyWithoutWrites();
    alone.expect(11);
    assertThat(alone.err())
        .contains("the plan's key, a file beside the plan, is not here", "Error M1202", "key");
    Path unused = Files.move(away, key);
    apply().expect(0);
    assertThat(
            pair.target()
                .kubectl()
                .run("get", "secret", "key", "-n", namespace, "-o", "jsonpath={.data.key}"))
        .isEqualTo("bm90LWEtcmVhbC1rZXk=");
  }

  private String resourceVersion() {
    return source.run(
        "get", "secret", "key", "-n", namespace, "-o", "jsonpath={.metadata.resourceVersion}");
  }

  @Test
  void whatStoodUpAtTheTargetMeanwhileIsNotOverwritten() {
    Kubectl target = pair.target().kubectl();
    target.run("create", "namespace", namespace);
    target.run("create", "configmap", "settings", "-n", namespace, "--from-literal=colour=green");
    Outcome outcome = apply();
    assertThat(outcome.exitCode()).as(outcome.err()).isIn(11, 21);
    assertThat(outcome.err()).contains("it is never overwritten", "Nothing has been deleted");
    assertThat(
            target.run(
                "get", "configmap", "settings", "-n", namespace, "-o", "jsonpath={.data.colour}"))
        .isEqualTo("green");
    assertThat(
            source.run(
                "get", "cronjob", "billing", "-n", namespace, "-o", "jsonpath={.spec.suspend}"))
        .isEqualTo("false");
  }

  @Test
  void otherClustersAreRefused() {
    AuditLog here = AuditLog.from(pair.source());
    AuditLog there = AuditLog.from(pair.target());
    List<String[]> ways =
        List.of(
            new String[] {"target", "source"},
            new String[] {"target", "target"},
            new String[] {"source", "source"});
    for (String[] way : ways) {
      Outcome outcome =
          run(
              "apply",
              "move.plan.yaml",
              "--yes",
              "--source-kubeconfig=" + pair.kubeconfig(),
              "--source-context=" + way[0],
              "--target-kubeconfig=" + pair.kubeconfig(),
              "--target-context=" + way[1]);
      assertThat(outcome.exitCode()).as(outcome.err()).isIn(10, 11);
      assertThat(outcome.err()).containsAnyOf("Error M1201", "Error M1103");
    }
    assertThat(here.ourWrites()).isEmpty();
    assertThat(there.ourWrites()).isEmpty();
  }

  @Test
  void anUnknownContextIsRefused() {
    Outcome outcome =
        run(
            "apply",
            "move.plan.yaml",
            "--yes",
            "--source-kubeconfig=" + pair.kubeconfig(),
            "--source-context=prod-old",
            "--target-kubeconfig=" + pair.kubeconfig(),
            "--target-context=target");
    outcome.expect(64);
    assertThat(outcome.err()).contains("Error M1005", "prod-old");
  }

  @Test
  void anUnchangedWorldIsFine() {
    apply().expect(0);
  }

  /** Applies, and nothing but the locks is written. */
  private Outcome applyWithoutWrites() {
    AuditLog here = AuditLog.from(pair.source());
    AuditLog there = AuditLog.from(pair.target());
    Outcome outcome = apply();
    for (AuditLog log : List.of(here, there)) {
      assertThat(log.ourWrites().stream().filter(e -> !e.resource().equals("leases"))).isEmpty();
    }
    return outcome;
  }

  private Outcome apply() {
    return run(Move.with("apply", Move.with("move.plan.yaml", move.clusters("--yes"))));
  }

  private Outcome run(String... arguments) {
    return MigratorProcess.start(folder, List.of(arguments)).await();
  }
}
