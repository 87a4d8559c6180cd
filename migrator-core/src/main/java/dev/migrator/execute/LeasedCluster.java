package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterLayer;
import dev.migrator.cluster.Departure;
import java.util.function.Supplier;

/** A cluster to which nothing is written unless enough is left of the locks. */
final class LeasedCluster extends ClusterLayer {

  private final WriteGuard guard;

  LeasedCluster(Cluster cluster, WriteGuard guard) {
    super(cluster);
    this.guard = guard;
  }

  @Override
  protected <T> T read(Supplier<T> request) {
    return request.get();
  }

  /** Renews what is due first; a write that then waits for its turn is checked once more. */
  @Override
  protected <T> T write(Supplier<T> request) {
    // Safeguard: lock-not-checked
    guard.requireTime();
    // Safeguard: lock-not-checked
    return Departure.checkedBy(guard::requireLeft, request);
  }

  /** The cluster belongs to whoever opened it. */
  @Override
  public void close() {}
}
