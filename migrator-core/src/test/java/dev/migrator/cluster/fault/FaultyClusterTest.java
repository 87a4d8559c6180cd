package dev.migrator.cluster.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultyClusterTest {

  private static final ResourceType CONFIG_MAPS = ServedTypes.named("v1", "ConfigMap");

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster inner = MemoryCluster.builder(clock, "inner").build();
  private final Traffic traffic = new Traffic();
  private final ProcessLife life = new ProcessLife();

  private Cluster faulty(FaultScript script) {
    return new FaultyCluster(inner, "target", script, traffic, life, clock, clock::schedule);
  }

  /** Every fault at the one write, and whether the object is there afterwards. */
  @Test
  void faultsDoWhatTheySay() {
    int n = 0;
    for (Map.Entry<String, Fault> fault : Fault.catalogue().entrySet()) {
      String name = "c" + n++;
      Cluster cluster = faulty(FaultScript.when(Request::isWrite, fault.getValue()));
      Throwable thrown = catchThrowable(() -> cluster.create(CONFIG_MAPS, configMap(name)));
      boolean there = inner.get(CONFIG_MAPS, configMap(name).ref()).isPresent();
      boolean unknown =
          thrown instanceof ClusterException e
              && e.failure() instanceof ClusterFailure.OutcomeUnknown;
      String what = fault.getKey();
      switch (fault.getValue()) {
        case Fault.RequestLost lost -> assertThat(unknown && !there).as(what).isTrue();
        case Fault.ResponseLost lost -> assertThat(unknown && there).as(what).isTrue();
        case Fault.ExecutedLater late -> {
          assertThat(unknown && !there).as(what).isTrue();
          clock.advance(late.after());
          assertThat(inner.get(CONFIG_MAPS, configMap(name).ref())).as(what).isPresent();
        }
        case Fault.Answer answer -> {
          assertThat(((ClusterException) thrown).failure()).as(what).isEqualTo(answer.failure());
          assertThat(there).as(what).isFalse();
        }
        case Fault.Delay delay -> assertThat(thrown == null && there).as(what).isTrue();
        case Fault.None none -> assertThat(there).as(what).isTrue();
        case Fault.StaleList stale -> assertThat(there).as(what).isTrue();
        case Fault.SilentWatch silent -> assertThat(there).as(what).isTrue();
        case Fault.EndedWatch ended -> assertThat(there).as(what).isTrue();
        case Fault.WrongClock wrong ->
            assertThat(faulty(r -> wrong).serverTime())
                .as(what)
                .isEqualTo(inner.serverTime().plus(wrong.ahead()));
        case Fault.Crash crash -> throw new AssertionError("no crash in the catalogue");
      }
    }
    assertThat(n).isGreaterThanOrEqualTo(25);
  }

  @Test
  void afterItsDeathAProcessGetsNothingDone() {
    for (Fault.Crash.Moment moment : Fault.Crash.Moment.values()) {
      ProcessLife one = new ProcessLife();
      Cluster cluster =
          new FaultyCluster(
              inner,
              "target",
              FaultScript.when(Request::isWrite, new Fault.Crash(moment)),
              new Traffic(),
              one,
              clock);
      Manifest body =
          configMap("crash-" + moment.name().toLowerCase(java.util.Locale.ROOT).replace("_", "-"));
      assertThatThrownBy(() -> cluster.create(CONFIG_MAPS, body))
          .isInstanceOf(ProcessLife.ProcessDied.class);
      assertThat(inner.get(CONFIG_MAPS, body.ref()).isPresent())
          .isEqualTo(moment != Fault.Crash.Moment.BEFORE_SEND);
      assertThatThrownBy(() -> cluster.get(CONFIG_MAPS, body.ref()))
          .isInstanceOf(ProcessLife.ProcessDied.class);
      assertThat(one.death()).isPresent();
    }
  }

  @Test
  void aStaleListMissesWhatIsNew() {
    long[] lists = {0};
    Cluster cluster =
        faulty(
            request ->
                request.verb().equals("list") && lists[0]++ == 1
                    ? new Fault.StaleList()
                    : new Fault.None());
    int before = cluster.list(CONFIG_MAPS, ListQuery.all()).items().size();
    cluster.create(CONFIG_MAPS, configMap("new"));
    assertThat(cluster.list(CONFIG_MAPS, ListQuery.all()).items()).hasSize(before);
    assertThat(cluster.list(CONFIG_MAPS, ListQuery.all()).items()).hasSize(before + 1);
  }

  @Test
  void scriptsPickTheirRequest() {
    Cluster cluster =
        faulty(
            FaultScript.atWrite(1, new Fault.RequestLost("lost"))
                .or(FaultScript.atRequest(0, new Fault.RequestLost("first"))));
    assertThatThrownBy(cluster::identity).hasMessageContaining("first");
    cluster.create(CONFIG_MAPS, configMap("a"));
    assertThatThrownBy(() -> cluster.create(CONFIG_MAPS, configMap("b")))
        .hasMessageContaining("lost");
    cluster.create(CONFIG_MAPS, configMap("b"));
    assertThat(traffic.requests()).hasSize(4);
    assertThat(traffic.requests().getLast().writeIndex()).isEqualTo(2);
  }

  @Test
  void randomScriptsRepeatWithTheirSeed() {
    List<Fault> faults = List.copyOf(Fault.catalogue().values());
    FaultScript first = FaultScript.random(7, 300, faults);
    FaultScript second = FaultScript.random(7, 300, faults);
    Request request = new Request("c", 0, 0, "get", "pods", java.util.Optional.empty());
    int thrown = 0;
    for (int i = 0; i < 1000; i++) {
      Fault fault = first.at(request);
      assertThat(second.at(request)).isEqualTo(fault);
      thrown += fault instanceof Fault.None ? 0 : 1;
    }
    assertThat(thrown).isBetween(200, 400);
  }

  @Test
  void delaysPassOnTheClock() {
    Cluster cluster =
        faulty(
            FaultScript.when(
                Request::isWrite, new Fault.Delay(Duration.ofSeconds(5), Duration.ofSeconds(7))));
    cluster.create(CONFIG_MAPS, configMap("slow"));
    assertThat(clock.now()).isEqualTo(VirtualClock.START.plusSeconds(12));
  }

  private static Manifest configMap(String name) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "namespace": "default"}}
        """
            .formatted(name));
  }
}
