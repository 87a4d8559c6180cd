package dev.migrator.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * A cluster that asks again where that is harmless: reads and dry runs after a passing failure,
 * writes only when the server said that it did not look at them. A write of unknown outcome is
 * never repeated here, nor one that did not reach the server: whoever sent it decides.
 *
 * <p>A server that could not be reached even once is not asked again: its address is wrong. One
 * that was reached before may be restarting.
 *
 * <p>Units: pauses double from 100 ms to 5 s, or last as long as the server asks for, up to a
 * minute. It goes on for a minute, for two while the server asks to wait, and asks three times at
 * least. A write is given up after half a minute: whoever holds a lock that ends looks at it before
 * the next.
 */
public final class RetryingCluster extends ClusterLayer {

  private static final int LEAST_ATTEMPTS = 3;
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PATIENCE_WHEN_ASKED = Duration.ofMinutes(2);
  private static final Duration PATIENCE_OF_WRITES = Duration.ofSeconds(30);

  private final TimeSource time;
  private volatile boolean reached;

  public RetryingCluster(Cluster cluster, TimeSource time) {
    super(cluster);
    this.time = time;
  }

  @Override
  protected <T> T read(Supplier<T> request) {
    return ask(request, true);
  }

  @Override
  protected <T> T write(Supplier<T> request) {
    return ask(request, false);
  }

  private <T> T ask(Supplier<T> request, boolean harmless) {
    Instant start = time.now();
    Duration pause = FIRST;
    for (int attempt = 1; ; attempt++) {
      try {
        T answer = request.get();
        reached = true;
        return answer;
      } catch (ClusterException e) {
        Wait wait = waitAfter(e.failure(), pause, harmless);
        Duration after = Duration.between(start, time.now()).plus(wait.pause());
        boolean isOver =
            harmless
                ? attempt >= LEAST_ATTEMPTS && after.compareTo(wait.clock()) > 0
                : after.compareTo(PATIENCE_OF_WRITES) > 0;
        if (!wait.again() || isOver) {
          throw e;
        }
        sleep(wait.pause(), e);
        pause = shorter(pause.multipliedBy(2), LONGEST);
      }
    }
  }

  /**
   * What to do after a failure.
   *
   * @param again whether asking again is right at all
   * @param clock counted from the first attempt
   */
  private record Wait(boolean again, Duration pause, Duration clock) {
    static final Wait NONE = new Wait(false, Duration.ZERO, Duration.ZERO);
  }

  private Wait waitAfter(ClusterFailure failure, Duration pause, boolean harmless) {
    return switch (failure) {
      case ClusterFailure.Throttled throttled -> {
        reached = true;
        yield new Wait(
            true,
            throttled.retryAfter().map(asked -> shorter(asked, LONGEST_ASKED)).orElse(pause),
            PATIENCE_WHEN_ASKED);
      }
      case ClusterFailure.OutcomeUnknown f -> new Wait(harmless, pause, PATIENCE);
      case ClusterFailure.Unreachable f -> new Wait(harmless && reached, pause, PATIENCE);
      case ClusterFailure.NotFound f -> answered();
      case ClusterFailure.AlreadyExists f -> answered();
      case ClusterFailure.Conflict f -> answered();
      case ClusterFailure.Invalid f -> answered();
      case ClusterFailure.Forbidden f -> answered();
      case ClusterFailure.Unauthorized f -> answered();
      case ClusterFailure.Expired f -> answered();
    };
  }

  private Wait answered() {
    reached = true;
    return Wait.NONE;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void sleep(Duration pause, ClusterException cause) {
    try {
      time.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }
}
