package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who a cluster is, and how objects come and change. */
abstract class ObjectContract extends ContractBase {

  @Test
  void aClusterSaysWhoItIs() {
    String uid =
        cluster()
            .get(type("v1", "Namespace"), dev.migrator.model.ObjectRef.namespace("kube-system"))
            .orElseThrow()
            .uid();
    assertThat(cluster().identity().uid()).isEqualTo(uid).isNotEmpty();
    assertThat(cluster().identity().version()).matches("v1\\.\\d+\\..*");
  }

  @Test
  void discoveryDescribesTypes() {
    ResourceType deployment = type("apps/v1", "Deployment");
    assertThat(deployment.plural()).isEqualTo("deployments");
    assertThat(deployment.namespaced()).isTrue();
    assertThat(deployment.verbs()).contains("create", "delete", "get", "list", "patch", "watch");
    assertThat(deployment.subresources()).contains("scale", "status");
    assertThat(deployment.shortNames()).contains("deploy");
    assertThat(type("v1", "Namespace").namespaced()).isFalse();
    assertThat(type("batch/v1", "CronJob").subresources()).contains("status");
    assertThat(type("authorization.k8s.io/v1", "SelfSubjectAccessReview").verbs())
        .doesNotContain("list");
    assertThat(cluster().discover().unread()).isEmpty();
  }

