package dev.migrator.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.MemoryClusterBuilder;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.inventory.Inventory.Excluded;
import dev.migrator.inventory.Inventory.Found;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a whole cluster holds: everything is read, counted once, and travels or has a reason. */
class InventoryTest {

  private final VirtualClock clock = new VirtualClock();
  private final List<ObjectRef> travelling = new ArrayList<>();

  private MemoryCluster cluster(String version) {
    return builder(version).build();
  }

  private MemoryClusterBuilder builder(String version) {
    return MemoryCluster.builder(clock, "source").version(version);
  }

  private Found read(MemoryCluster source, String... withoutApis) {
    return read(source, source.discover(), withoutApis);
  }

  private Found read(MemoryCluster source, Discovery target, String... withoutApis) {
    Migration migration = Migration.defaults();
    travelling.clear();
    return new Inventory(
            source,
            new Exclusions(false, Set.of(), Migration.defaults().classification(), ref -> false),
            new ScopeFilter(migration.scope(), migration.mappings()),
            Set.of(withoutApis))
        .read(
            source.discover(),
            Versions.choose(source.discover(), target),
            (object, choice) -> travelling.add(object.ref()));
  }

  private static Manifest object(String yaml) {
    return Manifest.parse(Json.text(Yaml.parse(yaml).orElseThrow()));
  }

