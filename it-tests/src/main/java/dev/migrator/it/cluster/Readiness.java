package dev.migrator.it.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Waits for a starting cluster, and stops waiting as soon as that is in vain.
 *
 * @param trouble says why it is in vain; empty as long as there is hope
 */
record Readiness(Supplier<Optional<String>> trouble) {

  /**
   * A machine that builds at the same time is slow: a start takes seconds, but may take minutes.
   */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Something that becomes true. A connection that fails means not yet. */
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  void await(String what, Condition condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    String last = "";
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IOException e) {
        last = ": " + e;
      } catch (InterruptedException e) {
        throw interrupted(what, e);
      }
      Optional<String> vain = trouble.get();
      if (vain.isPresent()) {
        throw new ClusterStartException("waiting for " + what + ", but " + vain.get());
      }
      if (System.nanoTime() > end) {
        throw new ClusterStartException("no " + what + " after " + LIMIT + last);
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        throw interrupted(what, e);
      }
    }
  }

  private static ClusterStartException interrupted(String what, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ClusterStartException("interrupted while waiting for " + what, e);
  }
}
