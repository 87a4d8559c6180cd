package dev.migrator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked again, and what never. */
class RetryingClusterTest {

  private static final ResourceType CONFIG_MAPS = ServedTypes.named("v1", "ConfigMap");
  private static final Manifest OLD = configMap("old");
  private static final Manifest NEW = configMap("new");
  private static final int FAILURES = 3;

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster inner = MemoryCluster.builder(clock, "inner").build();
  private final List<Request> seen = new ArrayList<>();

  private static Manifest configMap(String name) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "namespace": "default"}}
        """
            .formatted(name));
  }

  /** The cluster whose first requests fail so many times; -1 is always. */
  private Cluster failing(int times, Fault fault) {
    FaultScript script =
        request -> {
          seen.add(request);
          return times < 0 || seen.size() <= times ? fault : new Fault.None();
        };
    return new RetryingCluster(
        new FaultyCluster(
            inner, "c", script, new Traffic(), new ProcessLife(), clock, clock::schedule),
        clock);
  }

  private static Map<String, Consumer<Cluster>> reads() {
    Map<String, Consumer<Cluster>> reads = new LinkedHashMap<>();
    reads.put("identity", Cluster::identity);
    reads.put("discover", Cluster::discover);
    reads.put("list", c -> c.list(CONFIG_MAPS, ListQuery.all()));
    reads.put("get", c -> c.get(CONFIG_MAPS, OLD.ref()));
    reads.put("prove", c -> c.prove(CONFIG_MAPS, NEW));
    reads.put("allows", c -> c.allows(new Access("get", "", "configmaps", "", "")));
    reads.put("serverTime", Cluster::serverTime);
    return reads;
  }

  private static Map<String, Consumer<Cluster>> writes() {
    Map<String, Consumer<Cluster>> writes = new LinkedHashMap<>();
    writes.put("create", c -> c.create(CONFIG_MAPS, NEW));
    writes.put(
        "patch",
        c ->
            c.patch(CONFIG_MAPS, OLD.ref(), Patch.merge(Json.parse("{\"data\": {\"a\": \"1\"}}"))));
    writes.put("replace", c -> c.replace(CONFIG_MAPS, c.get(CONFIG_MAPS, OLD.ref()).orElseThrow()));
    writes.put("delete", c -> c.delete(CONFIG_MAPS, OLD.ref(), Deletion.background("", "")));
    return writes;
  }

  private static final Fault THROTTLED =
      new Fault.Answer(new ClusterFailure.Throttled("later", Optional.empty()));
  private static final Fault UNREACHABLE =
      new Fault.Answer(new ClusterFailure.Unreachable("refused"));

  /** A request, what goes wrong with it, and how often it is sent when that happens three times. */
  static Stream<Arguments> table() {
    Map<String, Fault> unknown = new LinkedHashMap<>();
    unknown.put("lost", new Fault.RequestLost("time-out"));
    unknown.put("answer lost", new Fault.ResponseLost("reset"));
    List<Arguments> rows = new ArrayList<>();
    reads()
        .forEach(
            (name, request) -> {
              rows.add(Arguments.of(name, request, "throttled", THROTTLED, FAILURES + 1));
              unknown.forEach(
                  (what, fault) ->
                      rows.add(Arguments.of(name, request, what, fault, FAILURES + 1)));
              rows.add(Arguments.of(name, request, "never reached", UNREACHABLE, 1));
            });
    writes()
        .forEach(
            (name, request) -> {
              if (!name.equals("replace")) {
                rows.add(Arguments.of(name, request, "throttled", THROTTLED, FAILURES + 1));
                unknown.forEach(
                    (what, fault) -> rows.add(Arguments.of(name, request, what, fault, 1)));
                rows.add(Arguments.of(name, request, "unreachable", UNREACHABLE, 1));
              }
            });
    for (ClusterFailure answer :
        List.of(
            new ClusterFailure.NotFound("n"),
            new ClusterFailure.AlreadyExists("a"),
            new ClusterFailure.Conflict("c"),
            new ClusterFailure.Invalid("i", List.of()),
            new ClusterFailure.Forbidden("f"),
            new ClusterFailure.Unauthorized("u"),
            new ClusterFailure.Expired("e"))) {
      Consumer<Cluster> get = c -> c.get(CONFIG_MAPS, OLD.ref());
      rows.add(Arguments.of("get", get, answer.detail(), new Fault.Answer(answer), 1));
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "{0}, {2}: sent {4} times")
  @MethodSource("table")
  void requestsAreSentSoOften(
      String name, Consumer<Cluster> request, String what, Fault fault, int times) {
    inner.create(CONFIG_MAPS, OLD);
    ClusterException thrown =
        catchThrowableOfType(
            ClusterException.class, () -> request.accept(failing(FAILURES, fault)));
    assertThat(seen).hasSize(times);
    assertThat(thrown == null).isEqualTo(times > 1);
  }

  @Test
  void aWriteWhoseAnswerIsLostHappensOnce() {
    Cluster cluster = failing(1, new Fault.ResponseLost("reset"));
    ClusterException thrown =
        catchThrowableOfType(ClusterException.class, () -> cluster.create(CONFIG_MAPS, NEW));
    assertThat(thrown.failure()).isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    assertThat(seen).hasSize(1);
    assertThat(inner.get(CONFIG_MAPS, NEW.ref())).isPresent();
  }

  @Test
  void replaceIsAWrite() {
    Manifest stored = inner.create(CONFIG_MAPS, OLD);
    Cluster cluster = failing(1, new Fault.RequestLost("reset"));
    assertThat(
            catchThrowableOfType(ClusterException.class, () -> cluster.replace(CONFIG_MAPS, stored))
                .failure())
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    assertThat(seen).hasSize(1);
  }

  @Test
  void aServerThatWasReachedMayRestart() {
    inner.create(CONFIG_MAPS, OLD);
    FaultScript secondToFifth =
        request -> {
          seen.add(request);
          return seen.size() > 1 && seen.size() < 6 ? UNREACHABLE : new Fault.None();
        };
    Cluster cluster =
        new RetryingCluster(
            new FaultyCluster(inner, "c", secondToFifth, new Traffic(), new ProcessLife(), clock),
            clock);
    assertThat(cluster.get(CONFIG_MAPS, OLD.ref())).isPresent();
    assertThat(cluster.get(CONFIG_MAPS, OLD.ref())).isPresent();
    assertThat(seen).hasSize(6);
  }

  @Test
  void pausesDoubleAndEnd() {
    Instant start = clock.now();
    Cluster cluster = failing(-1, new Fault.RequestLost("time-out"));
    List<Duration> at = new ArrayList<>();
    Consumer<Cluster> get = c -> c.get(CONFIG_MAPS, OLD.ref());
    ClusterException thrown =
        catchThrowableOfType(ClusterException.class, () -> get.accept(cluster));
    at.add(Duration.between(start, clock.now()));
    assertThat(thrown.failure()).isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    assertThat(at.getFirst()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    assertThat(seen).hasSize(6 + 1 + 10);
  }

  @Test
  void theServersWishIsHeeded() {
    Instant start = clock.now();
    failing(
            2,
            new Fault.Answer(
                new ClusterFailure.Throttled("later", Optional.of(Duration.ofSeconds(7)))))
        .create(CONFIG_MAPS, NEW);
    assertThat(Duration.between(start, clock.now()))
        .isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15));
  }

  @Test
  void aWishForAnHourIsNotHeeded() {
    Instant start = clock.now();
    Cluster cluster =
        failing(
            -1,
            new Fault.Answer(
                new ClusterFailure.Throttled("later", Optional.of(Duration.ofHours(1)))));
    assertThat(catchThrowableOfType(ClusterException.class, () -> cluster.identity()).failure())
        .isInstanceOf(ClusterFailure.Throttled.class);
    assertThat(Duration.between(start, clock.now())).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void aWriteIsGivenUpBeforeALockCouldEnd() {
    Instant start = clock.now();
    Cluster cluster =
        failing(
            -1,
            new Fault.Answer(
                new ClusterFailure.Throttled("later", Optional.of(Duration.ofSeconds(4)))));
    assertThat(
            catchThrowableOfType(ClusterException.class, () -> cluster.create(CONFIG_MAPS, NEW))
                .failure())
        .isInstanceOf(ClusterFailure.Throttled.class);
    assertThat(Duration.between(start, clock.now()))
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
  }

  @Test
  void slowFailuresAreAskedThreeTimesAtLeast() {
    Fault slow = new Fault.Delay(Duration.ofMinutes(2), Duration.ZERO);
    FaultScript script =
        request -> {
          seen.add(request);
          return slow;
        };
    Cluster tooSlow =
        new FaultyCluster(inner, "c", script, new Traffic(), new ProcessLife(), clock);
    Cluster cluster = new RetryingCluster(new TimingOut(tooSlow).cluster(), clock);
    assertThat(catchThrowableOfType(ClusterException.class, () -> cluster.identity()).failure())
        .isInstanceOf(ClusterFailure.OutcomeUnknown.class);
    assertThat(seen).hasSize(3);
  }

  /** After the slow request its answer is lost, too. */
  private record TimingOut(Cluster slow) {
    Cluster cluster() {
      return new FaultyCluster(
          slow,
          "c",
          request -> new Fault.ResponseLost("time-out"),
          new Traffic(),
          new ProcessLife(),
          new VirtualClock());
    }
  }
}