  private static Manifest deployment() {
    return object(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "a:1"}]}
        """);
  }

  @Test
  void listedIsTravellingAndLeftOut() {
    MemoryCluster source = cluster("v1.34.4");
    source.load(
        deployment(),
        object("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}"));
    clock.advance(Duration.ofMinutes(1));
    Found found = read(source);
    assertThat(found.travelling()).isEqualTo(travelling.size());
    assertThat(found.listed()).isEqualTo(travelling.size() + found.excluded().size());
    assertThat(travelling)
        .contains(
            ObjectRef.namespace("shop"),
            ObjectRef.core("ConfigMap", "shop", "a"),
            new ObjectRef("apps", "Deployment", "shop", "web"))
        .doesNotHaveDuplicates();
    assertThat(found.excluded())
        .allMatch(e -> !e.reason().isBlank())
        .extracting(Excluded::ref)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(travelling)
        .isSorted();
    Map<String, Long> reasons =
        found.excluded().stream()
            .collect(Collectors.groupingBy(Excluded::reason, Collectors.counting()));
    assertThat(reasons)
        .containsEntry("made by its controller, a Deployment", 1L)
        .containsEntry("made by its controller, a ReplicaSet", 2L)
        .containsKey("every namespace has it")
        .containsKey("nodes belong to their cluster")
        .containsKey("every cluster makes it for itself");
  }

  /** Every stored object is in the count: nothing is left out by silence. */
  @Test
  void clusterctl8387WhateverIsStoredTravelsOrIsNamed() {
    MemoryCluster source = cluster("v1.34.4");
    source.load(deployment());
    clock.advance(Duration.ofMinutes(1));
    Found found = read(source);
    Set<ObjectRef> known = found.excluded().stream().map(Excluded::ref).collect(Collectors.toSet());
    known.addAll(travelling);
    assertThat(source.world().everything())
        .allMatch(object -> known.contains(object.ref()), "is known");
  }

  @Test
  void anObjectServedUnderTwoGroupsIsCountedOnce() {
    MemoryCluster source = cluster("v1.20.15");
    source.load(
        object(
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: shop}
            spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
            """));
    assertThat(source.discover().types())
        .extracting(t -> t.apiVersion() + " " + t.kind())
        .contains("extensions/v1beta1 Ingress", "networking.k8s.io/v1 Ingress");
    Found found = read(source, cluster("v1.36.3").discover());
    List<ObjectRef> ingresses = new ArrayList<>(travelling);
    found.excluded().forEach(e -> ingresses.add(e.ref()));
    assertThat(ingresses).filteredOn(ref -> ref.kind().equals("Ingress")).hasSize(1);
  }

  /** vmware-tanzu/velero#6929: an aggregated API that is down. */
  @Test
  void velero6929AnApiThatIsDownMeansNoPlanUnlessItIsAcceptedByName() {
    MemoryCluster source = cluster("v1.34.4");
    source.world().breakGroup("wardle.example.com/v1", "503 service unavailable");
    ProblemException refused = catchThrowableOfType(ProblemException.class, () -> read(source));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1104);
    assertThat(refused.problem().what()).contains("wardle.example.com/v1");
    assertThat(refused.problem().next())
        .anyMatch(next -> next.contains("--without-api wardle.example.com/v1"));
    assertThat(read(source, "wardle.example.com/v1").unread())
        .map(Object::toString)
        .map(Object::toString)
        .containsExactly("wardle.example.com/v1: not read, as asked for: 503 service unavailable");
    ProblemException other =
        catchThrowableOfType(
            ProblemException.class, () -> read(source, "wardle.example.com/v1beta1"));
    assertThat(other.problem().code()).isEqualTo(ErrorCode.M1104);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metrics.k8s.io/v1beta1",
        "custom.metrics.k8s.io/v1beta2",
        "external.metrics.k8s.io/v1beta1"
      })
  void aDeadApiThatHoldsNothingNeverBlocks(String groupVersion) {
    MemoryCluster source = cluster("v1.34.4");
    source.world().breakGroup(groupVersion, "down");
    assertThat(read(source).unread())
        .map(Object::toString)
        .map(Object::toString)
        .containsExactly(groupVersion + ": not read, it holds nothing to move");
  }

  @Test
  void anApiThatIsAcceptedByNameIsNotReadAtAll() {
    MemoryCluster source =
        builder("v1.34.4")
            .serve(
                ServedTypes.custom(
                    "acme.example", "v1", "Widget", "widgets", true, Set.of(), List.of()))
            .build();
    source.load(
        object(
            "{apiVersion: acme.example/v1, kind: Widget, metadata: {name: w, namespace: shop}}"));
    assertThat(read(source).travelling())
        .isEqualTo(read(source, "acme.example/v1").travelling() + 1);
    assertThat(read(source, "acme.example/v1").unread())
        .map(Object::toString)
        .map(Object::toString)
        .containsExactly("widgets.acme.example: not read, as asked for");
  }

  @Test
  void aListThatIsForbiddenMeansNoPlan() {
    MemoryCluster source = cluster("v1.34.4");
    source
        .world()
        .deny(access -> access.verb().equals("list") && access.resource().equals("secrets"));
    ProblemException refused = catchThrowableOfType(ProblemException.class, () -> read(source));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1403);
    assertThat(refused.problem().what()).contains("secrets").contains("no plan");
  }

  @Test
  void aListOfWhatStaysAnywayMayBeForbidden() {
    MemoryCluster source = cluster("v1.34.4");
    source
        .world()
        .deny(access -> access.verb().equals("list") && access.resource().equals("nodes"));
    assertThat(read(source).unread())
        .map(Object::toString)
        .map(Object::toString)
        .containsExactly("nodes: not read, and left out anyway: nodes belong to their cluster");
  }

  @Test
  void endpointsOfASelectingServiceAreMadeByItsController() {
    MemoryCluster source = cluster("v1.34.4");
    source.world().pauseControllers(true);
    source.load(
        object(
            "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec:"
                + " {selector: {app: web}, ports: [{port: 80}]}}"),
        object("{apiVersion: v1, kind: Endpoints, metadata: {name: web, namespace: shop}}"),
        object(
            "{apiVersion: v1, kind: Service, metadata: {name: outside, namespace: shop}, spec:"
                + " {ports: [{port: 80}]}}"),
        object("{apiVersion: v1, kind: Endpoints, metadata: {name: outside, namespace: shop}}"));
    Found found = read(source);
    assertThat(found.excluded())
        .anySatisfy(
            e -> {
              assertThat(e.ref()).isEqualTo(ObjectRef.core("Endpoints", "shop", "web"));
              assertThat(e.reason()).isEqualTo("made for a Service by its controller");
              assertThat(e.orphan()).isEmpty();
            });
    assertThat(travelling).contains(ObjectRef.core("Endpoints", "shop", "outside"));
  }

  @Test
  void aListThatExpiresHalfWayIsReadAgainAndCountedOnce() {
    MemoryCluster source = cluster("v1.34.4");
    List<Manifest> many = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      many.add(
          object(
              "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%04d, namespace: shop}}"
                  .formatted(i)));
    }
    source.load(many.toArray(Manifest[]::new));
    Found before = read(source);
    int[] seen = {0};
    travelling.clear();
    Migration migration = Migration.defaults();
    Found found =
        new Inventory(
                source,
                new Exclusions(
                    false, Set.of(), Migration.defaults().classification(), ref -> false),
                new ScopeFilter(migration.scope(), migration.mappings()),
                Set.of())
            .read(
                source.discover(),
                Versions.choose(source.discover(), source.discover()),
                (object, choice) -> {
                  travelling.add(object.ref());
                  if (object.kind().equals("ConfigMap") && seen[0]++ == 300) {
                    source
                        .world()
                        .edit(object.ref(), tree -> tree.withObjectProperty("data").put("a", "b"));
                    source.world().compact();
                  }
                });
    assertThat(found.listed()).isEqualTo(before.listed());
    assertThat(travelling).doesNotHaveDuplicates();
  }

  @Test
  void workersGiveTheSameInTheSameOrder() {
    MemoryCluster source = cluster("v1.34.4");
    List<Manifest> many = new ArrayList<>();
    for (int i = 0; i < 1_700; i++) {
      many.add(
          object(
              "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%04d, namespace: shop}}"
                  .formatted(i)));
    }
    source.load(many.toArray(Manifest[]::new));
    Found alone = read(source);
    List<ObjectRef> order = List.copyOf(travelling);
    travelling.clear();
    try (LateWorkers late = new LateWorkers()) {
      Found found =
          inventory(source)
              .read(
                  source.discover(),
                  Versions.choose(source.discover(), source.discover()),
                  late,
                  (object, choice) -> () -> travelling.add(object.ref()));
      assertThat(found).isEqualTo(alone);
    }
    assertThat(travelling).isEqualTo(order);
  }

  /** A list that fails and would not travel anyway must not hide what went wrong before it. */
  @Test
  void aFailureOfAWorkerIsNotTakenForThatOfALaterKind() {
    MemoryCluster source = cluster("v1.34.4");
    source.load(deployment());
    ProblemException failure =
        Problem.of(ErrorCode.M1002, "a modifier does not fit", "why", "change it").exception();
    try (LateWorkers late = new LateWorkers()) {
      assertThat(
              catchThrowableOfType(
                  ProblemException.class,
                  () ->
                      inventory(source)
                          .read(
                              source.discover(),
                              Versions.choose(source.discover(), source.discover()),
                              late,
                              (object, choice) -> {
                                throw failure;
                              })))
          .isSameAs(failure);
    }
  }

  private static Inventory inventory(MemoryCluster source) {
    Migration migration = Migration.defaults();
    return new Inventory(
        source,
        new Exclusions(false, Set.of(), Migration.defaults().classification(), ref -> false),
        new ScopeFilter(migration.scope(), migration.mappings()),
        Set.of());
  }

  /** Whoever is asked first ends last. */
  private static final class LateWorkers implements Workers, AutoCloseable {

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private int begun;

    @Override
    public int ahead() {
      return 3;
    }

    @Override
    public <T> Supplier<T> begin(Supplier<T> work) {
      int pause = 3 - begun++ % 4;
      Future<T> future =
          threads.submit(
              () -> {
                Thread.sleep(pause);
                return work.get();
              });
      return () -> {
        try {
          return future.get();
        } catch (ExecutionException e) {
          throw (RuntimeException) e.getCause();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      };
    }

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }
}
