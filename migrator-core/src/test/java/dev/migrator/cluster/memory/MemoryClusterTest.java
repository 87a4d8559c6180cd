package dev.migrator.cluster.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the simulated cluster can do beyond the contract that it shares with real ones. */
class MemoryClusterTest {

  private static final ResourceType CONFIG_MAPS = ServedTypes.named("v1", "ConfigMap");
  private static final ResourceType CRON_JOBS = ServedTypes.named("batch/v1", "CronJob");
  private static final ResourceType JOBS = ServedTypes.named("batch/v1", "Job");
  private static final ResourceType PODS = ServedTypes.named("v1", "Pod");

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster cluster = MemoryCluster.builder(clock, "test").build();

  @Test
  void theSameSceneGivesTheSameHistory() {
    List<String> first = scene();
    assertThat(first).hasSizeGreaterThan(50);
    assertThat(scene()).isEqualTo(first);
  }

  private static List<String> scene() {
    VirtualClock clock = new VirtualClock();
    MemoryCluster one = MemoryCluster.builder(clock, "one").build();
    one.load(deployment("web", 3), cronJob("tick", "*/5 * * * *", ""));
    clock.advance(Duration.ofMinutes(20));
    return one.world().history().stream()
        .map(change -> change.time() + " " + change.object() + Json.text(change.object().tree()))
        .toList();
  }

  @Test
  void twoClustersHaveTheirOwnUids() {
    MemoryCluster other = MemoryCluster.builder(clock, "other").build();
    assertThat(other.identity().uid()).isNotEqualTo(cluster.identity().uid());
  }

  @Test
  void loadKeepsWhatADumpSays() {
    Manifest dumped =
        Manifest.parse(
            """
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "old",
              "namespace": "shop", "uid": "11111111-2222-3333-4444-555555555555",
              "creationTimestamp": "2020-01-01T00:00:00Z", "resourceVersion": "77",
              "labels": {"controller-uid": "11111111-2222-3333-4444-555555555555"}},
             "spec": {"selector": {"matchLabels": {"controller-uid":
                "11111111-2222-3333-4444-555555555555"}},
               "template": {"metadata": {"labels": {"controller-uid":
                "11111111-2222-3333-4444-555555555555"}},
               "spec": {"restartPolicy": "Never",
                 "containers": [{"name": "c", "image": "a:1"}]}}},
             "status": {"conditions": [{"type": "Complete", "status": "True",
               "lastTransitionTime": "2020-01-01T00:00:09Z"}], "succeeded": 1}}
            """);
    cluster.load(dumped);
    Manifest live = cluster.get(JOBS, dumped.ref()).orElseThrow();
    assertThat(live.uid()).isEqualTo(dumped.uid());
    assertThat(live.text("metadata", "creationTimestamp")).contains("2020-01-01T00:00:00Z");
    assertThat(live.at("status", "succeeded").asInt()).isEqualTo(1);
    clock.advance(Duration.ofHours(1));
    assertThat(cluster.list(PODS, ListQuery.inNamespace("shop")).items()).isEmpty();
  }

  @Test
  void cronJobsFireOncePerSlotAndKeepTheirHistoryShort() {
    cluster.load(cronJob("tick", "*/10 * * * *", ""));
    clock.advance(Duration.ofMinutes(121));
    List<String> fired =
        cluster.world().history().stream()
            .filter(change -> change.before().isEmpty())
            .map(StoredChange::object)
            .filter(object -> object.kind().equals("Job"))
            .map(Manifest::name)
            .toList();
    assertThat(fired).hasSize(12).doesNotHaveDuplicates();
    assertThat(cluster.list(JOBS, ListQuery.inNamespace("shop")).items()).hasSize(3);
  }

  @Test
  void forbidSkipsWhileAJobRuns() {
    cluster.load(
        cronJob(
            "slow",
            "* * * * *",
            "\"concurrencyPolicy\": \"Forbid\", \"successfulJobsHistoryLimit\": 100,",
            "\"sim.migrator.dev/duration-seconds\": \"150\""));
    clock.advance(Duration.ofMinutes(12));
    // A slot that passed meanwhile fires as soon as the job before it ends.
    assertThat(cluster.list(JOBS, ListQuery.inNamespace("shop")).items())
        .extracting(Manifest::name)
        .containsExactly(
            "slow-29540641", "slow-29540643", "slow-29540646", "slow-29540648", "slow-29540651");
  }

