package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.compare.Planned;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.moves.MigratorProcess.Outcome;
import dev.migrator.plans.PlanCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A user with the printed roles and nothing more plans, moves and goes back; with less, nothing is
 * changed.
 */
@RealClusters
@Timeout(300)
class RightsIT {

  /** Each its own: what a test leaves is deleted in the background. */
  private static final String NAMESPACE = "rights-it";

  private static final String HALF_DONE = "rights-it-half-done";

  private static final String RESTRICTED = "-restricted";

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

  @TempDir Path folder;
  private final ClusterPair pair;

  RightsIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    String names =
        "migrator-plan migrator-source migrator-target migrator-source-back migrator-target-back";
    pair.clusters()
        .map(TestCluster::kubectl)
        .forEach(
            kubectl -> {
              revoke(kubectl, names.split(" "));
              Scene.unlock(pair);
            });
    Scene.remove(pair, NAMESPACE, HALF_DONE);
  }

  private static void revoke(Kubectl kubectl, String... names) {
    kubectl.run(
        Move.with(
            "delete",
            Move.with("clusterrole,clusterrolebinding", Move.with("--ignore-not-found", names))));
    kubectl.run(
        Move.with(
            "delete",
            Move.with(
                "role,rolebinding",
                Move.with("--namespace=kube-system", Move.with("--ignore-not-found", names)))));
  }

  static List<PlanCase> cases() {
    return PlanCase.all();
  }

  /** With reading alone a plan is made; with the roles of the plan alone it is applied. */
  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseMovesWithItsPrintedRolesAlone(PlanCase example) {
    try {
      Scene.load(pair, example);
      toPlan();
      run("plan", "-f", example.migrationFile().toString(), "-o", "rights.plan.yaml").expect(0);
      asPrinted("migrator-plan");
      Planned planned = Planned.of(run("show", "rights.plan.yaml", "-o", "json").expect(0).out());
      String[] gate = planned.hasGate() ? new String[] {"--approve-gate=afterCopy"} : new String[0];
      run(
              "apply",
              Move.with(
                  "rights.plan.yaml",
                  Move.with("--yes", Move.with("--accept-empty-volumes", gate))))
          .expect(0);
      run("verify", "latest").expect(0);
    } finally {
      Scene.remove(pair, example);
    }
  }

  @Test
  void theRolesAreEnoughAndLessIsRefusedBeforeAnythingIsChanged() throws IOException {
    planned(NAMESPACE);
    Outcome refused = run("apply", "rights.plan.yaml", "--yes").expect(13);
    assertThat(refused.err()).contains("M1403", "delete", "changed nothing");

    asPrinted("migrator-plan");
    run("apply", "rights.plan.yaml", "--yes").expect(0);
    run("verify", "latest").expect(0);
  }

  /** Killed when something is gone from the source: brought back with the roles of the way back. */
  @Test
  void theRolesOfTheWayBackAreEnoughForARunThatIsHalfDone() throws IOException {
    planned(HALF_DONE);
    asPrinted("migrator-plan");
    AuditLog log = AuditLog.from(pair.source());
    MigratorProcess apply = start("apply", "rights.plan.yaml", "--yes");
    Instant end = Instant.now().plusSeconds(60);
    while (apply.isAlive() && log.ourWrites().stream().noneMatch(RightsIT::isDelete)) {
      assertThat(Instant.now()).isBefore(end);
    }
    apply.kill();
    Outcome refused = run("rollback", "latest", "--backward", "--yes");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(13);
    assertThat(refused.err()).contains("M1403", "--backward", "changed nothing");

    asPrinted("", "--backward");
    String first = MigratorProcess.onlyRun(folder);
    run("rollback", "latest", "--backward", "--yes", "--plan-file=back.plan.yaml").expect(0);
    if (Files.exists(folder.resolve("back.plan.yaml"))) {
      MigratorProcess.start(
              folder, from("target", "source", RESTRICTED, "apply", "back.plan.yaml", "--yes"))
          .await()
          .expect(0);
    }
    run("rollback", first, "--yes").expect(0);
    assertThat(pair.source().kubectl().run("get", "cronjob,deploy", "-n", HALF_DONE, "-o", "name"))
        .contains("billing", "mailer", "web");
    assertThat(pair.target().kubectl().run("get", "ns", "-o", "name")).doesNotContain(HALF_DONE);
  }

  private static boolean isDelete(AuditEvent event) {
    return event.verb().equals("delete") && event.isDone() && !event.resource().equals("leases");
  }

  private void planned(String namespace) throws IOException {
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: rights}
        scope: {namespaces: {include: [rights-it]}, resources: {exclude: ["storage.k8s.io/*", "rbac.authorization.k8s.io/cluster*"]}}
        gates: {afterCopy: auto}
        """
            .replace(NAMESPACE, namespace));
    Scene scene = Scene.at(pair.source().kubectl());
    scene.apply(OBJECTS.replace(NAMESPACE, namespace));
    scene.settle(namespace);
    toPlan();
    run("plan", "-f", "migration.yaml", "-o", "rights.plan.yaml").expect(0);
  }

  /** Grants what making a plan needs, as the program prints it. */
  private void toPlan() {
    for (String side : List.of("source", "target")) {
      grant(side, "rbac", "--role=" + side);
    }
  }

  /** Grants the printed roles in place of others. */
  private void asPrinted(String instead, String... more) {
    for (String side : List.of("source", "target")) {
      grant(side, "rbac", Move.with("rights.plan.yaml", Move.with("--role=" + side, more)));
      revoke(kubectl(side), instead.isEmpty() ? "migrator-" + side : instead);
    }
  }

  /** Who prints the roles is who may grant them. */
  private void grant(String side, String command, String... arguments) {
    String roles =
        MigratorProcess.start(
                folder,
                from("source", "target", "", command, Move.with("--user=restricted", arguments)))
            .await()
            .expect(0)
            .out();
    kubectl(side).runWithInput(roles, "apply", "-f", "-");
  }

  private Kubectl kubectl(String side) {
    return (side.equals("source") ? pair.source() : pair.target()).kubectl();
  }

  private Outcome run(String command, String... arguments) {
    return start(command, arguments).await();
  }

  private MigratorProcess start(String command, String... arguments) {
    return MigratorProcess.start(folder, from("source", "target", RESTRICTED, command, arguments));
  }

  private List<String> from(
      String source, String target, String as, String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--source-kubeconfig=" + pair.kubeconfig(),
            "--source-context=" + source + as,
            "--target-kubeconfig=" + pair.kubeconfig(),
            "--target-context=" + target + as));
    return all;
  }
}
