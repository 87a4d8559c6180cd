package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.junit.RealClusters;
import dev.migrator.it.programs.ControlPlaneOrigin;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What {@link RealClusters} does around tests, seen from outside: a test run within a test. */
class SharedPairIT {

  private static final Path KEPT = Path.of("target/cluster-logs");
  private static final Set<ClusterPair> PAIRS = ConcurrentHashMap.newKeySet();
  private static final Set<ProcessHandle> PROGRAMS = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void onlyWhereClustersCanBeHad() {
    Assumptions.assumeFalse(
        ClusterPair.origin() instanceof ControlPlaneOrigin.None none && !none.failure());
    PAIRS.clear();
    PROGRAMS.clear();
  }

  @Test
  void classesShareAPairThatEndsWithTheRunAndFailuresKeepItsLogs() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(OneOfTwo.class), selectClass(OtherOfTwo.class))
        .execute()
        .testEvents()
        .assertStatistics(events -> events.succeeded(1).failed(2));

    assertThat(PAIRS).hasSize(1);
    assertThat(new HashSet<>(PROGRAMS)).noneMatch(ProcessHandle::isAlive);
    for (String test : List.of("OneOfTwo/fails", "OtherOfTwo/failsBefore")) {
      for (String cluster : List.of("source", "target")) {
        Path folder = KEPT.resolve(test).resolve(cluster);
        assertThat(folder.resolve("audit.log")).isNotEmptyFile();
        if (!PROGRAMS.isEmpty()) {
          assertThat(folder.resolve("kube-apiserver.log")).isNotEmptyFile();
        }
      }
    }
    assertThat(KEPT.resolve("OneOfTwo/succeeds")).doesNotExist();
  }

  /** In whatever order classes run: whoever asks for clusters of its own may break them. */
  @Test
  void aFreshPairIsNotTheSharedOneThatIsThereAlready() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(OtherOfTwo.class), selectClass(Fresh.class))
        .execute()
        .testEvents()
        .assertStatistics(events -> events.succeeded(1).failed(1));

    assertThat(PAIRS).hasSize(2);
    assertThat(new HashSet<>(PROGRAMS)).noneMatch(ProcessHandle::isAlive);
  }

  private static void seen(ClusterPair pair) {
    PAIRS.add(pair);
    pair.clusters()
        .filter(LocalCluster.class::isInstance)
        .flatMap(cluster -> ((LocalCluster) cluster).pids().stream())
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(PROGRAMS::add));
  }

  @RealClusters
  static class OneOfTwo {
    @Test
    void succeeds(ClusterPair pair) {
      seen(pair);
    }

    @Test
    void fails(ClusterPair pair) {
      seen(pair);
      throw new AssertionError("on purpose");
    }
  }

  @RealClusters
  static class OtherOfTwo {
    @BeforeEach
    void start(ClusterPair pair) {
      seen(pair);
      throw new AssertionError("on purpose");
    }

    @Test
    void failsBefore() {}
  }

  @RealClusters(fresh = true)
  static class Fresh {
    @Test
    void breaksWhatItGot(ClusterPair pair) {
      seen(pair);
    }
  }
}
