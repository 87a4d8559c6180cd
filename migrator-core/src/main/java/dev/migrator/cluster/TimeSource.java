package dev.migrator.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The only clock of the program, so that hours of waiting can be simulated in milliseconds.
 *
 * <p>Real time in production; a virtual clock with the simulated clusters, where waiting moves the
 * clock and lets the simulated controllers work.
 */
public interface TimeSource {

  Instant now();

  /**
   * How long this process has run, by a clock that nobody sets. It may stand still while the
   * machine sleeps.
   */
  Duration running();

  /** Waits this long. */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Waits until the future is complete; empty when the time is over first. An exceptional future
   * throws its cause, wrapped.
   */
  <T> Optional<T> await(CompletableFuture<T> future, Duration atMost) throws InterruptedException;
}
