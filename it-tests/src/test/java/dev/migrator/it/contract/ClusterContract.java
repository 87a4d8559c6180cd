package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What the tool relies on of any API server: objects, preconditions, lists, watches. */
public abstract class ClusterContract extends ContractBase {

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
             {"op": "add", "path": "/data/b~1c", "value": "2"}]
            """);
    assertThat(after.at("data", "b/c").asText()).isEqualTo("2");
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
  void generationCountsChangesOfTheDefinitionOnly() {
    Manifest created =
        create("networking.k8s.io/v1", "NetworkPolicy", Samples.networkPolicy("closed"));
    assertThat(created.at("metadata", "generation").asInt()).isEqualTo(1);
    Manifest labelled = merge(created, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
    assertThat(labelled.at("metadata", "generation").asInt()).isEqualTo(1);
    Manifest changed = merge(created, "{\"spec\": {\"policyTypes\": [\"Egress\"]}}");
    assertThat(changed.at("metadata", "generation").asInt()).isEqualTo(2);
  }

  @Test
  void deleteHoldsToItsPreconditions() {
    Manifest object = configMap("one");
    ResourceType type = type("v1", "ConfigMap");
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            cluster()
                .delete(
                    type,
                    object.ref(),
                    Deletion.background("11111111-2222-3333-4444-555555555555", "")));
    assertFails(
        ClusterFailure.Conflict.class,
        () -> cluster().delete(type, object.ref(), Deletion.background(object.uid(), "1")));
    assertThat(read(object)).isEqualTo(object);
    cluster()
        .delete(type, object.ref(), Deletion.background(object.uid(), object.resourceVersion()));
    eventually("it is gone", () -> isGone(object));
    assertFails(
        ClusterFailure.NotFound.class,
        () -> cluster().delete(type, object.ref(), Deletion.background(object.uid(), "")));
  }

  @Test
  void aFinalizerHoldsWhatIsDeleted() {
    Manifest object =
        create(
            "v1",
            "ConfigMap",
            "{\"metadata\": {\"name\": \"one\", \"finalizers\": [\"example.com/hold\"]}}");
    delete(object, Deletion.Propagation.BACKGROUND);
    Manifest held = read(object);
    assertThat(held.isBeingDeleted()).isTrue();
    always("it is held", Duration.ofSeconds(1), () -> !isGone(object));
    assertThat(failure(() -> create("v1", "ConfigMap", "{\"metadata\": {\"name\": \"one\"}}")))
        .isInstanceOf(ClusterFailure.AlreadyExists.class);
    merge(object, "{\"metadata\": {\"finalizers\": null}}");
    eventually("it is gone", () -> isGone(object));
  }

  @Test
  void foregroundDeletionWaitsForDependants() {
    Manifest owner = configMap("owner");
    Manifest held = owned("held", owner, true, "example.com/hold");
    delete(owner, Deletion.Propagation.FOREGROUND);
    eventually("the dependant is being deleted", () -> read(held).isBeingDeleted());
    assertThat(read(owner).isBeingDeleted()).isTrue();
    merge(held, "{\"metadata\": {\"finalizers\": null}}");
    eventually("both are gone", () -> isGone(held) && isGone(owner));
  }

  @Test
  void backgroundDeletionTakesDependantsLater() {
    Manifest owner = configMap("owner");
    Manifest dependant = owned("dependant", owner, false, "");
    delete(owner, Deletion.Propagation.BACKGROUND);
    assertThat(isGone(owner)).isTrue();
    eventually("the dependant is gone too", () -> isGone(dependant));
  }

  @Test
  void orphanDeletionLeavesDependants() {
    Manifest owner = configMap("owner");
    Manifest dependant = owned("dependant", owner, true, "");
    delete(owner, Deletion.Propagation.ORPHAN);
    eventually("the owner is gone", () -> isGone(owner));
    always("the dependant stays", Duration.ofSeconds(2), () -> !isGone(dependant));
    assertThat(read(dependant).at("metadata", "ownerReferences").isEmpty()).isTrue();
  }

  @Test
  void anOwnerThatDoesNotExistIsDeadly() {
    Manifest stranger =
        body("v1", "ConfigMap", "{\"metadata\": {\"name\": \"owner\"}}")
            .edit(
                tree ->
                    tree.withObjectProperty("metadata")
                        .put("uid", "11111111-2222-3333-4444-555555555555"));
    configMap("owner");
    Manifest dependant = owned("dependant", stranger, false, "");
    eventually("the dependant is collected", () -> isGone(dependant));
  }

  private Manifest owned(String name, Manifest owner, boolean blocks, String finalizer) {
    return create(
        "v1",
        "ConfigMap",
        """
        {"metadata": {"name": "%s", "finalizers": [%s], "ownerReferences": [
          {"apiVersion": "v1", "kind": "ConfigMap", "name": "%s", "uid": "%s",
           "blockOwnerDeletion": %b}]}}
        """
            .formatted(
                name,
                finalizer.isEmpty() ? "" : "\"" + finalizer + "\"",
                owner.name(),
                owner.uid(),
                blocks));
  }

  @Test
  void listsComeInPagesOfOneSnapshot() {
    for (int i = 0; i < 7; i++) {
      configMap("page-" + i);
    }
    ResourceType type = type("v1", "ConfigMap");
    List<String> names = new ArrayList<>();
    ListQuery query = ListQuery.inNamespace(namespace).withLimit(3);
    ListPage page = cluster().list(type, query);
    configMap("page-later");
    String revision = page.resourceVersion();
    while (true) {
      assertThat(page.items()).hasSizeLessThanOrEqualTo(3);
      assertThat(page.resourceVersion()).isEqualTo(revision);
      page.items().forEach(item -> names.add(item.name()));
      page.items().forEach(item -> assertThat(item.kind()).isEqualTo("ConfigMap"));
      if (page.isLast()) {
        break;
      }
      page = cluster().list(type, query.next(page.continueToken()));
    }
    assertThat(names)
        .containsExactly(
            "kube-root-ca.crt",
            "page-0",
            "page-1",
            "page-2",
            "page-3",
            "page-4",
            "page-5",
            "page-6");
  }

  @Test
  void listsSelectByLabelsAndNamespace() {
    create("v1", "ConfigMap", "{\"metadata\": {\"name\": \"x\", \"labels\": {\"tier\": \"a\"}}}");
    create("v1", "ConfigMap", "{\"metadata\": {\"name\": \"y\", \"labels\": {\"tier\": \"b\"}}}");
    configMap("z");
    assertThat(selected("tier=a")).containsExactly("x");
    assertThat(selected("tier!=a")).contains("y", "z").doesNotContain("x");
    assertThat(selected("tier in (a,b)")).containsExactly("x", "y");
    assertThat(selected("tier in (a, b),tier notin (b)")).containsExactly("x");
    assertThat(selected("tier")).containsExactly("x", "y");
    assertThat(selected("!tier")).contains("z").doesNotContain("x", "y");
    assertThat(cluster().list(type("v1", "ConfigMap"), ListQuery.all()).items())
        .anyMatch(item -> item.namespace().equals("kube-system"));
  }

  private List<String> selected(String selector) {
    return cluster()
        .list(type("v1", "ConfigMap"), ListQuery.inNamespace(namespace).withLabelSelector(selector))
        .items()
        .stream()
        .map(Manifest::name)
        .toList();
  }

  @Test
  void anUnknownContinueTokenFails() {
    assertThat(
            failure(
                () ->
                    cluster()
                        .list(
                            type("v1", "ConfigMap"),
                            ListQuery.inNamespace(namespace).withLimit(1).next("nonsense"))))
        .isInstanceOfAny(ClusterFailure.Expired.class, ClusterFailure.Invalid.class);
  }

  @Test
  void aWatchSeesWhatHappensAfterTheList() {
    configMap("before");
    ResourceType type = type("v1", "ConfigMap");
    ListPage page = cluster().list(type, ListQuery.inNamespace(namespace));
    List<String> seen = new CopyOnWriteArrayList<>();
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onChange(Change change, Manifest object) {
            seen.add(change + " " + object.name() + " " + object.at("data", "a").asText());
          }

          @Override
          public void onEnd(String why) {
            seen.add("END");
          }
        };
    try (Cluster.Watch watch =
        cluster().watch(type, new WatchQuery(namespace, "", page.resourceVersion()), listener)) {
      Manifest object = configMap("one");
      merge(object, "{\"data\": {\"a\": \"2\"}}");
      delete(object, Deletion.Propagation.BACKGROUND);
      eventually("three events came", () -> seen.size() >= 3);
      assertThat(watch).isNotNull();
    }
    assertThat(seen).containsExactly("ADDED one 1", "MODIFIED one 2", "DELETED one 2");
    configMap("after");
    pause(Duration.ofSeconds(1));
    assertThat(seen).doesNotContain("ADDED after 1");
  }

  @Test
  void aWatchWithASelectorSeesObjectsComeAndGo() {
    ResourceType type = type("v1", "ConfigMap");
    ListPage page = cluster().list(type, ListQuery.inNamespace(namespace));
    List<String> seen = new CopyOnWriteArrayList<>();
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onChange(Change change, Manifest object) {
            seen.add(change + " " + object.name());
          }

          @Override
          public void onEnd(String why) {}
        };
    try (Cluster.Watch watch =
        cluster()
            .watch(type, new WatchQuery(namespace, "in=yes", page.resourceVersion()), listener)) {
      Manifest object = configMap("one");
      merge(object, "{\"metadata\": {\"labels\": {\"in\": \"yes\"}}}");
      merge(object, "{\"metadata\": {\"labels\": {\"in\": \"no\"}}}");
      eventually("two events came", () -> seen.size() >= 2);
      assertThat(watch).isNotNull();
    }
    assertThat(seen).containsExactly("ADDED one", "DELETED one");
  }

  @Test
  void accessReviewsAnswer() {
    assertThat(cluster().allows(new Access("delete", "batch", "cronjobs", "", namespace))).isTrue();
    assertThat(cluster().allows(new Access("patch", "batch", "cronjobs", "status", ""))).isTrue();
  }

  @Test
  void aTypeThatIsNotServedIsNotFound() {
    ResourceType nowhere =
        new ResourceType(
            "nowhere.example.com",
            "v1",
            "Nothing",
            "nothings",
            true,
            type("v1", "ConfigMap").verbs(),
            java.util.Set.of(),
            List.of());
    assertFails(ClusterFailure.NotFound.class, () -> cluster().list(nowhere, ListQuery.all()));
  }
}
