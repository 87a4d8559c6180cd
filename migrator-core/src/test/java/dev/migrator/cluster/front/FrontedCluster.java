package dev.migrator.cluster.front;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.VolumeUse;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The adapter of real servers, connected to a front. Only its listeners are listened to, so that
 * the front knows what has arrived.
 */
public final class FrontedCluster implements Cluster {

  private final Cluster adapter;
  private final ClusterFront front;

  /**
   * @param adapter connected to the front
   */
  public FrontedCluster(Cluster adapter, ClusterFront front) {
    this.adapter = adapter;
    this.front = front;
  }

  @Override
  public ClusterIdentity identity() {
    return adapter.identity();
  }

  @Override
  public Discovery discover() {
    return adapter.discover();
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    return adapter.list(type, query);
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    return adapter.get(type, ref);
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return adapter.create(type, body);
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return adapter.prove(type, body);
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    return adapter.patch(type, ref, patch);
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    return adapter.replace(type, body);
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    return adapter.delete(type, ref, deletion);
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    Hearing hearing = front.hearing();
    Watch watch =
        adapter.watch(
            type,
            query,
            new WatchListener() {
              @Override
              public void onChange(Change change, Manifest object) {
                listener.onChange(change, object);
                hearing.heard();
              }

              @Override
              public void onEnd(String why) {
                listener.onEnd(why);
                hearing.heard();
              }
            });
    return () -> {
      watch.close();
      hearing.caughtUp();
    };
  }

  @Override
  public boolean allows(Access access) {
    return adapter.allows(access);
  }

  @Override
  public Map<ObjectRef, VolumeUse> volumeUse(String node) {
    return adapter.volumeUse(node);
  }

  @Override
  public String lastLog(ObjectRef pod, String container, int lines) {
    return adapter.lastLog(pod, container, lines);
  }

  @Override
  public Instant serverTime() {
    return adapter.serverTime();
  }

  @Override
  public void close() {
    adapter.close();
    front.close();
  }
}