  @Test
  void theServerTellsItsTime() {
    Instant first = cluster().serverTime();
    pause(Duration.ofSeconds(3));
    assertThat(Duration.between(first, cluster().serverTime()))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  @Test
  void createAnswersWithWhatIsStored() {
    Manifest created = configMap("one");
    assertThat(created.uid()).isNotEmpty();
    assertThat(created.resourceVersion()).isNotEmpty();
    assertThat(created.text("metadata", "creationTimestamp")).isPresent();
    assertThat(created.at("data", "a").asText()).isEqualTo("1");
    assertThat(get("v1", "ConfigMap", "one")).contains(created);
  }

  @Test
  void namesOfRolesMayHoldAlmostAnything() {
    String name = namespace + ": ü?&#+ x";
    Manifest role =
        create(
            "rbac.authorization.k8s.io/v1",
            "Role",
            "{\"metadata\": {\"name\": \"%s\"}, \"rules\": []}".formatted(name));
    assertThat(role.name()).isEqualTo(name);
    assertThat(read(role)).isEqualTo(role);
    assertThat(merge(role, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").labels())
        .containsEntry("a", "b");
    delete(role, Deletion.Propagation.BACKGROUND);
    eventually("it is gone", () -> isGone(role));
  }

  @Test
  void aRefusalOfASecretDoesNotQuoteIt() {
    ClusterFailure failure =
        failure(
            () ->
                create(
                    "v1",
                    "Secret",
                    "{\"metadata\": {\"name\": \"one\"}, \"data\": {\"a\": \"hunter2!\"}}"));
    assertThat(failure.detail()).doesNotContain("hunter2");
    assertThat(failure.detail().lines()).hasSize(1);
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(get("v1", "ConfigMap", "nobody")).isEmpty();
  }

  @Test
  void createTwiceIsAlreadyExistsAndNotConflict() {
    configMap("one");
    assertFails(ClusterFailure.AlreadyExists.class, () -> configMap("one"));
  }

  @Test
  void createInAMissingNamespaceIsNotFound() {
    assertFails(
        ClusterFailure.NotFound.class,
        () ->
            create(
                "v1",
                "ConfigMap",
                "{\"metadata\": {\"name\": \"one\", \"namespace\": \"no-such-namespace\"}}"));
  }

  @Test
  void createWithABadNameIsInvalid() {
    assertFails(ClusterFailure.Invalid.class, () -> configMap("Not_A_Name"));
  }

  @Test
  void createWithAResourceVersionKeepsNothing() {
    failure(
        () ->
            create(
                "v1",
                "ConfigMap",
                "{\"metadata\": {\"name\": \"one\", \"resourceVersion\": \"1\"}}"));
    assertThat(get("v1", "ConfigMap", "one")).isEmpty();
  }

  @Test
  void createWithAnUnknownFieldIsInvalid() {
    assertFails(
        ClusterFailure.Invalid.class,
        () -> create("v1", "ConfigMap", "{\"metadata\": {\"name\": \"one\"}, \"dada\": {}}"));
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            create(
                "apps/v1", "Deployment", Samples.deployment("web", 1).replace("replicas", "nope")));
  }

  @Test
  void createIgnoresAForeignUidAndStatus() {
    Manifest created =
        create(
            "apps/v1",
            "Deployment",
            Samples.deployment("web", 0)
                .replaceFirst("\\{", "{\"status\": {\"replicas\": 7, \"readyReplicas\": 7},"));
    assertThat(created.at("status", "replicas").asInt()).isZero();
    Manifest named =
        create(
            "v1",
            "ConfigMap",
            "{\"metadata\": {\"name\": \"one\","
                + " \"uid\": \"11111111-2222-3333-4444-555555555555\"}}");
    assertThat(named.uid()).isNotEqualTo("11111111-2222-3333-4444-555555555555");
  }

  @Test
  void proveAnswersAndKeepsNothing() {
    Manifest body = body("v1", "ConfigMap", "{\"metadata\": {\"name\": \"one\"}}");
    assertThat(cluster().prove(type("v1", "ConfigMap"), body).uid()).isNotEmpty();
    assertThat(get("v1", "ConfigMap", "one")).isEmpty();
    configMap("one");
    assertFails(
        ClusterFailure.AlreadyExists.class, () -> cluster().prove(type("v1", "ConfigMap"), body));
  }

  @Test
  void mergePatchSetsAndRemoves() {
    Manifest before = configMap("one");
    Manifest after = merge(before, "{\"data\": {\"a\": null, \"b\": \"2\"}}");
    assertThat(Json.text(after.at("data"))).isEqualTo("{\"b\":\"2\"}");
    assertThat(after.uid()).isEqualTo(before.uid());
    assertThat(after.resourceVersion()).isNotEqualTo(before.resourceVersion());
    assertThat(read(before)).isEqualTo(after);
  }

  @Test
  void aPatchThatChangesNothingKeepsTheResourceVersion() {
    Manifest before = configMap("one");
    assertThat(merge(before, "{\"data\": {\"a\": \"1\"}}").resourceVersion())
        .isEqualTo(before.resourceVersion());
  }

  @Test
  void patchOfAStaleResourceVersionIsAConflict() {
    Manifest before = configMap("one");
    Manifest after = merge(before, "{\"data\": {\"a\": \"2\"}}");
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            merge(
                before,
                "{\"metadata\": {\"resourceVersion\": \"%s\"}, \"data\": {\"a\": \"3\"}}"
                    .formatted(before.resourceVersion())));
    assertThat(read(before)).isEqualTo(after);
    assertThat(
            merge(
                    before,
                    "{\"metadata\": {\"resourceVersion\": \"%s\"}, \"data\": {\"a\": \"4\"}}"
                        .formatted(after.resourceVersion()))
                .at("data", "a")
                .asText())
        .isEqualTo("4");
  }

  @Test
  void patchOfAnotherUidIsAConflict() {
    Manifest before = configMap("one");
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            merge(
                before,
                "{\"metadata\": {\"uid\": \"11111111-2222-3333-4444-555555555555\"},"
                    + " \"data\": {\"a\": \"3\"}}"));
    assertThat(read(before)).isEqualTo(before);
  }

