package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a whole cluster goes along when one namespace moves. */
class ScopedPlanningTest {

  private static final String SOURCE =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: other}}
      ---
      {apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop}}
      ---
      {apiVersion: v1, kind: ServiceAccount, metadata: {name: root, namespace: other}}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: shop-reader}
      aggregationRule: {clusterRoleSelectors: [{matchLabels: {part-of: shop-reader}}]}
      rules: []
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: shop-reader-nodes, labels: {part-of: shop-reader}}
      rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: other-root}
      rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: shop-reader}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: shop-reader}
      subjects: [{kind: ServiceAccount, name: web, namespace: shop}, {kind: Group, name: guests, apiGroup: rbac.authorization.k8s.io}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: of-default}
      rules: [{apiGroups: [""], resources: [nodes], verbs: [list]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: of-default}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: of-default}
      subjects: [{kind: ServiceAccount, name: default, namespace: shop}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: other-root}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: other-root}
      subjects: [{kind: ServiceAccount, name: root, namespace: other}]
      ---
      {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}
      ---
      {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: unused}, value: 2000}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {serviceAccountName: web, priorityClassName: high, containers: [{name: c, image: "a:1"}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: guard, namespace: other}
      spec: {selector: {app: guard}, ports: [{port: 443}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: guard, namespace: shop}
      spec: {selector: {app: guard}, ports: [{port: 443}]}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: other-guard}
      webhooks:
        - name: g.example.com
          failurePolicy: Fail
          sideEffects: None
          admissionReviewVersions: [v1]
          clientConfig: {service: {namespace: other, name: guard}}
          rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: shop-guard}
      webhooks:
        - name: s.example.com
          failurePolicy: Fail
          sideEffects: None
          admissionReviewVersions: [v1]
          clientConfig: {service: {namespace: shop, name: guard}}
          rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
      """;

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster source =
      MemoryCluster.builder(clock, "old").version("v1.34.4").build();
  private final MemoryCluster target =
      MemoryCluster.builder(clock, "new").version("v1.36.3").build();

  @BeforeEach
  void load() {
    load(SOURCE);
  }

  private void load(String yaml) {
    List<Manifest> objects = new ArrayList<>();
    for (JsonNode document : Yaml.parseAll(yaml)) {
      objects.add(Manifest.parse(Json.text(document)));
    }
    source.load(objects.toArray(Manifest[]::new));
    clock.advance(Duration.ofMinutes(1));
  }

  private Plan plan(String scope) {
    return Planning.plan(
        source,
        target,
        MigrationFile.read(
            "apiVersion: migrator.dev/v1alpha1\nkind: Migration\nscope: " + scope + "\n"),
        PlanningOptions.defaults());
  }

  private static Set<String> clusterWide(Plan plan) {
    return plan.objects().stream()
        .map(object -> object.ref())
        .filter(ref -> ref.isClusterScoped() && !ref.groupKind().equals("Namespace"))
        .map(ref -> ref.kind() + "/" + ref.name())
        .collect(Collectors.toSet());
  }

  /** Neither the owner nor what it makes is any business of a move of one namespace. */
  @Test
  void whatAnOwnerMakesThatIsNotNeededEitherIsNotTold() {
    load(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: xbuckets.platform.example.org}
        spec:
          group: platform.example.org
          scope: Cluster
          names: {kind: XBucket, listKind: XBucketList, plural: xbuckets, singular: xbucket}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        {apiVersion: platform.example.org/v1, kind: XBucket, metadata: {name: media, uid: u-media}}
        ---
        apiVersion: platform.example.org/v1
        kind: XBucket
        metadata:
          name: media-1
          ownerReferences:
          - {apiVersion: platform.example.org/v1, kind: XBucket, name: media, uid: u-media, controller: true}
        """);
    assertThat(plan("{namespaces: {include: [shop]}}").findings())
        .noneMatch(f -> f.code().equals("owner-stays"));
  }

  @Test
  void aMoveOfOneNamespaceTakesWhatItNeedsAndNoOtherRights() {
    Plan plan = plan("{namespaces: {include: [shop]}}");
    assertThat(clusterWide(plan))
        .containsExactlyInAnyOrder(
            "ClusterRoleBinding/shop-reader",
            "ClusterRole/shop-reader",
            "ClusterRole/shop-reader-nodes",
            "ClusterRoleBinding/of-default",
            "ClusterRole/of-default",
            "PriorityClass/high",
            "ValidatingWebhookConfiguration/shop-guard");
    assertThat(plan.leftOut())
        .filteredOn(one -> one.ref().name().equals("other-root"))
        .hasSize(2)
        .allMatch(one -> one.reason().contains("scope.clusterScoped"));
    assertThat(plan.findings())
        .filteredOn(finding -> finding.code().equals("new-grant"))
        .extracting(finding -> finding.message())
        .containsExactly(
            "grants ClusterRole of-default to ServiceAccount shop/default at the target, in the"
                + " whole cluster",
            "grants ClusterRole shop-reader to ServiceAccount shop/web, Group guests at the target,"
                + " in the whole cluster");
  }

  @Test
  void noneTakesNone() {
    assertThat(clusterWide(plan("{namespaces: {include: [shop]}, clusterScoped: none}"))).isEmpty();
  }

  /** Asked for: but a webhook that nobody answers would refuse every create at the target. */
  @Test
  void allTakesAllButWebhooksWithoutTheirService() {
    Plan plan = plan("{namespaces: {include: [shop]}, clusterScoped: all}");
    assertThat(clusterWide(plan))
        .contains("ClusterRole/other-root", "ClusterRoleBinding/other-root", "PriorityClass/unused")
        .doesNotContain("ValidatingWebhookConfiguration/other-guard");
    assertThat(plan.findings())
        .filteredOn(finding -> finding.code().equals("webhook-stays"))
        .extracting(finding -> finding.object().map(ObjectRef::name).orElse(""))
        .containsExactly("other-guard");
  }

  @Test
  void aMoveOfTheWholeClusterTakesAll() {
    assertThat(clusterWide(plan("{}")))
        .contains(
            "ClusterRole/other-root",
            "PriorityClass/unused",
            "ValidatingWebhookConfiguration/other-guard");
  }
}
