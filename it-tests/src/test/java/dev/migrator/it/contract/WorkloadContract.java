package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What controllers do: namespaces, definitions, and the workloads that run all the time. */
abstract class WorkloadContract extends ListContract {

  @Test
  void everyNamespaceIsFurnished() {
    assertThat(get("v1", "ConfigMap", "kube-root-ca.crt")).isPresent();
    assertThat(get("v1", "ServiceAccount", "default")).isPresent();
    Manifest live = get("v1", "Namespace", namespace).orElseThrow();
    assertThat(live.labels()).containsEntry("kubernetes.io/metadata.name", namespace);
    assertThat(live.at("status", "phase").asText()).isEqualTo("Active");
  }

  @Test
  void aTerminatingNamespaceTakesNothingNew() {
    create(
        "v1",
        "ConfigMap",
        "{\"metadata\": {\"name\": \"held\", \"finalizers\": [\"example.com/hold\"]}}");
    Manifest live = get("v1", "Namespace", namespace).orElseThrow();
    delete(live, Deletion.Propagation.BACKGROUND);
    assertFails(ClusterFailure.Forbidden.class, () -> configMap("late"));
    eventually(
        "its content is deleted",
        () -> get("v1", "ConfigMap", "held").orElseThrow().isBeingDeleted());
    merge(get("v1", "ConfigMap", "held").orElseThrow(), "{\"metadata\": {\"finalizers\": null}}");
    eventually("the namespace is gone", () -> get("v1", "Namespace", namespace).isEmpty());
  }

