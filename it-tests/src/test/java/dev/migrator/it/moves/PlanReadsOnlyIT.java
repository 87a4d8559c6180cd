package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.audit.AuditLog;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is asked of a plan, neither cluster is written: their audit logs say so. */
@RealClusters
class PlanReadsOnlyIT {

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: reads-only}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: key, namespace: reads-only}
      stringData: {key: not-a-real-key}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: reads-only}
      spec:
        replicas: 1
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: web, envFrom: [{secretRef: {name: key}}]}]}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: billing, namespace: reads-only}
      spec:
        schedule: "0 2 * * *"
        jobTemplate:
          spec:
            template:
              spec: {restartPolicy: Never, containers: [{name: billing, image: billing}]}
      """;
  private static final String MIGRATION =
      """
      apiVersion: migrator.dev/v1alpha1
      kind: Migration
      metadata: {name: reads-only}
      scope: {namespaces: {include: [reads-only]}}
      """;

  @TempDir Path folder;

  @BeforeAll
  static void load(ClusterPair pair) {
    Scene.at(pair.source().kubectl()).apply(SHOP).settle("reads-only");
  }

  @AfterAll
  static void remove(ClusterPair pair) {
    Scene.remove(pair, "reads-only");
  }

  @Test
  void planShowAndClassifyWriteNothing(ClusterPair pair) throws IOException {
    Files.writeString(folder.resolve("migration.yaml"), MIGRATION);
    Move move = new Move(pair, folder);
    move.plan("-f", "migration.yaml");
    move.run("show", "move.plan.yaml").expect(0);
    move.run(Move.with("classify", move.clusters("-f", "migration.yaml"))).expect(0);
    assertReadOnly(move.sourceLog());
    assertReadOnly(move.targetLog());
  }

  @Test
  void aProofIsADryRunAndNothingElse(ClusterPair pair) throws IOException {
    Files.writeString(folder.resolve("migration.yaml"), MIGRATION);
    Move move = new Move(pair, folder);
    move.plan("-f", "migration.yaml", "--prove");
    assertReadOnly(move.sourceLog());
    assertReadOnly(move.targetLog());
    assertThat(move.targetLog().events().stream().filter(AuditEvent::isOurs))
        .as("it did send something to be tried")
        .anyMatch(event -> event.path().contains("dryRun=All"));
  }

  private static void assertReadOnly(AuditLog log) {
    assertThat(log.events().stream().filter(AuditEvent::isOurs))
        .as("what the program asked")
        .anyMatch(event -> event.verb().equals("list"));
    assertThat(log.ourWrites()).as("what the program wrote").isEmpty();
  }
}