  @Test
  void jsonPatchTestsBeforeItWrites() {
    Manifest before = configMap("one");
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            json(
                before,
                """
                [{"op": "test", "path": "/data/a", "value": "other"},
                 {"op": "replace", "path": "/data/a", "value": "2"}]
                """));
    Manifest after =
        json(
            before,
            """
            [{"op": "test", "path": "/data/a", "value": "1"},
             {"op": "add", "path": "/metadata/annotations", "value": {}},
             {"op": "add", "path": "/metadata/annotations/example.com~1b", "value": "2"}]
            """);
    assertThat(after.annotations()).containsEntry("example.com/b", "2");
  }

  private Manifest json(Manifest object, String operations) {
    return cluster()
        .patch(
            type(object.apiVersion(), object.kind()),
            object.ref(),
            new Patch(Patch.Format.JSON, Json.parse(operations), ""));
  }

  @Test
  void patchOfWhatIsNotThereIsNotFound() {
    Manifest absent = body("v1", "ConfigMap", "{\"metadata\": {\"name\": \"nobody\"}}");
    assertFails(ClusterFailure.NotFound.class, () -> merge(absent, "{\"data\": {}}"));
  }

  @Test
  void replaceDemandsTheNewestResourceVersion() {
    Manifest first = configMap("one");
    Manifest second =
        cluster()
            .replace(
                type("v1", "ConfigMap"),
                first.edit(tree -> tree.withObjectProperty("data").put("a", "2")));
    assertThat(second.at("data", "a").asText()).isEqualTo("2");
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            cluster()
                .replace(
                    type("v1", "ConfigMap"),
                    first.edit(tree -> tree.withObjectProperty("data").put("a", "3"))));
    assertThat(read(first)).isEqualTo(second);
  }

  @Test
  void aLeaseIsTakenByOneOnly() {
    Manifest free =
        create(
            "coordination.k8s.io/v1",
            "Lease",
            """
            {"metadata": {"name": "lock"}, "spec": {"holderIdentity": "a",
              "leaseDurationSeconds": 15, "renewTime": "2026-03-02T08:00:00.123456Z"}}
            """);
    assertThat(free.at("spec", "renewTime").asText()).isEqualTo("2026-03-02T08:00:00.123456Z");
    ResourceType type = type("coordination.k8s.io/v1", "Lease");
    Manifest taken = cluster().replace(type, holder(free, "b"));
    assertThat(taken.at("spec", "holderIdentity").asText()).isEqualTo("b");
    assertFails(ClusterFailure.Conflict.class, () -> cluster().replace(type, holder(free, "c")));
    assertFails(
        ClusterFailure.AlreadyExists.class,
        () -> create("coordination.k8s.io/v1", "Lease", "{\"metadata\": {\"name\": \"lock\"}}"));
  }

  private static Manifest holder(Manifest lease, String name) {
    return lease.edit(tree -> tree.withObjectProperty("spec").put("holderIdentity", name));
  }

  @Test
  void textsAndEmptyThingsStayAsTheyWere() {
    String data = "\u00e9\u4e2d\\n \\\"quoted\\\" \ud83d\ude00";
    Manifest created =
        create(
            "v1",
            "ConfigMap",
            "{\"metadata\": {\"name\": \"one\"}, \"data\": {\"empty\": \"\", \"x\": \"%s\"}}"
                .formatted(data));
    assertThat(created.at("data"))
        .isEqualTo(Json.parse("{\"empty\": \"\", \"x\": \"%s\"}".formatted(data)));
  }

  @Test
  void generationCountsChangesOfTheDefinitionOnly() {
    Manifest created =
        create("networking.k8s.io/v1", "NetworkPolicy", Samples.networkPolicy("closed"));
    assertThat(created.at("metadata", "generation").asInt()).isEqualTo(1);
    Manifest labelled = merge(created, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
    assertThat(labelled.at("metadata", "generation").asInt()).isEqualTo(1);
    Manifest changed = merge(created, "{\"spec\": {\"policyTypes\": [\"Egress\"]}}");
    assertThat(changed.at("metadata", "generation").asInt()).isEqualTo(2);
  }
}
