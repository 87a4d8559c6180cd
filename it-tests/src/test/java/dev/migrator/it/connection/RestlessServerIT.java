package dev.migrator.it.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.cluster.fabric8.ConnectionLimits;
import dev.migrator.cluster.fabric8.Kubeconfigs;
import dev.migrator.it.audit.WholeLines;
import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.programs.ControlPlaneOrigin;
import dev.migrator.it.programs.Program;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said of the outcome of a write is true on servers that close connections, die and freeze.
 *
 * <p>The source's API server sends clients away every so often (HTTP/2 GOAWAY), as one behind a
 * load balancer does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class RestlessServerIT {

  private static final ResourceType CONFIG_MAPS =
      new ResourceType(
          "", "v1", "ConfigMap", "configmaps", true, Set.of("create"), Set.of(), List.of());
  private static final ConnectionLimits LIMITS =
      ConnectionLimits.DEFAULT.withRequest(Duration.ofSeconds(3)).withBody(Duration.ofSeconds(3));

  private ClusterPair pair;

  @BeforeAll
  void start() {
    ControlPlaneOrigin origin = ClusterPair.origin();
    if (origin instanceof ControlPlaneOrigin.None none && !none.failure()) {
      Assumptions.abort(none.advice());
    }
    Assumptions.assumeFalse(
        origin instanceof ControlPlaneOrigin.K3s, "a server in a container cannot be frozen");
    pair =
        ClusterPair.start(
            origin,
            ClusterOptions.DEFAULT.with(Program.KUBE_APISERVER, "--goaway-chance=0.02"),
            ClusterOptions.DEFAULT);
  }

  @AfterAll
  void stop() {
    pair.close();
  }

  private Cluster open(TestCluster cluster) {
    return new Kubeconfigs(Map.of())
        .open(Optional.of(cluster.kubeconfig().toString()), cluster.name(), LIMITS);
  }

  private static Manifest configMap(String name) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "namespace": "default"}}
        """
            .formatted(name));
  }

  private static void manyTimes(int threads, int times, IntConsumer work) {
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        executor.execute(
            () -> {
              for (int n = next.getAndIncrement(); n < times; n = next.getAndIncrement()) {
                work.accept(n);
              }
            });
      }
    }
  }

  private static Set<String> names(Cluster cluster, String prefix) {
    ListQuery query = ListQuery.inNamespace("default").withLimit(10_000);
    return cluster.list(CONFIG_MAPS, query).items().stream()
        .map(Manifest::name)
        .filter(name -> name.startsWith(prefix))
        .collect(Collectors.toSet());
  }

  /** How often the server was asked to create each, by its own account. */
  private static Map<String, Integer> createsByAuditLog(TestCluster cluster, String prefix)
      throws IOException {
    Map<String, Integer> creates = new HashMap<>();
    WholeLines.read(
        cluster.auditLog(),
        0,
        line -> {
          if (line.contains("\"verb\":\"create\"") && line.contains(prefix)) {
            var event = Json.parseObject(line);
            if (event.path("stage").asText().equals("ResponseComplete")) {
              String name = event.path("requestObject").path("metadata").path("name").asText();
              creates.merge(name, 1, Integer::sum);
            }
          }
        });
    return creates;
  }

  /** Creates and remembers how it ended: {@code Created}, or the name of the failure. */
  private static void create(Cluster cluster, String name, Map<String, String> outcomes) {
    try {
      cluster.create(CONFIG_MAPS, configMap(name));
      outcomes.put(name, "Created");
    } catch (ClusterException e) {
      outcomes.put(name, e.failure().getClass().getSimpleName());
    }
  }

  private static void assertTrue(Map<String, String> outcomes, Set<String> stored) {
    outcomes.forEach(
        (name, outcome) -> {
          switch (outcome) {
            case "Created" -> assertThat(stored).contains(name);
            case "OutcomeUnknown" -> {}
            default -> assertThat(stored).as(outcome).doesNotContain(name);
          }
        });
  }

  /**
   * The JDK sends again what a GOAWAY declares as not looked at. A request that it puts on a
   * connection just as that is given up ends as unknown, which is rare and true.
   */
  @Test
  void whoIsSentAwayRepeatsNothing() throws IOException {
    Map<String, String> outcomes = new ConcurrentHashMap<>();
    try (Cluster cluster = open(pair.source())) {
      manyTimes(100, 1500, n -> create(cluster, "away-" + n, outcomes));
      assertTrue(outcomes, names(cluster, "away-"));
    }
    Map<String, Integer> creates = createsByAuditLog(pair.source(), "away-");
    assertThat(creates).hasSizeGreaterThan(1350).doesNotContainValue(2);
    assertThat(new TreeSet<>(outcomes.values()))
        .contains("Created")
        .isSubsetOf("Created", "OutcomeUnknown");
  }

  /** Counts what one watch tells; a server ends watches that do not keep up. */
  private static final class Counter implements WatchListener {

    private final AtomicInteger changes = new AtomicInteger();
    private volatile String end = "";

    @Override
    public void onChange(Change change, Manifest object) {
      if (object.name().startsWith("crowd-")) {
        changes.incrementAndGet();
      }
    }

    @Override
    public void onEnd(String why) {
      end = why;
    }

    @Override
    public String toString() {
      return changes + " changes" + (end.isEmpty() ? "" : ", then the end: " + end);
    }
  }

  /**
   * Sixty watches are told of every change while changes come one at a time. In a crowd of writes a
   * watch may fall behind, and the server ends it: how many of them depends on the machine, so only
   * that each sees everything or is told that it does not is held to.
   */
  @Test
  void aCrowdOfRequestsAndWatchesFindsItsPlaces() {
    int calm = 10;
    int creates = 600;
    List<ClusterFailure> failures = new CopyOnWriteArrayList<>();
    List<Counter> counters = Stream.generate(Counter::new).limit(60).toList();
    try (Cluster cluster = open(pair.target())) {
      ListPage page = cluster.list(CONFIG_MAPS, ListQuery.inNamespace("default"));
      WatchQuery query = new WatchQuery("default", "", page.resourceVersion());
      List<Cluster.Watch> watches =
          counters.stream().map(counter -> cluster.watch(CONFIG_MAPS, query, counter)).toList();
      for (int n = 0; n < calm; n++) {
        int seen = n + 1;
        cluster.create(CONFIG_MAPS, configMap("crowd-calm-" + n));
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(counters)
                        .as("every watch sees change %s", seen)
                        .allMatch(c -> c.changes.get() == seen && c.end.isEmpty()));
      }
      manyTimes(
          300,
          creates,
          n -> {
            try {
              cluster.create(CONFIG_MAPS, configMap("crowd-" + n));
            } catch (ClusterException e) {
              failures.add(e.failure());
            }
          });
      assertThat(failures).isEmpty();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(counters)
                      .as("every watch sees everything, or is told that it does not")
                      .allMatch(c -> c.changes.get() == calm + creates || !c.end.isEmpty()));
      watches.forEach(Cluster.Watch::close);
    }
  }

  @Test
  void whatIsSaidOfAServerThatDiesIsTrue() throws InterruptedException, IOException {
    LocalCluster target = (LocalCluster) pair.target();
    Map<String, String> outcomes = new ConcurrentHashMap<>();
    try (Cluster cluster = open(target)) {
      CountDownLatch someAreIn = new CountDownLatch(200);
      Thread killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      someAreIn.await();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                    target.kill(Program.KUBE_APISERVER);
                  });
      manyTimes(
          48,
          1000,
          n -> {
            create(cluster, "dies-" + n, outcomes);
            someAreIn.countDown();
          });
      killer.join();
      target.startAgain(Program.KUBE_APISERVER);
      awaitReady(cluster);
      assertTrue(outcomes, names(cluster, "dies-"));
      assertThat(new TreeSet<>(outcomes.values()))
          .as("the server died while requests were under way")
          .contains("Created", "OutcomeUnknown", "Unreachable")
          .isSubsetOf("Created", "OutcomeUnknown", "Unreachable", "Throttled");
    }
    assertThat(createsByAuditLog(target, "dies-")).doesNotContainValue(2);
  }

  @Test
  void aServerThatFreezesIsLeftAloneInTime() {
    LocalCluster target = (LocalCluster) pair.target();
    try (Cluster cluster = open(target)) {
      cluster.create(CONFIG_MAPS, configMap("freezes-before"));
      target.freeze(Program.KUBE_APISERVER);
      try {
        for (String name : List.of("freezes-1", "freezes-2")) {
          long start = System.nanoTime();
          assertThat(failure(() -> cluster.create(CONFIG_MAPS, configMap(name))))
              .isInstanceOf(ClusterFailure.class)
              .isNotInstanceOf(ClusterFailure.Throttled.class);
          assertThat(Duration.ofNanos(System.nanoTime() - start))
              .isLessThan(Duration.ofSeconds(25));
        }
      } finally {
        target.thaw(Program.KUBE_APISERVER);
      }
      awaitReady(cluster);
      cluster.create(CONFIG_MAPS, configMap("freezes-after"));
      assertThat(names(cluster, "freezes-")).contains("freezes-before", "freezes-after");
    }
  }

  @Test
  void aConnectionThatDiedInSilenceIsReplaced(@TempDir Path folder) throws IOException {
    try (Forwarder forwarder = new Forwarder(pair.target().server())) {
      Path kubeconfig =
          Files.writeString(
              folder.resolve("kubeconfig"),
              Files.readString(pair.target().kubeconfig())
                  .replace(pair.target().server().toString(), forwarder.url()));
      try (Cluster cluster =
          new Kubeconfigs(Map.of()).open(Optional.of(kubeconfig.toString()), "target", LIMITS)) {
        cluster.create(CONFIG_MAPS, configMap("silence-1"));
        assertThat(forwarder.count()).isEqualTo(1);
        forwarder.silence();
        assertThat(failure(() -> cluster.create(CONFIG_MAPS, configMap("silence-2"))))
            .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
        cluster.create(CONFIG_MAPS, configMap("silence-3"));
        assertThat(forwarder.count()).isEqualTo(2);
        assertThat(names(cluster, "silence-")).containsExactlyInAnyOrder("silence-1", "silence-3");
      }
    }
  }

  private static void awaitReady(Cluster cluster) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(ClusterException.class)
        .until(() -> !cluster.identity().uid().isEmpty());
  }

  private static ClusterFailure failure(Runnable request) {
    try {
      request.run();
    } catch (ClusterException e) {
      return e.failure();
    }
    throw new AssertionError("it did not fail");
  }
}
