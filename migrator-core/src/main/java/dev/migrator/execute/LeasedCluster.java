package dev.migrator.execute;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Departure;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** A cluster to which nothing is written unless enough is left of the locks. */
final class LeasedCluster implements Cluster {

  private final Cluster cluster;
  private final WriteGuard guard;

  LeasedCluster(Cluster cluster, WriteGuard guard) {
    this.cluster = cluster;
    this.guard = guard;
  }

  @Override
  public ClusterIdentity identity() {
    return cluster.identity();
  }

  @Override
  public Discovery discover() {
    return cluster.discover();
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    return cluster.list(type, query);
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    return cluster.get(type, ref);
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return guarded(() -> cluster.create(type, body));
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return cluster.prove(type, body);
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    return guarded(() -> cluster.patch(type, ref, patch));
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    return guarded(() -> cluster.replace(type, body));
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    return guarded(() -> cluster.delete(type, ref, deletion));
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    return cluster.watch(type, query, listener);
  }

  @Override
  public boolean allows(Access access) {
    return cluster.allows(access);
  }

  @Override
  public Instant serverTime() {
    return cluster.serverTime();
  }

  /** Renews what is due first; a write that then waits for its turn is checked once more. */
  private <T> T guarded(Supplier<T> write) {
    // Safeguard: lock-not-checked
    guard.requireTime();
    // Safeguard: lock-not-checked
    return Departure.checkedBy(guard::requireLeft, write);
  }

  /** The cluster belongs to whoever opened it. */
  @Override
  public void close() {}
}
