package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What quotas refuse of what is created and of what that makes. */
class QuotaUsageTest {

  private static final Map<String, String> PLURALS =
      Map.of(
          "ConfigMap", "configmaps",
          "Service", "services",
          "PersistentVolumeClaim", "persistentvolumeclaims",
          "Pod", "pods",
          "Deployment", "deployments",
          "StatefulSet", "statefulsets",
          "DaemonSet", "daemonsets",
          "Job", "jobs");

  private static final String ASKS =
      "{containers: [{name: c, resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 1,"
          + " memory: 1Gi}}}]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Objects that are created: figures that fit, that do not, that are used already.
        "configmaps: 1 | 0 | v1 ConfigMap {} | ''",
        "configmaps: 1 | 1 | v1 ConfigMap {} | quota-exceeded allows 1 configmaps, 1 is used, and 1"
            + " more",
        "count/configmaps: 0 | 0 | v1 ConfigMap {} | quota-exceeded allows 0 count/configmaps",
        "count/deployments.apps: 1k | 1k | apps/v1 Deployment {spec: {template: {spec: %s}}} |"
            + " quota-exceeded allows 1000 count/deployments.apps",
        "secrets: 0 | 0 | v1 ConfigMap {} | ''",
        "services.loadbalancers: 0 | 0 | v1 Service {spec: {type: LoadBalancer}} | quota-exceeded",
        "services.loadbalancers: 0 | 0 | v1 Service {spec: {type: NodePort}} | ''",
        "services.nodeports: 1 | 0 | v1 Service {spec: {type: NodePort, ports: [{}, {}]}} |"
            + " quota-exceeded",
        "services.nodeports: 1 | 0 | v1 Service {spec: {type: ClusterIP, ports: [{}, {}]}} | ''",
        "services.nodeports: 0 | 0 | v1 Service {spec: {type: LoadBalancer,"
            + " allocateLoadBalancerNodePorts: false, ports: [{}]}} | ''",
        "requests.storage: 5Gi | 3Gi | v1 PersistentVolumeClaim {spec: {resources: {requests:"
            + " {storage: 3Gi}}}} | quota-exceeded allows 5Gi requests.storage, 3Gi are used, and"
            + " 3Gi more",
        "gold.storageclass.storage.k8s.io/requests.storage: 1Gi | 0 | v1 PersistentVolumeClaim"
            + " {spec: {storageClassName: gold, resources: {requests: {storage: 3Gi}}}} |"
            + " quota-exceeded",
        "usual.storageclass.storage.k8s.io/persistentvolumeclaims: 0 | 0 | v1"
            + " PersistentVolumeClaim {spec: {}} | quota-exceeded",
        "usual.storageclass.storage.k8s.io/persistentvolumeclaims: 0 | 0 | v1"
            + " PersistentVolumeClaim {spec: {storageClassName: ''}} | ''",
        // Bare pods are created, those of workloads are made.
        "pods: 0 | 0 | v1 Pod {spec: %s} | quota-exceeded allows 0 pods",
        "requests.cpu: 400m | 0 | v1 Pod {spec: %s} | quota-exceeded allows 0.4 requests.cpu",
        "requests.cpu: 1 | 500m | v1 Pod {spec: %s} | ''",
        "pods: 2 | 0 | apps/v1 Deployment {spec: {replicas: 3, template: {spec: %s}}} |"
            + " quota-full allows 2 pods, 0 are used, and 3 more",
        "memory: 4Gi | 2Gi | apps/v1 Deployment {spec: {replicas: 3, template: {spec: %s}}} |"
            + " quota-full allows 4Gi memory, 2Gi are used, and 3Gi more",
        "limits.cpu: 3 | 0 | apps/v1 Deployment {spec: {replicas: 3, template: {spec: %s}}} | ''",
        "count/replicasets.apps: 0 | 0 | apps/v1 Deployment {spec: {template: {spec: %s}}} |"
            + " quota-full",
        "pods: 2 | 0 | batch/v1 Job {spec: {parallelism: 5, completions: 2, template: {spec: %s}}}"
            + " | ''",
        "pods: 1 | 0 | apps/v1 DaemonSet {spec: {template: {spec: %s}}} | quota-of-pods",
        "persistentvolumeclaims: 1 | 0 | apps/v1 StatefulSet {spec: {replicas: 2, template:"
            + " {spec: %s}, volumeClaimTemplates: [{metadata: {name: d}, spec: {}}]}} | quota-full",
        // Under a quota of cpu or memory every container must say how much.
        "limits.cpu: 9 | 0 | v1 Pod {spec: {containers: [{name: c}]}} | refused-by-policy container"
            + " c: no limits.cpu",
        "limits.cpu: 9 | 0 | apps/v1 Deployment {spec: {template: {spec: {containers: [{name: c}],"
            + " initContainers: [{name: i}]}}}} | quota-refuses container c, init container i: no"
            + " limits.cpu",
        "requests.ephemeral-storage: 9 | 0 | v1 Pod {spec: {containers: [{name: c}]}} | ''",
        "cpu: 9 | 0 | v1 Pod {spec: {resources: {limits: {cpu: 1}}, containers: [{name: c}]}} | ''",
      })
  void whatOneQuotaRefuses(String hard, String used, String object, String expected) {
    String name = hard.substring(0, hard.lastIndexOf(':'));
    Manifest quota =
        manifest(
            "v1 ResourceQuota {spec: {hard: {%s}}, status: {used: {%s: %s}}}"
                .formatted(hard, name, used));
    assertSaid(
        findings(quota, false, new LimitRanges(), Set.of(), object.replace("%s", ASKS)), expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scopes: [BestEffort] | {containers: [{name: c}]} | true",
        "scopes: [NotBestEffort] | {containers: [{name: c}]} | false",
        "scopes: [NotBestEffort] | {containers: [{name: c, resources: {limits: {cpu: 1}}}]} | true",
        "scopes: [Terminating] | {activeDeadlineSeconds: 5, containers: [{name: c}]} | true",
        "scopes: [Terminating] | {containers: [{name: c}]} | false",
        "scopes: [NotTerminating, BestEffort] | {containers: [{name: c}]} | true",
        "scopes: [PriorityClass] | {containers: [{name: c}]} | false",
        "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values:"
            + " [high]}]} | {priorityClassName: high, containers: [{name: c}]} | true",
        "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values:"
            + " [high]}]} | {priorityClassName: high, containers: [{name: c}]} | false",
        "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values:"
            + " [high]}]} | {containers: [{name: c}]} | false",
        "scopes: [CrossNamespacePodAffinity] | {affinity: {podAntiAffinity:"
            + " {requiredDuringSchedulingIgnoredDuringExecution: [{namespaces: [x]}]}},"
            + " containers: [{name: c}]} | true",
      })
  void aScopedQuotaCountsOnlyPodsInIt(String scopes, String spec, boolean counted) {
    Manifest quota = manifest("v1 ResourceQuota {spec: {%s, hard: {pods: 0}}}".formatted(scopes));
    assertSaid(
        findings(quota, false, new LimitRanges(), Set.of(), "v1 Pod {spec: %s}".formatted(spec)),
        counted ? "quota-exceeded" : "");
  }

  @Test
  void whatALimitRangeFillsInIsCounted() {
    LimitRanges limits = new LimitRanges();
    limits.add(
        manifest("v1 LimitRange {spec: {limits: [{type: Container, default: {cpu: 2}}]}}"), true);
    Manifest quota = manifest("v1 ResourceQuota {spec: {hard: {limits.cpu: 3}}}");
    String web =
        "apps/v1 Deployment {spec: {replicas: 2, template: {spec: {containers: [{name: c}]}}}}";
    assertSaid(findings(quota, false, limits, Set.of(), web), "quota-full allows 3 limits.cpu");
  }

  @Test
  void aTravellingQuotaHasNoUsageYetButWhatEveryNamespaceHas() {
    Manifest quota =
        manifest(
            "v1 ResourceQuota {spec: {hard: {configmaps: 1, services: 1}}, status: {used:"
                + " {services: 1}}}");
    assertSaid(findings(quota, true, new LimitRanges(), Set.of(), "v1 Service {}"), "");
    assertSaid(
        findings(quota, true, new LimitRanges(), Set.of(), "v1 ConfigMap {}"),
        "quota-exceeded the quota, which travels along, allows 1 configmaps, 1 is used");
  }

  @Test
  void claimsOfAStatefulSetThatTravelThemselvesAreCountedOnce() {
    Manifest quota = manifest("v1 ResourceQuota {spec: {hard: {persistentvolumeclaims: 1}}}");
    String set =
        "apps/v1 StatefulSet {spec: {replicas: 2, template: {spec: %s}, volumeClaimTemplates:"
                .formatted(ASKS)
            + " [{metadata: {name: d}, spec: {}}]}}";
    assertSaid(
        findings(
            quota,
            false,
            new LimitRanges(),
            Set.of(ObjectRef.core("PersistentVolumeClaim", "shop", "d-a-1")),
            set),
        "");
  }

  private static void assertSaid(List<Finding> findings, String expected) {
    if (expected.isEmpty()) {
      assertThat(findings).isEmpty();
      return;
    }
    int space = (expected + " ").indexOf(' ');
    assertThat(findings)
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.code()).isEqualTo(expected.substring(0, space));
              assertThat(f.message()).contains(expected.substring(space).strip());
            });
  }

  private static List<Finding> findings(
      Manifest quota, boolean travels, LimitRanges limits, Set<ObjectRef> claims, String object) {
    Manifest body = manifest(object);
    Map<ObjectRef, Demand> demands = new TreeMap<>();
    demands.put(body.ref(), new Demand(body, PLURALS.getOrDefault(body.kind(), ""), limits));
    return QuotaUsage.findings(
        List.of(new QuotaUsage.Quota(quota, travels)), demands, "usual", claims::contains);
  }

  private static Manifest manifest(String text) {
    String[] parts = text.strip().split(" ", 3);
    var tree =
        (com.fasterxml.jackson.databind.node.ObjectNode) Yaml.parse(parts[2]).orElse(Json.object());
    tree.put("apiVersion", parts[0]).put("kind", parts[1]);
    tree.withObjectProperty("metadata").put("name", "a").put("namespace", "shop");
    return Manifest.of(tree);
  }
}
