package dev.migrator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How kinds that do their work once say that they have ended, and what is not taken for that. */
class FinishedWorkTest {

  private static Manifest object(String type, String status) {
    ObjectNode tree = (ObjectNode) Yaml.parse("{metadata: {name: a}}").orElseThrow();
    tree.put("apiVersion", type.substring(0, type.lastIndexOf(' ')));
    tree.put("kind", type.substring(type.lastIndexOf(' ') + 1));
    tree.set("status", Yaml.parse(status).orElseThrow());
    return Manifest.of(tree);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tekton.dev/v1 PipelineRun | {conditions: [{type: Succeeded, status: 'False'}]}",
        "tekton.dev/v1 TaskRun | {completionTime: '2026-01-01T00:00:00Z'}",
        "argoproj.io/v1alpha1 Workflow | {phase: Succeeded}",
        "argoproj.io/v1alpha1 Workflow | {phase: Error}",
        "argoproj.io/v1alpha1 AnalysisRun | {phase: Inconclusive}",
        "sparkoperator.k8s.io/v1beta2 SparkApplication | {applicationState: {state: COMPLETED}}",
        "kubeflow.org/v1 TFJob | {conditions: [{type: Succeeded, status: 'True'}]}",
        "kubeflow.org/v1 PyTorchJob | {conditions: [{type: Failed, status: 'True'}]}",
        "kubeflow.org/v2beta1 MPIJob | {completionTime: '2026-01-01T00:00:00Z'}",
        "trainer.kubeflow.org/v1alpha1 TrainJob | {conditions: [{type: Complete, status: 'True'}]}",
        "ray.io/v1 RayJob | {jobDeploymentStatus: Complete, jobStatus: SUCCEEDED}",
        "velero.io/v1 Backup | {phase: PartiallyFailed}",
        "velero.io/v1 Restore | {phase: Completed}",
        "velero.io/v1 DeleteBackupRequest | {phase: Processed}",
        "batch.volcano.sh/v1alpha1 Job | {state: {phase: Completed}}",
        "postgresql.cnpg.io/v1 Backup | {phase: completed}",
        "k8up.io/v1 Backup | {finished: true}",
        "flink.apache.org/v1beta1 FlinkDeployment | {jobStatus: {state: FINISHED}}",
        "jobset.x-k8s.io/v1alpha2 JobSet | {conditions: [{type: Completed, status: 'True'}]}",
        "kafka.strimzi.io/v1 KafkaRebalance | {conditions: [{type: Ready, status: 'True'}]}",
        "k8s.keycloak.org/v2alpha1 KeycloakRealmImport | {conditions: [{type: Done, status:"
            + " 'True'}]}",
        "pgv2.percona.com/v2 PerconaPGRestore | {state: Succeeded}",
        "ps.percona.com/v1 PerconaServerMySQLBackup | {state: Failed}",
        "ps.percona.com/v1 PerconaServerMySQLRestore | {state: Succeeded}",
        "psmdb.percona.com/v1 PerconaServerMongoDBBackup | {state: rejected}",
        "pingcap.com/v1alpha1 Restore | {conditions: [{type: Complete, status: 'True'}]}",
        "core.kubestash.com/v1alpha1 BackupSession | {phase: Skipped}",
        "flink.apache.org/v1beta1 FlinkStateSnapshot | {state: ABANDONED}",
        "chaos-mesh.org/v1alpha1 Workflow | {conditions: [{type: Accomplished, status: 'True'}]}",
        "velero.io/v1 Backup | {phase: Deleting}",
        "stash.appscode.com/v1beta1 RestoreSession | {phase: Unknown}",
        "stash.appscode.com/v1beta1 RestoreBatch | {phase: Succeeded}",
        "pingcap.com/v1alpha1 Backup | {conditions: [{type: Invalid, status: 'True'}]}",
        "br.pingcap.com/v1alpha1 Restore | {conditions: [{type: Complete, status: 'True'}]}",
        "k8s.mariadb.com/v1alpha1 Backup | {conditions: [{type: Complete, status: 'True'}]}",
        "k8s.mariadb.com/v1alpha1 PhysicalBackup | {conditions: [{type: Complete, status:"
            + " 'True'}]}",
        "clone.kubevirt.io/v1beta1 VirtualMachineClone | {phase: Succeeded}",
        "snapshot.kubevirt.io/v1beta1 VirtualMachineRestore | {complete: true}",
        "harvesterhci.io/v1beta1 VirtualMachineRestore | {complete: true}",
        "longhorn.io/v1beta2 SystemRestore | {state: Completed}",
        "tinkerbell.org/v1alpha1 Workflow | {state: STATE_SUCCESS}",
        "tinkerbell.org/v1alpha1 Workflow | {state: TIMEOUT}",
        "kargo.akuity.io/v1alpha1 Promotion | {phase: Aborted}",
        "kafka.banzaicloud.io/v1alpha1 CruiseControlOperation | {currentTask: {state: Completed}}",
        "ops.kubedb.com/v1alpha1 PostgresOpsRequest | {phase: Successful}",
        "csiaddons.openshift.io/v1alpha1 ReclaimSpaceJob | {result: Succeeded}",
        "stork.libopenstorage.org/v1alpha1 ApplicationRestore | {stage: Final}",
        "camel.apache.org/v1 Build | {phase: Interrupted}",
        "apps.kruise.io/v1alpha1 ContainerRecreateRequest | {phase: Completed}",
      })
  void hasEnded(String type, String status) {
    assertThat(FinishedWork.isFinished(object(type, status))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tekton.dev/v1 PipelineRun | {conditions: [{type: Succeeded, status: Unknown}]}",
        "tekton.dev/v1 Pipeline | {phase: Succeeded}",
        "argoproj.io/v1alpha1 Workflow | {phase: Running}",
        "argoproj.io/v1alpha1 CronWorkflow | {phase: Succeeded}",
        "sparkoperator.k8s.io/v1beta2 SparkApplication | {applicationState: {state:"
            + " PENDING_RERUN}}",
        "kubeflow.org/v1 TFJob | {conditions: [{type: Succeeded, status: 'False'}]}",
        "kubeflow.org/v1 Notebook | {conditions: [{type: Complete, status: 'True'}]}",
        "ray.io/v1 RayJob | {jobDeploymentStatus: Retrying, jobStatus: FAILED}",
        "ray.io/v1 RayCluster | {state: failed}",
        "velero.io/v1 Backup | {phase: InProgress}",
        "batch.volcano.sh/v1alpha1 Job | {state: {phase: Aborted}}",
        "k8s.mariadb.com/v1alpha1 Backup | {conditions: [{type: Complete, status: 'False'}]}",
        "flink.apache.org/v1beta1 FlinkDeployment | {jobStatus: {state: FAILED}}",
        "kafka.strimzi.io/v1 KafkaRebalance | {conditions: [{type: ProposalReady, status:"
            + " 'True'}]}",
        "kafka.strimzi.io/v1 Kafka | {conditions: [{type: Ready, status: 'True'}]}",
        "k8s.keycloak.org/v2alpha1 KeycloakRealmImport | {conditions: [{type: Done, status:"
            + " 'False'}]}",
        "pingcap.com/v1alpha1 Restore | {conditions: [{type: RetryFailed, status: 'True'}]}",
        "flink.apache.org/v1beta1 FlinkStateSnapshot | {state: IN_PROGRESS}",
        "chaos-mesh.org/v1alpha1 PodChaos | {conditions: [{type: AllRecovered, status: 'True'}]}",
        "example.com/v1 Database | {phase: Failed, completionTime: '2026-01-01T00:00:00Z'}",
        "ps.percona.com/v1 PerconaServerMySQLBackup | {state: Error}",
        "snapshot.kubevirt.io/v1beta1 VirtualMachineRestore | {complete: false}",
        "tinkerbell.org/v1alpha1 Workflow | {state: PENDING}",
        "kargo.akuity.io/v1alpha1 Promotion | {phase: Running}",
        "kafka.banzaicloud.io/v1alpha1 CruiseControlOperation | {currentTask: {state:"
            + " CompletedWithError}}",
        "postgresql.cnpg.io/v1 Backup | {phase: walArchivingFailing}",
      })
  void hasNotEnded(String type, String status) {
    assertThat(FinishedWork.isFinished(object(type, status))).isFalse();
  }

  /**
   * What runs by a schedule, or until somebody stops it, says of each run or command that it is
   * complete. Left behind, there would be no backups any more, and nobody would know.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k8s.mariadb.com/v1alpha1 Backup | {schedule: {cron: '0 2 * * *', suspend: false}}",
        "k8s.mariadb.com/v1alpha1 PhysicalBackup | {schedule: {cron: '0 2 * * *'}}",
        "k8s.mariadb.com/v1alpha1 SqlJob | {schedule: {cron: '*/5 * * * *'}, sql: 'SELECT 1;'}",
        "pingcap.com/v1alpha1 Backup | {backupMode: log, br: {cluster: demo1}}",
        "br.pingcap.com/v1alpha1 Backup | {backupMode: log, logSubcommand: log-start}",
      })
  void whatGoesOnHasNotEndedWithARun(String type, String spec) {
    Manifest object = object(type, "{conditions: [{type: Complete, status: 'True'}]}");
    assertThat(FinishedWork.isFinished(object)).isTrue();
    ObjectNode tree = object.tree().deepCopy();
    tree.set("spec", Yaml.parse(spec).orElseThrow());
    assertThat(FinishedWork.isFinished(Manifest.of(tree))).isFalse();
  }

  @Test
  void everyLineHasAReasonASourceAndASignThatIsRead() {
    List<List<String>> lines = KnowledgeLines.of(FinishedWork.class, "finished.tsv", 5);
    Set<List<String>> seen = new HashSet<>();
    assertThat(lines)
        .hasSizeGreaterThan(100)
        .allMatch(l -> seen.add(l.subList(0, 2)))
        .allMatch(l -> l.get(1).matches("never|usual|condition \\w+|(unless spec|status)[.\\w]+"))
        .allMatch(l -> l.get(2).isEmpty() == l.get(1).matches("never|usual"))
        .allMatch(l -> !l.get(3).isBlank() && !l.get(4).isBlank());
    assertThat(lines)
        .filteredOn(l -> l.get(1).startsWith("unless"))
        .allMatch(l -> seen.stream().filter(s -> s.getFirst().equals(l.getFirst())).count() > 1);
  }

  @Test
  void everyKindThatWouldDoItsWorkTwiceSaysHowItEnds() throws IOException {
    assertThat(twice()).hasSizeGreaterThan(10).allMatch(FinishedWork::knows);
  }

  private static List<String> twice() throws IOException {
    try (InputStream in =
        FinishedWorkTest.class.getResourceAsStream("/dev/migrator/classify/knowledge.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.endsWith("\ta second copy would do the work twice"))
          .map(line -> line.substring(0, line.indexOf('\t')))
          .filter(kind -> !kind.equals("Job.batch"))
          .toList();
    }
  }
}
