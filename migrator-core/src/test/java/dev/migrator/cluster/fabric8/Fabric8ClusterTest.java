package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Departure;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.VolumeUse;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire. */
@Timeout(60)
class Fabric8ClusterTest {

  private static final String OBJECT =
      """
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"shop","uid":"u"},"n":1.10,"e":1e3,"empty":{}}\
      """;

  @TempDir Path folder;
  private ScriptedServer server;
  private Cluster cluster;

  @BeforeEach
  void open() throws IOException {
    server = new ScriptedServer().then(ScriptedServer.json(200, OBJECT));
    cluster = Opened.to(server, folder, Opened.PATIENT);
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
  }

  /** The form is the kubelet's: volumes without a claim, and claims without numbers, too. */
  @Test
  void whatAKubeletSaysOfVolumesIsReadThroughTheProxy() throws IOException {
    try (ScriptedServer proxied =
            new ScriptedServer()
                .then(
                    ScriptedServer.json(
                        200,
                        """
                        {"node":{"nodeName":"node-a"},"pods":[
                          {"podRef":{"name":"db-0","namespace":"shop"},"volume":[
                            {"name":"data","pvcRef":{"name":"data-db-0","namespace":"shop"},"time":"2026-03-01T02:00:00Z",
                             "availableBytes":5,"capacityBytes":10737418240,"usedBytes":3221225472,"inodes":1},
                            {"name":"token","capacityBytes":1,"usedBytes":1},
                            {"name":"new","pvcRef":{"name":"new","namespace":"shop"}}]},
                          {"podRef":{"name":"web","namespace":"shop"}}]}
                        """));
        Cluster source = Opened.to(proxied, folder, Opened.PATIENT)) {
      assertThat(source.volumeUse("node-a"))
          .containsExactly(
              Map.entry(
                  ObjectRef.core("PersistentVolumeClaim", "shop", "data-db-0"),
                  new VolumeUse(3221225472L, 10737418240L)));
      assertThat(proxied.last().uri()).isEqualTo("/api/v1/nodes/node-a/proxy/stats/summary");
    }
  }