  @Test
  void aDefinitionIsServedOnceItIsEstablished() {
    String plural = "widgets" + namespace.replaceAll("[^a-z0-9]", "");
    Manifest definition =
        create(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            """
            {"metadata": {"name": "%1$s.contract.example.com"},
             "spec": {"group": "contract.example.com", "scope": "Namespaced",
               "names": {"kind": "Widget%2$s", "plural": "%1$s"},
               "versions": [{"name": "v1", "served": true, "storage": true,
                 "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                   "spec": {"type": "object", "required": ["size"], "properties": {
                     "size": {"type": "integer"},
                     "colour": {"type": "string", "default": "red"}}}}}}}]}}
            """
                .formatted(plural, plural.substring("widgets".length())));
    String kind = definition.at("spec", "names", "kind").asText();
    eventually("it is established", () -> hasCondition(read(definition), "Established"));
    eventually("it is served", () -> served("contract.example.com/v1", kind).isPresent());
    Manifest widget =
        create(
            "contract.example.com/v1",
            kind,
            "{\"metadata\": {\"name\": \"w\"}, \"spec\": {\"size\": 3}}");
    assertThat(widget.at("spec", "colour").asText()).isEqualTo("red");
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            create(
                "contract.example.com/v1",
                kind,
                "{\"metadata\": {\"name\": \"x\"}, \"spec\": {\"size\": 3, \"sise\": 4}}"));
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            create(
                "contract.example.com/v1",
                kind,
                "{\"metadata\": {\"name\": \"x\"}, \"spec\": {}}"));
    delete(definition, Deletion.Propagation.BACKGROUND);
    eventually("the definition is gone", () -> isGone(definition));
    eventually("it is served no more", () -> served("contract.example.com/v1", kind).isEmpty());
  }

  @Test
  void aServiceGetsAnAddressAndAStrangersAddressIsRefused() {
    Manifest service =
        create(
            "v1",
            "Service",
            """
            {"metadata": {"name": "web"},
             "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
            """);
    assertThat(service.at("spec", "clusterIP").asText()).matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    assertThat(service.at("spec", "type").asText()).isEqualTo("ClusterIP");
    assertThat(service.at("spec", "ports").path(0).path("targetPort").asInt()).isEqualTo(80);
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            create(
                "v1",
                "Service",
                """
                {"metadata": {"name": "other"},
                 "spec": {"clusterIP": "203.0.113.7", "ports": [{"port": 80}]}}
                """));
    Manifest headless =
        create(
            "v1",
            "Service",
            """
            {"metadata": {"name": "headless"},
             "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}
            """);
    assertThat(headless.at("spec", "clusterIP").asText()).isEqualTo("None");
  }

  @Test
  void defaultsAreFilledIn() {
    Manifest deployment = create("apps/v1", "Deployment", Samples.deployment("web", 0));
    assertThat(deployment.at("spec", "revisionHistoryLimit").asInt()).isEqualTo(10);
    assertThat(deployment.at("spec", "strategy", "rollingUpdate", "maxSurge").asText())
        .isEqualTo("25%");
    var pod = deployment.at("spec", "template", "spec");
    assertThat(pod.path("restartPolicy").asText()).isEqualTo("Always");
    assertThat(pod.path("dnsPolicy").asText()).isEqualTo("ClusterFirst");
    assertThat(pod.path("schedulerName").asText()).isEqualTo("default-scheduler");
    assertThat(pod.path("containers").path(0).path("imagePullPolicy").asText())
        .isEqualTo("IfNotPresent");
    assertThat(pod.path("containers").path(0).path("terminationMessagePath").asText())
        .isEqualTo("/dev/termination-log");
  }

  @Test
  void quantitiesAreWrittenInTheServersWay() {
    Manifest quota =
        create(
            "v1",
            "ResourceQuota",
            """
            {"metadata": {"name": "q"}, "spec": {"hard": {"requests.cpu": "1000m",
              "limits.cpu": 0.5, "requests.memory": "1024Mi", "limits.memory": "1000000k"}}}
            """);
    assertThat(quota.at("spec", "hard", "requests.cpu").asText()).isEqualTo("1");
    assertThat(quota.at("spec", "hard", "limits.cpu").asText()).isEqualTo("500m");
    assertThat(quota.at("spec", "hard", "requests.memory").asText()).isEqualTo("1Gi");
    assertThat(quota.at("spec", "hard", "limits.memory").asText()).isEqualTo("1G");
  }

  @Test
  void aQuotaOfObjectsRefusesOneTooMany() {
    create(
        "v1",
        "ResourceQuota",
        "{\"metadata\": {\"name\": \"q\"}, \"spec\": {\"hard\": {\"count/secrets\": \"1\"}}}");
    eventually(
        "the quota counts",
        () -> get("v1", "ResourceQuota", "q").orElseThrow().at("status", "hard").size() == 1);
    create("v1", "Secret", "{\"metadata\": {\"name\": \"one\"}}");
    assertFails(
        ClusterFailure.Forbidden.class,
        () -> create("v1", "Secret", "{\"metadata\": {\"name\": \"two\"}}"));
    // Counted before the name is looked at: no AlreadyExists.
    assertFails(
        ClusterFailure.Forbidden.class,
        () -> create("v1", "Secret", "{\"metadata\": {\"name\": \"one\"}}"));
  }

  @Test
  void aServiceThatAsksForANodePortIsInTheWayOfItself() {
    String body =
        """
        {"metadata": {"name": "web"},
         "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 32001}]}}
        """;
    create("v1", "Service", body);
    ClusterFailure again = failure(() -> create("v1", "Service", body));
    assertThat(again).isInstanceOf(ClusterFailure.Invalid.class);
    assertThat(again.detail()).contains("already allocated");
  }

  @Test
  void someFieldsNeverChange() {
    Manifest deployment = create("apps/v1", "Deployment", Samples.deployment("web", 0));
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            merge(
                deployment,
                """
                {"spec": {"selector": {"matchLabels": {"app": "x"}},
                          "template": {"metadata": {"labels": {"app": "x"}}}}}
                """));
    Manifest binding =
        create(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            """
            {"metadata": {"name": "b"}, "subjects": [],
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}}
            """);
    assertFails(
        ClusterFailure.Invalid.class, () -> merge(binding, "{\"roleRef\": {\"name\": \"s\"}}"));
  }

  @Test
  void aDeploymentRunsAndScalesToNothing() {
    Manifest deployment = create("apps/v1", "Deployment", Samples.deployment("web", 2));
    eventually("two pods are ready", () -> replicas(deployment, "readyReplicas") == 2);
    assertThat(hasCondition(read(deployment), "Available")).isTrue();
    assertThat(list("v1", "Pod")).hasSize(2);
    Manifest scale = merge(deployment, "scale", "{\"spec\": {\"replicas\": 0}}");
    assertThat(scale.at("spec", "replicas").asInt()).isZero();
    assertThat(read(deployment).at("spec", "replicas").asInt()).isZero();
    eventually("no pod is left", () -> list("v1", "Pod").isEmpty());
    eventually(
        "the status says so",
        () ->
            replicas(deployment, "replicas") == 0
                && read(deployment).at("status", "observedGeneration").asInt()
                    == read(deployment).at("metadata", "generation").asInt());
  }

  @Test
  void aStaleScaleIsAConflict() {
    Manifest deployment = create("apps/v1", "Deployment", Samples.deployment("web", 0));
    merge(deployment, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            merge(
                deployment,
                "scale",
                "{\"metadata\": {\"resourceVersion\": \"%s\"}, \"spec\": {\"replicas\": 1}}"
                    .formatted(deployment.resourceVersion())));
  }

  @Test
  void aDeletedDeploymentTakesItsPodsAlong() {
    Manifest deployment = create("apps/v1", "Deployment", Samples.deployment("web", 1));
    eventually("a pod is there", () -> list("v1", "Pod").size() == 1);
    delete(deployment, Deletion.Propagation.FOREGROUND);
    eventually("the deployment is gone", () -> isGone(deployment));
    assertThat(list("apps/v1", "ReplicaSet")).isEmpty();
    eventually("its pods are gone", () -> list("v1", "Pod").isEmpty());
  }

  @Test
  void podsNeedTheirServiceAccount() {
    assertFails(
        ClusterFailure.Forbidden.class,
        () ->
            create(
                "v1",
                "Pod",
                "{\"metadata\": {\"name\": \"p\"}, \"spec\": %s}"
                    .formatted(Samples.pod("\"serviceAccountName\": \"nobody\","))));
  }

  @Test
  void aStatefulSetKeepsNamesAndOrder() {
    Manifest set = create("apps/v1", "StatefulSet", Samples.statefulSet("db", 2));
    eventually("both are ready", () -> replicas(set, "readyReplicas") == 2);
    assertThat(podsOf(set)).extracting(Manifest::name).containsExactly("db-0", "db-1");
    merge(set, "scale", "{\"spec\": {\"replicas\": 0}}");
    eventually("no pod is left", () -> podsOf(set).isEmpty());
  }

  /** A set that shall not delete its claims any more forgets those of pods that it has not. */
  @Test
  void aStatefulSetSetsOnlyTheClaimsOfItsPodsFree() {
    Manifest set = create("apps/v1", "StatefulSet", Samples.statefulSetThatDeletesClaims("db", 2));
    eventually(
        "the set owns both claims",
        () -> isOwnedClaim("disk-db-0", set) && isOwnedClaim("disk-db-1", set));
    merge(set, "scale", "{\"spec\": {\"replicas\": 1}}");
    eventually("one pod is left", () -> podsOf(set).size() == 1);
    assertThat(isOwnedClaim("disk-db-1", set)).isTrue();
    merge(
        set,
        "{\"spec\": {\"persistentVolumeClaimRetentionPolicy\": {\"whenDeleted\": \"Retain\"}}}");
    eventually("the claim of the pod is free", () -> !isOwnedClaim("disk-db-0", set));
    always("the other is not", Duration.ofSeconds(2), () -> isOwnedClaim("disk-db-1", set));
    delete(read(set), Deletion.Propagation.FOREGROUND);
    eventually("the set is gone", () -> isGone(set));
    eventually("and takes its claim along", () -> claim("disk-db-1").isEmpty());
    assertThat(claim("disk-db-0").orElseThrow().isBeingDeleted()).isFalse();
  }

  private Optional<Manifest> claim(String name) {
    return get("v1", "PersistentVolumeClaim", name);
  }

  private boolean isOwnedClaim(String name, Manifest owner) {
    return claim(name).stream()
        .flatMap(claim -> claim.at("metadata", "ownerReferences").valueStream())
        .anyMatch(reference -> reference.path("uid").asText().equals(owner.uid()));
  }

  @Test
  void aDaemonSetWithoutAFittingNodeRunsNowhere() {
    Manifest set =
        create("apps/v1", "DaemonSet", Samples.daemonSet("agent", "\"no\": \"such-node\""));
    eventually(
        "the controller has seen it",
        () -> read(set).at("status", "observedGeneration").asInt() == 1);
    assertThat(read(set).at("status", "desiredNumberScheduled").asInt()).isZero();
    assertThat(podsOf(set)).isEmpty();
  }

  @Test
  void aDaemonSetRunsOnNodesAndLeavesThem() {
    Manifest set = create("apps/v1", "DaemonSet", Samples.daemonSet("agent", ""));
    eventually("its pods are there", () -> !podsOf(set).isEmpty());
    merge(set, "{\"spec\": {\"template\": {\"spec\": {\"nodeSelector\": {\"no\": \"such\"}}}}}");
    eventually("no pod is left", () -> podsOf(set).isEmpty());
  }

  @Test
  void aGatedPodIsNotScheduled() {
    Manifest pod =
        create(
            "v1",
            "Pod",
            "{\"metadata\": {\"name\": \"p\"}, \"spec\": %s}"
                .formatted(Samples.pod("\"schedulingGates\": [{\"name\": \"example.com/x\"}],")));
    always("it waits", Duration.ofSeconds(2), () -> !read(pod).has("spec", "nodeName"));
    merge(pod, "{\"spec\": {\"schedulingGates\": null}}");
    eventually("it runs", () -> read(pod).at("status", "phase").asText().equals("Running"));
  }

  @Test
  void aDeletedPodTakesItsTimeAndGoes() {
    Manifest pod =
        create(
            "v1",
            "Pod",
            "{\"metadata\": {\"name\": \"p\"}, \"spec\": %s}".formatted(Samples.pod("")));
    eventually("it runs", () -> read(pod).at("status", "phase").asText().equals("Running"));
    assertThat(delete(pod, Deletion.Propagation.BACKGROUND)).isPresent();
    eventually("it is gone", () -> isGone(pod));
  }

  private int replicas(Manifest workload, String field) {
    return read(workload).at("status", field).asInt();
  }
}
