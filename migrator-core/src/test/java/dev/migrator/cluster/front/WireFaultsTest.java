package dev.migrator.cluster.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.fabric8.Adapters;
import dev.migrator.cluster.fabric8.ConnectionLimits;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the adapter says of a request that met a fault is true of the cluster: only an unknown
 * outcome leaves open whether a write happened, or happens later; a read answers what is there, or
 * fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class WireFaultsTest {

  private static final ResourceType TYPE = ServedTypes.named("v1", "ConfigMap");
  private static final Duration LATE = Duration.ofMinutes(1);
  private static final ConnectionLimits PATIENT = ConnectionLimits.DEFAULT;
  private static final ConnectionLimits HASTY =
      PATIENT.withRequest(Duration.ofMillis(150)).withBody(Duration.ofMillis(150));

  private final Map<FrontServer.Speaks, FrontServer> servers = new LinkedHashMap<>();

  @BeforeAll
  void start() {
    for (FrontServer.Speaks speaks : FrontServer.Speaks.values()) {
      servers.put(speaks, new FrontServer(speaks));
    }
  }

  @AfterAll
  void stop() {
    servers.values().forEach(FrontServer::close);
  }

  static Stream<Arguments> faults() {
    return Stream.of(FrontServer.Speaks.values())
        .flatMap(
            speaks ->
                WireFaults.catalogue().entrySet().stream()
                    .filter(fault -> !(fault.getValue() instanceof WireFault.BrokenWatch))
                    .map(fault -> Arguments.of(speaks, fault.getKey(), fault.getValue())));
  }

  private static Map<String, BiFunction<Cluster, Manifest, Object>> writes() {
    Map<String, BiFunction<Cluster, Manifest, Object>> writes = new LinkedHashMap<>();
    writes.put("create", (cluster, one) -> cluster.create(TYPE, map("two", "1")));
    writes.put(
        "patch",
        (cluster, one) ->
            cluster.patch(
                TYPE, one.ref(), Patch.merge(Json.parse("{\"data\": {\"a\": \"changed\"}}"))));
    writes.put(
        "replace",
        (cluster, one) ->
            cluster.replace(
                TYPE, one.edit(tree -> tree.withObjectProperty("data").put("a", "changed"))));
    writes.put(
        "delete",
        (cluster, one) ->
            cluster.delete(TYPE, one.ref(), Deletion.background(one.uid(), one.resourceVersion())));
    return writes;
  }

  private static Manifest map(String name, String value) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "namespace": "default"}, "data": {"a": "%s"}}
        """
            .formatted(name, value));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void onlyAnUnknownOutcomeLeavesAWriteOpen(
      FrontServer.Speaks speaks, String name, WireFault fault) {
    writes()
        .forEach(
            (verb, write) -> {
              Scene scene = new Scene(speaks, fault);
              Map<String, Manifest> before = scene.stored();
              Optional<ClusterFailure> failure = scene.failure(write);
              Map<String, Manifest> after = scene.stored();
              scene.clock.advance(LATE);
              Map<String, Manifest> later = scene.stored();
              if (failure.isEmpty()) {
                assertThat(after).as(verb).isNotEqualTo(before);
                assertThat(later).as(verb + ", later").isEqualTo(after);
              } else if (!(failure.get() instanceof ClusterFailure.OutcomeUnknown)) {
                assertThat(after).as(verb + ", " + failure).isEqualTo(before);
                assertThat(later).as(verb + ", later, " + failure).isEqualTo(before);
              }
            });
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void aReadAnswersWhatIsThereOrFails(FrontServer.Speaks speaks, String name, WireFault fault) {
    Scene scene = new Scene(speaks, fault);
    scene.failure(
        (cluster, one) -> {
          Optional<Manifest> read = cluster.get(TYPE, one.ref());
          assertThat(read).contains(one);
          return read;
        });
    new Scene(speaks, fault)
        .failure(
            (cluster, one) -> {
              assertThat(cluster.list(TYPE, ListQuery.inNamespace("default")).items())
                  .contains(one);
              return one;
            });
    new Scene(speaks, fault)
        .failure(
            (cluster, one) -> {
              assertThat(cluster.discover().types()).contains(TYPE);
              assertThat(cluster.discover().types())
                  .anyMatch(type -> type.kind().equals("CronJob"));
              return one;
            });
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void aRightIsNotDeniedByAnythingButTheServer(
      FrontServer.Speaks speaks, String name, WireFault fault) {
    Optional<ClusterFailure> unused =
        new Scene(speaks, fault)
            .failure(
                (cluster, one) -> {
                  assertThat(cluster.allows(new Access("get", "", "configmaps", "", ""))).isTrue();
                  return one;
                });
  }

  /** A cluster with one object, whose first request over the wire meets a fault. */
  private final class Scene {

    private final VirtualClock clock = new VirtualClock();
    private final MemoryCluster memory = MemoryCluster.builder(clock, "memory").build();
    private final ClusterFront front;
    private final Cluster cluster;
    private final Manifest one;

    Scene(FrontServer.Speaks speaks, WireFault fault) {
      one = memory.create(TYPE, map("one", "1"));
      clock.advance(Duration.ofSeconds(5));
      front =
          new ClusterFront(
              Objects.requireNonNull(servers.get(speaks)),
              "memory",
              memory,
              clock,
              WireScript.atRequest(0, fault),
              new WireTraffic());
      cluster =
          new FrontedCluster(
              Adapters.to(
                  front.url(), "memory", fault instanceof WireFault.Stalled ? HASTY : PATIENT),
              front);
    }

    Map<String, Manifest> stored() {
      Map<String, Manifest> stored = new LinkedHashMap<>();
      memory.world().everything().stream()
          .filter(object -> object.kind().equals("ConfigMap"))
          .forEach(object -> stored.put(object.name(), object));
      return stored;
    }

    /** What the adapter says of the failure; empty after a success. */
    Optional<ClusterFailure> failure(BiFunction<Cluster, Manifest, Object> request) {
      try (cluster) {
        assertThat(request.apply(cluster, one)).isNotNull();
        return Optional.empty();
      } catch (ClusterException e) {
        return Optional.of(e.failure());
      }
    }
  }
}
