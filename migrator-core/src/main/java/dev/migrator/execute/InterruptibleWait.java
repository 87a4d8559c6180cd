package dev.migrator.execute;

import dev.migrator.cluster.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waiting, in slices: between two of them the locks are kept alive, and a wish to stop is heard at
 * once.
 */
final class InterruptibleWait {

  private static final Duration SLICE = Duration.ofSeconds(10);

  private final TimeSource time;
  private final Locks locks;
  private final Interruption interruption;

  InterruptibleWait(TimeSource time, Locks locks, Interruption interruption) {
    this.time = time;
    this.locks = locks;
    this.interruption = interruption;
  }

  Instant now() {
    return time.now();
  }

  /**
   * Between two acts.
   *
   * <p>Errors: {@link StoppedException} when the run shall stop.
   */
  void checkpoint() {
    if (interruption.isRequested()) {
      throw new StoppedException();
    }
  }

  /**
   * Waits this long.
   *
   * <p>Errors: {@link StoppedException} when the run shall stop.
   */
  void pause(Duration duration) {
    await(new CompletableFuture<Boolean>(), duration);
  }

  /** Waits this long, whoever wants the run to stop: for what must not be left half-done. */
  void pauseAnyway(Duration duration) {
    slices(new CompletableFuture<Boolean>(), duration, false);
  }

  /**
   * Waits until the future is complete; empty when the time is over first.
   *
   * <p>Errors: {@link StoppedException} when the run shall stop.
   */
  <T> Optional<T> await(CompletableFuture<T> future, Duration atMost) {
    return slices(future, atMost, true);
  }

  /** As {@link #await}, whoever wants the run to stop. */
  <T> Optional<T> awaitAnyway(CompletableFuture<T> future, Duration atMost) {
    return slices(future, atMost, false);
  }

  private <T> Optional<T> slices(CompletableFuture<T> future, Duration atMost, boolean stoppable) {
    Instant end = time.now().plus(atMost);
    CompletableFuture<?> either =
        stoppable ? CompletableFuture.anyOf(future, interruption.wish()) : future;
    while (true) {
      if (stoppable && interruption.isRequested()) {
        throw new StoppedException();
      }
      if (future.isDone()) {
        return Optional.of(future.join());
      }
      Duration left = Duration.between(time.now(), end);
      if (!left.isPositive()) {
        return Optional.empty();
      }
      sleep(either, left.compareTo(SLICE) < 0 ? left : SLICE);
      locks.keep();
    }
  }

  private void sleep(CompletableFuture<?> bell, Duration slice) {
    try {
      time.await(bell, slice);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }
}
