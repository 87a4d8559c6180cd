package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user with the printed roles and nothing more plans and moves; with less, nothing is changed.
 */
@RealClusters
@Timeout(300)
class RightsIT {

  private static final String NAMESPACE = "rights-it";

  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: rights-it}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: key, namespace: rights-it}
      stringData: {key: not-a-real-key}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: reader, namespace: rights-it}
      rules: [{apiGroups: [""], resources: [pods], verbs: [get, delete]}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: rights-it}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: "web:1"}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: mailer, namespace: rights-it, labels: {migrator.dev/protect-from: duplication}}
      spec:
        selector: {matchLabels: {app: mailer}}
        template:
          metadata: {labels: {app: mailer}}
          spec: {containers: [{name: mailer, image: "mailer:1"}]}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: billing, namespace: rights-it}
      spec:
        schedule: "0 0 1 1 *"
        jobTemplate:
          spec:
            template:
              spec: {restartPolicy: Never, containers: [{name: billing, image: "billing:1"}]}
      """;

  private static final String READER =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: migrator-reader}
      rules: [{apiGroups: ["*"], resources: ["*"], verbs: [get, list]}]
      """;

  @TempDir Path folder;
  private final ClusterPair pair;

  RightsIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    pair.clusters()
        .map(TestCluster::kubectl)
        .forEach(
            kubectl ->
                kubectl.run(
                    "delete",
                    "clusterrole,clusterrolebinding",
                    "migrator-reader",
                    "migrator-source",
                    "migrator-target",
                    "--ignore-not-found"));
    Scene.remove(pair, NAMESPACE);
  }

  @Test
  void theRolesAreEnoughAndLessIsRefusedBeforeAnythingIsChanged() throws IOException {
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: rights}
        scope: {namespaces: {include: [rights-it]}, resources: {exclude: ["storage.k8s.io/*", "rbac.authorization.k8s.io/cluster*"]}}
        gates: {afterCopy: auto}
        """);
    Scene scene = Scene.at(pair.source().kubectl());
    scene.apply(OBJECTS);
    scene.settle(NAMESPACE);
    pair.clusters().forEach(cluster -> grant(cluster.kubectl(), "migrator-reader", READER));

    run("plan", "-f", "migration.yaml", "-o", "rights.plan.yaml").expect(0);
    Outcome refused = run("apply", "rights.plan.yaml", "--yes").expect(13);
    assertThat(refused.err()).contains("M1403", "delete", "Nothing was changed");

    for (String side : List.of("source", "target")) {
      TestCluster cluster = side.equals("source") ? pair.source() : pair.target();
      String role = run("rbac", "rights.plan.yaml", "--role", side).expect(0).out();
      grant(cluster.kubectl(), "migrator-" + side, role);
      cluster.kubectl().run("delete", "clusterrolebinding", "migrator-reader");
    }
    run("apply", "rights.plan.yaml", "--yes").expect(0);
    run("verify", "latest").expect(0);
  }

  /** Gives a role to the restricted user. */
  private static void grant(Kubectl kubectl, String name, String role) {
    kubectl.runWithInput(role, "apply", "-f", "-");
    kubectl.run("create", "clusterrolebinding", name, "--clusterrole=" + name, "--user=restricted");
  }

  private Outcome run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--source-kubeconfig=" + pair.kubeconfig(),
            "--source-context=source-restricted",
            "--target-kubeconfig=" + pair.kubeconfig(),
            "--target-context=target-restricted"));
    return MigratorProcess.start(folder, all).await();
  }
}
