package dev.migrator.it.bench;

import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.cluster.TestCluster;
import java.time.Duration;

/**
 * A source that is loaded once, and for each turn a target that nobody has used: every contender
 * finds the same, and nothing needs to be cleaned up between them.
 *
 * <p>Crash: the clusters end with this JVM.
 */
final class BenchWorld implements AutoCloseable {

  private static final Duration LONGEST_REST = Duration.ofSeconds(40);
  private static final int WARM_UP = 400;

  private final Processors processors;
  private ClusterPair pair;
  private boolean used;

  private BenchWorld(Processors processors, ClusterPair pair) {
    this.processors = processors;
    this.pair = pair;
  }

  /** Starts a pair of clusters. */
  static BenchWorld start(Processors processors, ClusterOptions source, ClusterOptions target) {
    return new BenchWorld(
        processors,
        processors.startServers(() -> ClusterPair.start(ClusterPair.origin(), source, target)));
  }

  ClusterPair pair() {
    return pair;
  }

  /** Puts the workload into the source. */
  Duration load(Workload workload) {
    try (BareClient client = new BareClient(pair.source().admin())) {
      return client.load(workload);
    }
  }

  /** Makes the target as new, and lets both clusters come to rest. */
  void freshTarget() {
    if (used) {
      ClusterPair before = pair;
      pair = processors.startServers(before::withFreshTarget);
    }
    used = true;
    // The first requests of a server's life are slow; they are nobody's fault.
    try (BareClient client = new BareClient(pair.target().admin())) {
      Duration unused = client.load(new Workload(WARM_UP, "warm"));
    }
    rest();
  }

  /** Returns when the programs of both clusters have little to do, or after a while. */
  void rest() {
    long end = System.nanoTime() + LONGEST_REST.toNanos();
    Duration before = cpuTime();
    while (System.nanoTime() < end) {
      sleep(Duration.ofSeconds(1));
      Duration now = cpuTime();
      if (now.minus(before).compareTo(Duration.ofMillis(250)) < 0) {
        return;
      }
      before = now;
    }
  }

  /** The processor time that all programs of both clusters have had. */
  Duration cpuTime() {
    return pair.clusters().map(BenchWorld::cpuTime).reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpuTime(TestCluster cluster) {
    if (!(cluster instanceof LocalCluster local)) {
      return Duration.ZERO;
    }
    return local.pids().stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    pair.close();
  }
}
