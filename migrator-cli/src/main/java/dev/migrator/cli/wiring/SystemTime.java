package dev.migrator.cli.wiring;

import dev.migrator.cluster.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time of this machine. */
public final class SystemTime implements TimeSource {

  private final long begun = System.nanoTime();

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Duration running() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  @Override
  public <T> Optional<T> await(CompletableFuture<T> future, Duration atMost)
      throws InterruptedException {
    try {
      return Optional.ofNullable(future.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }
}