  @Test
  void aCronJobSuspendedTooShortBeforeItsSlotStillFires() {
    MemoryCluster lagging =
        MemoryCluster.builder(clock, "lagging").controllerLag(Duration.ofSeconds(2)).build();
    lagging.load(cronJob("tick", "*/10 * * * *", ""));
    clock.advance(Duration.ofSeconds(599));
    ObjectRef ref = new ObjectRef("batch", "CronJob", "shop", "tick");
    lagging.patch(CRON_JOBS, ref, Patch.merge(Json.parse("{\"spec\": {\"suspend\": true}}")));
    clock.advance(Duration.ofSeconds(10));
    assertThat(lagging.list(JOBS, ListQuery.inNamespace("shop")).items()).hasSize(1);
    assertThat(lagging.get(CRON_JOBS, ref).orElseThrow().has("status", "lastScheduleTime"))
        .isFalse();
    clock.advance(Duration.ofHours(1));
    assertThat(lagging.list(JOBS, ListQuery.inNamespace("shop")).items()).hasSize(1);
  }

  @Test
  void aPodThatIsStuckStaysUntilItIsFreed() {
    cluster.load(
        deployment("web", 1)
            .edit(
                tree ->
                    tree.withObject("/spec/template/metadata/annotations")
                        .put("sim.migrator.dev/stuck", "Terminating")));
    clock.advance(Duration.ofSeconds(5));
    Manifest pod = cluster.list(PODS, ListQuery.inNamespace("shop")).items().getFirst();
    cluster.delete(PODS, pod.ref(), Deletion.background(pod.uid(), ""));
    clock.advance(Duration.ofHours(1));
    assertThat(cluster.get(PODS, pod.ref()).orElseThrow().isBeingDeleted()).isTrue();
    cluster
        .world()
        .edit(
            pod.ref(),
            tree -> tree.withObject("/metadata/annotations").put("sim.migrator.dev/stuck", "no"));
    clock.advance(Duration.ofSeconds(5));
    assertThat(cluster.get(PODS, pod.ref())).isEmpty();
  }

  @Test
  void anOldServerServesOldVersionsOfTheSameObjects() {
    MemoryCluster old = MemoryCluster.builder(clock, "old").version("v1.21.14").build();
    ResourceType beta = ServedTypes.named("extensions/v1beta1", "Ingress");
    Manifest ingress =
        Manifest.parse(
            """
            {"apiVersion": "extensions/v1beta1", "kind": "Ingress",
             "metadata": {"name": "web", "namespace": "default"},
             "spec": {"rules": [{"http": {"paths": [{"path": "/",
               "backend": {"serviceName": "web", "servicePort": 80}}]}}]}}
            """);
    Manifest created = old.create(beta, ingress);
    assertThat(created.at("spec"))
        .isEqualTo(
            ingress
                .edit(
                    tree ->
                        ((com.fasterxml.jackson.databind.node.ObjectNode)
                                tree.at("/spec/rules/0/http/paths/0"))
                            .put("pathType", "ImplementationSpecific"))
                .at("spec"));
    Manifest v1 =
        old.get(
                ServedTypes.named("networking.k8s.io/v1", "Ingress"),
                new ObjectRef("networking.k8s.io", "Ingress", "default", "web"))
            .orElseThrow();
    assertThat(v1.uid()).isEqualTo(created.uid());
    assertThat(v1.tree().at("/spec/rules/0/http/paths/0/backend/service/port/number").asInt())
        .isEqualTo(80);
    assertThat(old.discover().types()).contains(ServedTypes.named("batch/v1beta1", "CronJob"));
    assertThat(cluster.discover().types())
        .doesNotContain(ServedTypes.named("batch/v1beta1", "CronJob"));
  }

