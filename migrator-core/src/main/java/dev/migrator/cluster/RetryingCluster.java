package dev.migrator.cluster;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A cluster that asks again where that is harmless: reads after any passing failure, writes only
 * when the server said that it did not look at them. A write of unknown outcome is never repeated
 * here.
 *
 * <p>Units: at most {@value #ATTEMPTS} attempts, with pauses that double from 100 ms to 5 s, or as
 * long as the server asks for.
 */
public final class RetryingCluster implements Cluster {

  private static final int ATTEMPTS = 6;
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration LONGEST_ASKED = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final Timekeeper time;

  public RetryingCluster(Cluster cluster, Timekeeper time) {
    this.cluster = cluster;
    this.time = time;
  }

  @Override
  public ClusterIdentity identity() {
    return read(cluster::identity);
  }

  @Override
  public Discovery discover() {
    return read(cluster::discover);
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    return read(() -> cluster.list(type, query));
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    return read(() -> cluster.get(type, ref));
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return write(() -> cluster.create(type, body));
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return read(() -> cluster.prove(type, body));
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    return write(() -> cluster.patch(type, ref, patch));
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    return write(() -> cluster.replace(type, body));
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    return write(() -> cluster.delete(type, ref, deletion));
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    return cluster.watch(type, query, listener);
  }

  @Override
  public boolean allows(Access access) {
    return read(() -> cluster.allows(access));
  }

  @Override
  public Instant serverTime() {
    return read(cluster::serverTime);
  }

  @Override
  public void close() {
    cluster.close();
  }

  private <T> T read(Supplier<T> request) {
    return ask(request, true);
  }

  private <T> T write(Supplier<T> request) {
    return ask(request, false);
  }

  private <T> T ask(Supplier<T> request, boolean harmless) {
    Duration pause = FIRST;
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (ClusterException e) {
        Optional<Duration> wait = wait(e.failure(), pause, harmless);
        if (wait.isEmpty() || attempt == ATTEMPTS) {
          throw e;
        }
        sleep(wait.get(), e);
        pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
      }
    }
  }

  /** How long to wait before asking again; empty when asking again is wrong or useless. */
  private static Optional<Duration> wait(ClusterFailure failure, Duration pause, boolean harmless) {
    return switch (failure) {
      case ClusterFailure.Throttled throttled ->
          Optional.of(
              throttled
                  .retryAfter()
                  .map(asked -> asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked)
                  .orElse(pause));
      case ClusterFailure.OutcomeUnknown f -> harmless ? Optional.of(pause) : Optional.empty();
      case ClusterFailure.Unreachable f -> harmless ? Optional.of(pause) : Optional.empty();
      case ClusterFailure.NotFound f -> Optional.empty();
      case ClusterFailure.AlreadyExists f -> Optional.empty();
      case ClusterFailure.Conflict f -> Optional.empty();
      case ClusterFailure.Invalid f -> Optional.empty();
      case ClusterFailure.Forbidden f -> Optional.empty();
      case ClusterFailure.Unauthorized f -> Optional.empty();
      case ClusterFailure.Expired f -> Optional.empty();
    };
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
