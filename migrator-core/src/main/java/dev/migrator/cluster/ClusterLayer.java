package dev.migrator.cluster;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A layer around a cluster: what it adds it adds to each request that reads, or that writes. */
public abstract class ClusterLayer implements Cluster {

  private final Cluster cluster;

  protected ClusterLayer(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Sends what changes nothing; a dry run is such a request. */
  protected abstract <T> T read(Supplier<T> request);

  /** Sends what may change the cluster. */
  protected abstract <T> T write(Supplier<T> request);

  @Override
  public ClusterIdentity identity() {
    return read(cluster::identity);
  }

  /** Without what the layer adds: whoever asks can do without the answer. */
  @Override
  public Map<ObjectRef, VolumeUse> volumeUse(String node) {
    return cluster.volumeUse(node);
  }

  /** As {@link #volumeUse}. */
  @Override
  public String lastLog(ObjectRef pod, String container, int lines) {
    return cluster.lastLog(pod, container, lines);
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
}
