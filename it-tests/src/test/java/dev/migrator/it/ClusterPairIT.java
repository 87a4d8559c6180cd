package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.junit.RealClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pair does what the other tests rely on. */
@RealClusters
class ClusterPairIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final String WORKLOADS =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: cluster-pair-it}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: cluster-pair-it}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: web}]}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: once, namespace: cluster-pair-it}
      spec:
        template:
          spec: {restartPolicy: Never, containers: [{name: once, image: once}]}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: broken, namespace: cluster-pair-it}
      spec:
        backoffLimit: 0
        template:
          metadata: {annotations: {it.migrator.dev/ends: failed}}
          spec: {restartPolicy: Never, containers: [{name: broken, image: broken}]}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: often, namespace: cluster-pair-it}
      spec:
        schedule: "* * * * *"
        jobTemplate:
          spec:
            template:
              metadata: {annotations: {it.migrator.dev/runs-for: 1h}}
              spec: {restartPolicy: Never, containers: [{name: often, image: often}]}
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: cluster-pair-it}
      provisioner: kubernetes.io/host-path
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: cluster-pair-it}
      spec:
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: db}]}
        volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: cluster-pair-it
              resources: {requests: {storage: 1Gi}}
      """;

  @Test
  void clustersAreOfTheirVersions(ClusterPair pair) {
    assertThat(pair.source().version()).startsWith("v1.34.");
    assertThat(pair.target().version()).startsWith("v1.36.");
    for (TestCluster cluster : pair.clusters().toList()) {
      assertThat(cluster.kubectl().run("version")).contains("Server Version: " + cluster.version());
    }
  }

  @Test
  void oneKubeconfigReachesBoth(ClusterPair pair) {
    List<String> uids =
        pair.clusters()
            .map(
                cluster ->
                    new Kubectl(cluster.kubectl().program(), pair.kubeconfig(), cluster.name()))
            .map(
                kubectl ->
                    kubectl.run(
                        "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"))
            .toList();
    assertThat(uids).hasSize(2).doesNotHaveDuplicates().noneMatch(String::isBlank);
  }

  @Test
  void theRestrictedUserMayNothingUntilGranted(ClusterPair pair) {
    Kubectl admin = pair.source().kubectl();
    Kubectl restricted = admin.withContext("source-restricted");
    Kubectl.Outcome refused = restricted.attempt("", "get", "secrets", "-A");
    assertThat(refused.exitCode()).isOne();
    assertThat(refused.err()).contains("Forbidden", "User \"restricted\"");
    admin.run(
        "create",
        "clusterrolebinding",
        "cluster-pair-it",
        "--clusterrole=view",
        "--user=restricted");
    try {
      await()
          .atMost(LIMIT)
          .until(() -> restricted.attempt("", "get", "pods", "-A").exitCode() == 0);
    } finally {
      admin.run("delete", "clusterrolebinding", "cluster-pair-it");
    }
  }

  @Test
  void workloadsLive(ClusterPair pair) throws IOException {
    pair.clusters()
        .forEach(cluster -> cluster.kubectl().runWithInput(WORKLOADS, "apply", "-f", "-"));
    for (TestCluster cluster : pair.clusters().toList()) {
      Kubectl kubectl = cluster.kubectl();
      kubectl.run("rollout", "status", "deployment/web", "-n", "cluster-pair-it", "--timeout=100s");
      kubectl.run("rollout", "status", "statefulset/db", "-n", "cluster-pair-it", "--timeout=100s");
      kubectl.run(
          "wait",
          "job/once",
          "-n",
          "cluster-pair-it",
          "--for=condition=Complete",
          "--timeout=100s");
      kubectl.run(
          "wait",
          "job/broken",
          "-n",
          "cluster-pair-it",
          "--for=condition=Failed",
          "--timeout=100s");
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  kubectl.run(
                      "get",
                      "pods",
                      "-n",
                      "cluster-pair-it",
                      "-o",
                      "jsonpath={.items[*].metadata.name}"),
              pods -> pods.contains("often-"));
      assertThat(Files.readString(cluster.auditLog()))
          .as("the body of what was written is in the audit log")
          .contains("\"requestObject\":{\"kind\":\"CronJob\"")
          .doesNotContain("\"stage\":\"RequestReceived\"");
      kubectl.run("delete", "namespace", "cluster-pair-it", "--timeout=100s");
      kubectl.run("delete", "storageclass", "cluster-pair-it");
    }
  }
}
