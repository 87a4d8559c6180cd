package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Lists, watches and access. */
abstract class ListContract extends DeletionContract {

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