  @Test
  void watchesCanBeSlowLostOrTooOld() {
    List<String> seen = new ArrayList<>();
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onChange(Change change, Manifest object) {
            seen.add(change + " " + object.name());
          }

          @Override
          public void onEnd(String why) {
            seen.add(why);
          }
        };
    ListPage page = cluster.list(CONFIG_MAPS, ListQuery.inNamespace("default"));
    WatchQuery query = new WatchQuery("default", "", page.resourceVersion());
    cluster.world().delayWatches(Duration.ofMinutes(1));
    cluster.watch(CONFIG_MAPS, query, listener);
    cluster.create(CONFIG_MAPS, configMap("one"));
    clock.advance(Duration.ofSeconds(30));
    assertThat(seen).isEmpty();
    clock.advance(Duration.ofSeconds(31));
    assertThat(seen).containsExactly("ADDED one");
    cluster.world().silenceWatches(true);
    cluster.create(CONFIG_MAPS, configMap("two"));
    clock.advance(Duration.ofHours(1));
    assertThat(seen).containsExactly("ADDED one");
    cluster.world().silenceWatches(false);
    cluster.world().endWatches("connection lost");
    clock.advance(Duration.ofMinutes(2));
    assertThat(seen).containsExactly("ADDED one", "connection lost");
    cluster.world().compact();
    cluster.watch(CONFIG_MAPS, query, listener);
    clock.advance(Duration.ofMinutes(2));
    assertThat(seen).hasSize(3).last().asString().contains("too old");
  }

  @Test
  void aListThatTakesTooLongExpires() {
    for (int i = 0; i < 5; i++) {
      cluster.create(CONFIG_MAPS, configMap("c" + i));
    }
    ListQuery query = ListQuery.inNamespace("default").withLimit(2);
    ListPage first = cluster.list(CONFIG_MAPS, query);
    cluster.create(CONFIG_MAPS, configMap("late"));
    cluster.world().compact();
    assertThat(failure(() -> cluster.list(CONFIG_MAPS, query.next(first.continueToken()))))
        .isInstanceOf(ClusterFailure.Expired.class);
  }

  @Test
  void whatIsDeniedIsForbiddenAndSaid() {
    cluster.world().deny(access -> access.verb().equals("delete"));
    cluster.create(CONFIG_MAPS, configMap("one"));
    assertThat(cluster.allows(new Access("delete", "", "configmaps", "", "default"))).isFalse();
    assertThat(cluster.allows(new Access("get", "", "configmaps", "", "default"))).isTrue();
    assertThat(
            failure(
                () ->
                    cluster.delete(
                        CONFIG_MAPS,
                        ObjectRef.core("ConfigMap", "default", "one"),
                        Deletion.background("", ""))))
        .isInstanceOf(ClusterFailure.Forbidden.class);
  }

  @Test
  void aBrokenGroupIsListedAsUnread() {
    cluster.world().breakGroup("apps/v1", "503 service unavailable");
    assertThat(cluster.discover().unread()).hasSize(1);
    assertThat(cluster.discover().types()).noneMatch(type -> type.group().equals("apps"));
  }

  @Test
  void claimsAreBoundAndPodsWaitForWhatTheyMount() {
    cluster.load(
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": "data", "namespace": "shop"},
             "spec": {"accessModes": ["ReadWriteOnce"],
               "resources": {"requests": {"storage": "1024Mi"}}}}
            """),
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"},
             "spec": {"containers": [{"name": "c", "image": "a:1",
                 "envFrom": [{"configMapRef": {"name": "settings"}}]}],
               "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}}
            """));
    clock.advance(Duration.ofSeconds(10));
    ObjectRef pod = ObjectRef.core("Pod", "shop", "p");
    assertThat(
            cluster
                .get(
                    ServedTypes.named("v1", "PersistentVolumeClaim"),
                    ObjectRef.core("PersistentVolumeClaim", "shop", "data"))
                .orElseThrow()
                .at("status", "phase")
                .asText())
        .isEqualTo("Bound");
    assertThat(cluster.get(PODS, pod).orElseThrow().at("status", "phase").asText())
        .isEqualTo("Pending");
    cluster.create(
        CONFIG_MAPS,
        configMap("settings").edit(t -> t.withObject("/metadata").put("namespace", "shop")));
    clock.advance(Duration.ofSeconds(10));
    assertThat(cluster.get(PODS, pod).orElseThrow().at("status", "phase").asText())
        .isEqualTo("Running");
  }

  @Test
  void aWebhookThatFailsClosedBlocksUntilItsServiceAnswers() {
    cluster.load(
        Manifest.parse(
            """
            {"apiVersion": "admissionregistration.k8s.io/v1",
             "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "policy"},
             "webhooks": [{"name": "p.example.com", "sideEffects": "None",
               "admissionReviewVersions": ["v1"],
               "clientConfig": {"service": {"namespace": "shop", "name": "web"}},
               "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                 "resources": ["configmaps"]}]}]}
            """));
    assertThat(failure(() -> cluster.create(CONFIG_MAPS, configMap("one"))))
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    cluster.world().pauseControllers(true);
    cluster.load(
        deployment("web", 1)
            .edit(tree -> tree.withObject("/metadata").put("namespace", "default")));
    cluster.world().pauseControllers(false);
    cluster.create(
        ServedTypes.named("v1", "Service"),
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Service",
             "metadata": {"name": "web", "namespace": "default"},
             "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
            """));
    cluster.patch(
        ServedTypes.named("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
        ObjectRef.clusterScoped(
            "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "policy"),
        new Patch(
            Patch.Format.JSON,
            Json.parse(
                "[{\"op\": \"replace\", \"path\":"
                    + " \"/webhooks/0/clientConfig/service/namespace\", \"value\":"
                    + " \"default\"}]"),
            ""));
    clock.advance(Duration.ofSeconds(5));
    assertThat(cluster.create(CONFIG_MAPS, configMap("one")).uid()).isNotEmpty();
  }

  @Test
  void manyThreadsMayUseBothClustersAtOnce() throws Exception {
    MemoryCluster other = MemoryCluster.builder(clock, "other").build();
    try (var threads = Executors.newThreadPerTaskExecutor(clock.threads())) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String name = "c" + i;
        done.add(
            threads.submit(
                () -> {
                  Manifest made = cluster.create(CONFIG_MAPS, configMap(name));
                  clock.sleep(Duration.ofSeconds(5));
                  other.create(CONFIG_MAPS, configMap(name));
                  return cluster.delete(
                      CONFIG_MAPS, made.ref(), Deletion.background(made.uid(), ""));
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    assertThat(Duration.between(VirtualClock.START, clock.now())).isEqualTo(Duration.ofSeconds(5));
    assertThat(other.list(CONFIG_MAPS, ListQuery.inNamespace("default")).items()).hasSize(41);
  }

  @Test
  void historyTellsWhoDidWhat() {
    cluster.create(CONFIG_MAPS, configMap("one"));
    StoredChange last = cluster.world().history().getLast();
    assertThat(last.byRequest()).isTrue();
    assertThat(last.before()).isEqualTo(Optional.empty());
    cluster.load(deployment("web", 1));
    clock.advance(Duration.ofSeconds(5));
    Map<Boolean, List<String>> kinds =
        cluster.world().history().stream()
            .filter(change -> change.before().isEmpty())
            .collect(
                java.util.stream.Collectors.partitioningBy(
                    StoredChange::byRequest,
                    java.util.stream.Collectors.mapping(
                        change -> change.object().kind(), java.util.stream.Collectors.toList())));
    assertThat(kinds.get(true)).containsExactly("ConfigMap");
    assertThat(kinds.get(false)).contains("Pod", "ReplicaSet");
  }

  private static ClusterFailure failure(Callable<?> request) {
    ClusterException thrown = catchThrowableOfType(ClusterException.class, request::call);
    assertThat(thrown).isNotNull();
    return thrown.failure();
  }

  private static Manifest configMap(String name) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "namespace": "default"}}
        """
            .formatted(name));
  }

  private static Manifest deployment(String name, int replicas) {
    return Manifest.parse(
        """
        {"apiVersion": "apps/v1", "kind": "Deployment",
         "metadata": {"name": "%1$s", "namespace": "shop"},
         "spec": {"replicas": %2$d, "selector": {"matchLabels": {"app": "%1$s"}},
           "template": {"metadata": {"labels": {"app": "%1$s"}},
             "spec": {"containers": [{"name": "c", "image": "a:1"}]}}}}
        """
            .formatted(name, replicas));
  }

  private static Manifest cronJob(String name, String schedule, String spec) {
    return cronJob(name, schedule, spec, "");
  }

  private static Manifest cronJob(String name, String schedule, String spec, String annotations) {
    return Manifest.parse(
        """
        {"apiVersion": "batch/v1", "kind": "CronJob",
         "metadata": {"name": "%s", "namespace": "shop"},
         "spec": {"schedule": "%s", %s "jobTemplate": {"metadata": {"annotations": {%s}},
           "spec": {"template": {"spec": {"restartPolicy": "Never",
             "containers": [{"name": "c", "image": "a:1"}]}}}}}}
        """
            .formatted(name, schedule, spec, annotations));
  }
}