  @Test
  void bytesGoThroughAsTheyAre() {
    Manifest created = cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT));
    assertThat(server.last().body()).isEqualTo(OBJECT);
    assertThat(Json.text(created.tree())).isEqualTo(OBJECT);
  }

  @Test
  void createIsStrictAndBoundedInTime() {
    cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT));
    assertThat(server.last().method() + " " + server.last().uri())
        .isEqualTo(
            "POST /api/v1/namespaces/shop/configmaps"
                + "?fieldManager=migrator&timeout=30s&fieldValidation=Strict");
    assertThat(server.last().header("Content-Type")).isEqualTo("application/json");
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer t1");
    assertThat(server.last().header("User-Agent")).isEqualTo("migrator");
  }

  /** A write may wait for its turn for long; what must hold of it is asked when it leaves. */
  @Test
  void aWriteThatMayNotLeaveIsNotSent() {
    List<String> checks = new ArrayList<>();
    assertThatThrownBy(
            () ->
                Departure.checkedBy(
                    () -> {
                      checks.add("leaves");
                      throw new IllegalStateException("too late");
                    },
                    () -> cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT))))
        .hasMessage("too late");
    assertThat(checks).containsExactly("leaves");
    assertThat(server.arrivals()).isEmpty();
  }

  @Test
  void proveIsADryRun() {
    cluster.prove(Opened.CONFIG_MAPS, Manifest.parse(OBJECT));
    assertThat(server.last().uri()).endsWith("&fieldValidation=Strict&dryRun=All");
  }

  @Test
  void patchesSayWhatTheyAre() {
    ObjectRef ref = Manifest.parse(OBJECT).ref();
    cluster.patch(Opened.CONFIG_MAPS, ref, Patch.merge(Json.parse("{\"a\": 1.10}")));
    assertThat(server.last().method()).isEqualTo("PATCH");
    assertThat(server.last().uri()).startsWith("/api/v1/namespaces/shop/configmaps/one?");
    assertThat(server.last().header("Content-Type")).isEqualTo("application/merge-patch+json");
    assertThat(server.last().body()).isEqualTo("{\"a\":1.10}");
    cluster.patch(
        Opened.CONFIG_MAPS, ref, new Patch(Patch.Format.JSON, Json.parse("[]"), "status"));
    assertThat(server.last().uri()).startsWith("/api/v1/namespaces/shop/configmaps/one/status?");
    assertThat(server.last().header("Content-Type")).isEqualTo("application/json-patch+json");
  }

  @Test
  void replaceSendsTheWholeObject() {
    cluster.replace(Opened.CONFIG_MAPS, Manifest.parse(OBJECT));
    assertThat(server.last().method()).isEqualTo("PUT");
    assertThat(server.last().body()).isEqualTo(OBJECT);
  }

  @Test
  void deleteCarriesPreconditionsAndPropagation() {
    ObjectRef ref = Manifest.parse(OBJECT).ref();
    assertThat(cluster.delete(Opened.CONFIG_MAPS, ref, Deletion.foreground("u", "7")))
        .map(Manifest::uid)
        .contains("u");
    assertThat(server.last().method() + " " + server.last().uri())
        .isEqualTo("DELETE /api/v1/namespaces/shop/configmaps/one?timeout=30s");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"propagationPolicy\":\"Foreground\","
                + "\"preconditions\":{\"uid\":\"u\",\"resourceVersion\":\"7\"}}");
    server.then(ScriptedServer.json(200, "{\"kind\": \"Status\", \"status\": \"Success\"}"));
    assertThat(
            cluster.delete(
                Opened.CONFIG_MAPS, ref, new Deletion("", "", Deletion.Propagation.ORPHAN)))
        .isEmpty();
    assertThat(server.last().body()).contains("Orphan").doesNotContain("preconditions");
  }

  @Test
  void listsAreAskedForPageByPage() {
    server.then(
        ScriptedServer.json(
            200,
            """
            {"kind": "ConfigMapList", "apiVersion": "v1",
             "metadata": {"resourceVersion": "9", "continue": "to/ken="},
             "items": [{"metadata": {"name": "one", "namespace": "shop"}}]}
            """));
    ListPage page =
        cluster.list(
            Opened.CONFIG_MAPS,
            ListQuery.inNamespace("shop")
                .withLabelSelector("a in (b, c),d!=e&f")
                .withLimit(3)
                .next("a+b/c="));
    assertThat(server.last().uri())
        .isEqualTo(
            "/api/v1/namespaces/shop/configmaps?limit=3"
                + "&labelSelector=a+in+%28b%2C+c%29%2Cd%21%3De%26f&continue=a%2Bb%2Fc%3D");
    assertThat(page.resourceVersion()).isEqualTo("9");
    assertThat(page.continueToken()).isEqualTo("to/ken=");
    assertThat(page.items())
        .singleElement()
        .satisfies(item -> assertThat(item.toString()).contains("v1", "ConfigMap", "shop", "one"));
  }

  /** Only an API server knows that an object is not there; a proxy that has lost it does not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>not found</html>",
        "404 page not found\n",
        "",
        "{}",
        "{\"message\": \"no route\"}",
        "{\"kind\": \"Status\", \"reason\": \"Unknown\"}"
      })
  void aPageThatIsNotFoundIsNoObjectThatIsNotThere(String body) {
    server.then(ScriptedServer.json(404, body));
    assertThat(failure(() -> cluster.get(Opened.CONFIG_MAPS, Manifest.parse(OBJECT).ref())))
        .isInstanceOfAny(ClusterFailure.Unreachable.class, ClusterFailure.NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"status\": \"ok\"}",
        "{\"kind\": \"ConfigMapList\"}",
        "{\"kind\": \"Status\", \"items\": []}"
      })
  void whatIsNoListIsNoEmptyList(String body) {
    server.then(ScriptedServer.json(200, body));
    assertThat(failure(() -> cluster.list(Opened.CONFIG_MAPS, ListQuery.all())))
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\": \"ConfigMapList\", \"items\": [1]}",
        "{\"kind\": \"ConfigMapList\", \"items\": [{}]}",
        "{\"kind\": \"ConfigMapList\", \"items\": [{\"metadata\": {}}]}",
        "[]",
        "{"
      })
  void aListThatIsNoListIsUnreadable(String answer) {
    server.then(ScriptedServer.json(200, answer));
    assertThat(failure(() -> cluster.list(Opened.CONFIG_MAPS, ListQuery.all())))
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
  }

  @Test
  void namesOfRolesMayHoldAlmostAnything() {
    cluster.get(Opened.ROLES, new ObjectRef("rbac.authorization.k8s.io", "ClusterRole", "", "a?b"));
    cluster.get(
        Opened.ROLES, new ObjectRef("rbac.authorization.k8s.io", "ClusterRole", "", "x: ü#"));
    assertThat(server.arrivals())
        .extracting(ScriptedServer.Arrival::uri)
        .containsExactly(
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Fb",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/x:%20%C3%BC%23");
  }

  @Test
  void whatIsNotThereIsEmpty() {
    server.then(ScriptedServer.status(404, "NotFound", "gone"));
    assertThat(cluster.get(Opened.CONFIG_MAPS, Manifest.parse(OBJECT).ref())).isEmpty();
  }

  @Test
  void identityIsReadFromTheServer() {
    server.then(
        exchange ->
            ScriptedServer.json(
                    200,
                    exchange.getRequestURI().getPath().equals("/version")
                        ? "{\"gitVersion\": \"v1.34.4\"}"
                        : "{\"metadata\": {\"name\": \"kube-system\", \"uid\": \"k\"}}")
                .handle(exchange));
    assertThat(cluster.identity()).isEqualTo(new ClusterIdentity("here", "k", "v1.34.4"));
  }

  @Test
  void theServersTimeComesFromItsHeader() {
    Instant before = Instant.now().minusSeconds(2);
    assertThat(cluster.serverTime()).isBetween(before, Instant.now().plusSeconds(2));
  }

  @Test
  void accessIsAskedFor() {
    server.then(ScriptedServer.json(201, "{\"status\": {\"allowed\": true}}"));
    assertThat(cluster.allows(new Access("patch", "batch", "cronjobs", "status", "shop"))).isTrue();
    assertThat(server.last().body())
        .contains("\"verb\":\"patch\"", "\"resource\":\"cronjobs\"", "\"subresource\":\"status\"");
    server.then(ScriptedServer.json(201, "{\"status\": {\"allowed\": false, \"denied\": true}}"));
    assertThat(cluster.allows(new Access("patch", "batch", "cronjobs", "", ""))).isFalse();
  }

  @Test
  void noMoreThanSixtyFourRequestsAreUnderWay() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(Transport.IN_FLIGHT);
    CountDownLatch answer = new CountDownLatch(1);
    server.then(
        exchange -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          full.countDown();
          answer.await();
          now.decrementAndGet();
          ScriptedServer.json(200, OBJECT).handle(exchange);
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        all.add(
            threads.submit(
                () -> cluster.get(Opened.CONFIG_MAPS, Manifest.parse(OBJECT).ref()).orElseThrow()));
      }
      full.await();
      // Time for a request too many to arrive; one that comes later is counted all the same.
      Thread.sleep(100);
      answer.countDown();
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(server.arrivals()).hasSize(300);
    assertThat(most.get()).isEqualTo(Transport.IN_FLIGHT);
  }

  @Test
  void theRateCanBeLimited() throws IOException {
    try (Cluster slow = Opened.to(server, folder, Opened.PATIENT.withRequestsPerSecond(40))) {
      Instant before = Instant.now();
      for (int i = 0; i < 9; i++) {
        slow.get(Opened.CONFIG_MAPS, Manifest.parse(OBJECT).ref());
      }
      assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(190));
    }
  }

  @Test
  void aRedirectGetsNoCredential() throws IOException {
    try (ScriptedServer elsewhere = new ScriptedServer()) {
      server.then(ScriptedServer.json(308, "", "Location: " + elsewhere.url() + "/steal"));
      assertThat(failure(() -> cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT))).detail())
          .contains("redirects", "/steal");
      assertThat(elsewhere.arrivals()).isEmpty();
    }
  }

  @Test
  void anInterruptedWaitIsUnknownAndStaysInterrupted() throws Exception {
    server.then(ScriptedServer.silence());
    Thread caller = Thread.currentThread();
    Thread.ofVirtual()
        .start(
            () -> {
              while (server.arrivals().isEmpty()) {
                LockSupport.parkNanos(1_000_000);
              }
              caller.interrupt();
            });
    assertThat(failure(() -> cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT))))
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    assertThat(Thread.interrupted()).isTrue();
    caller.interrupt();
    assertThat(failure(() -> cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT))))
        .isInstanceOf(ClusterFailure.Unreachable.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(server.arrivals()).hasSize(1);
  }

  @Test
  void afterCloseNothingIsSent() {
    cluster.close();
    assertThat(failure(() -> cluster.create(Opened.CONFIG_MAPS, Manifest.parse(OBJECT))))
        .isInstanceOf(ClusterFailure.Unreachable.class);
    assertThat(server.arrivals()).isEmpty();
  }

  @Test
  void largeAnswersAreWhole() {
    String large = "x".repeat(3_000_000);
    server.then(
        (HttpExchange exchange) ->
            ScriptedServer.json(200, OBJECT.replace("\"n\":1.10", "\"n\":\"" + large + "\""))
                .handle(exchange));
    assertThat(
            cluster.get(Opened.CONFIG_MAPS, Manifest.parse(OBJECT).ref()).orElseThrow().text("n"))
        .contains(large);
  }

  private static ClusterFailure failure(Runnable request) {
    return catchThrowableOfType(ClusterException.class, request::run).failure();
  }
}
