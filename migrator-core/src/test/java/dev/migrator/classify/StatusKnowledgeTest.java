package dev.migrator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.ObjectRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The lines about statuses that are memory hang together, and say neither too much nor too little.
 */
class StatusKnowledgeTest {

  private static boolean isKnown(String groupKind) {
    return StatusKnowledge.reason(ObjectRef.parse(groupKind + "/a/b")).isPresent();
  }

  @Test
  void noLineStandsTwiceAndEachHasAReasonAndASource() {
    List<List<String>> lines = KnowledgeLines.of(StatusKnowledge.class, "status.tsv", 3);
    Set<String> seen = new HashSet<>();
    assertThat(lines)
        .hasSizeGreaterThan(10)
        .allMatch(l -> seen.add(l.getFirst()))
        .allMatch(l -> l.stream().noneMatch(String::isBlank))
        .allMatch(l -> l.get(1).startsWith("status."));
  }

  /** Without it something outside is made again, run again or counted from zero. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Kafka.kafka.strimzi.io",
        "Bucket.s3.services.k8s.aws",
        "BigQueryConnectionConnection.bigqueryconnection.cnrm.cloud.google.com",
        "Workspace.app.terraform.io",
        "HelmRelease.helm.toolkit.fluxcd.io",
        "ExternalSecret.external-secrets.io",
        "ScheduledBackup.postgresql.cnpg.io",
        "Schedule.velero.io",
        "ScaledObject.keda.sh",
        "FlinkDeployment.flink.apache.org",
        "ReplicationDestination.volsync.backube",
        "AgentPool.app.terraform.io",
        "Project.app.terraform.io",
        "Stack.app.terraform.io",
        "DatadogMonitor.datadoghq.com",
        "DatadogSLO.datadoghq.com",
        "DatadogGenericResource.datadoghq.com",
        "ServiceInstance.services.cloud.sap.com",
        "ServiceBinding.services.cloud.sap.com",
        "PostgresUser.db.movetokube.com",
        "RandomSecret.redhatcop.redhat.io",
        "BareMetalHost.metal3.io",
        "Trigger.eventing.knative.dev",
        "Freight.kargo.akuity.io",
        "Stage.kargo.akuity.io",
        "PhysicalBackup.k8s.mariadb.com",
        "BackupSchedule.pingcap.com",
        "SnapshotSchedule.snapscheduler.backube",
        "ScheduledSparkApplication.sparkoperator.k8s.io",
      })
  void isMemory(String groupKind) {
    assertThat(isKnown(groupKind)).isTrue();
  }

  /** It is found again, or it names what stays at the source: with it things would go wrong. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Certificate.cert-manager.io",
        "Rollout.argoproj.io",
        "Canary.flagger.app",
        "Cluster.postgresql.cnpg.io",
        "PostgresCluster.postgres-operator.crunchydata.com",
        "Kustomization.kustomize.toolkit.fluxcd.io",
        "PushSecret.external-secrets.io",
        "VolumeSnapshotContent.snapshot.storage.k8s.io",
        "Backup.velero.io",
        "KafkaTopic.kafka.strimzi.io",
        "CephCluster.ceph.rook.io",
        "Elasticsearch.elasticsearch.k8s.elastic.co",
        "TidbCluster.pingcap.com",
        "VitessShard.planetscale.com",
        "VaultDynamicSecret.secrets.hashicorp.com",
        "ObjectBucketClaim.objectbucket.io",
        "IPAMClaim.k8s.cni.cncf.io",
        "Schedule.k8up.io",
        "DatadogAgent.datadoghq.com",
        "Warehouse.kargo.akuity.io",
        "Workload.kueue.x-k8s.io",
        "Volume.longhorn.io",
        "IPAddressPool.metallb.io",
      })
  void isNotCarried(String groupKind) {
    assertThat(isKnown(groupKind)).isFalse();
  }
}
