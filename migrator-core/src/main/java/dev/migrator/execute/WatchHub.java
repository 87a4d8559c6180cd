package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sees changes of chosen objects through one watch a type, however many wait. Safe for use by many
 * threads.
 *
 * <p>What a watch does not tell is not known: whoever waits too long for news asks the server.
 */
final class WatchHub implements AutoCloseable {

  private final Cluster cluster;
  private final Map<ResourceType, Feed> feeds = new HashMap<>();
  private boolean closed;

  WatchHub(Cluster cluster) {
    this.cluster = cluster;
  }

  private static final class Feed {
    final Map<ObjectRef, Sight> sights = new HashMap<>();
    Optional<Cluster.Watch> watch = Optional.empty();
    boolean open;
  }

  private static final class Sight {
    Optional<Manifest> latest = Optional.empty();
    CompletableFuture<Boolean> news = new CompletableFuture<>();
  }

  /** Begins to look at an object; before it is created, nothing is missed. */
  void follow(ResourceType type, ObjectRef ref) {
    boolean open;
    synchronized (this) {
      Feed feed = feeds.computeIfAbsent(type, t -> new Feed());
      feed.sights.computeIfAbsent(ref, r -> new Sight());
      open = !feed.open && !closed;
      feed.open = true;
    }
    if (open) {
      open(type);
    }
  }

  /** The last that was seen of the object; empty when nothing was. */
  synchronized Optional<Manifest> latest(ResourceType type, ObjectRef ref) {
    return Optional.ofNullable(feeds.get(type))
        .flatMap(feed -> Optional.ofNullable(feed.sights.get(ref)))
        .flatMap(sight -> sight.latest);
  }

  /** Tells what an answer of the server said. */
  synchronized void tell(ResourceType type, Manifest object) {
    Optional.ofNullable(feeds.get(type))
        .flatMap(feed -> Optional.ofNullable(feed.sights.get(object.ref())))
        .filter(sight -> sight.latest.isEmpty())
        .ifPresent(sight -> sight.latest = Optional.of(object));
  }

  /** Completes at the next news of the object, or when the watch ends. */
  synchronized CompletableFuture<Boolean> news(ResourceType type, ObjectRef ref) {
    return Optional.ofNullable(feeds.get(type))
        .flatMap(feed -> Optional.ofNullable(feed.sights.get(ref)))
        .map(sight -> sight.news)
        .orElseGet(CompletableFuture::new);
  }

  synchronized void forget(ResourceType type, ObjectRef ref) {
    Optional.ofNullable(feeds.get(type)).ifPresent(feed -> feed.sights.remove(ref));
  }

  private void open(ResourceType type) {
    try {
      String from = cluster.list(type, ListQuery.all().withLimit(1)).resourceVersion();
      Cluster.Watch watch = cluster.watch(type, WatchQuery.from(from), new Listener(type));
      if (!keeps(type, watch)) {
        watch.close();
      }
    } catch (ClusterException e) {
      ended(type);
    }
  }

  /** False when it is not wanted any more: the hub was closed while the watch was opened. */
  private synchronized boolean keeps(ResourceType type, Cluster.Watch watch) {
    Optional<Feed> feed = Optional.ofNullable(feeds.get(type)).filter(f -> !closed);
    feed.ifPresent(f -> f.watch = Optional.of(watch));
    return feed.isPresent();
  }

  private void ended(ResourceType type) {
    Map<ObjectRef, Sight> woken;
    synchronized (this) {
      Feed feed = feeds.get(type);
      if (feed == null) {
        return;
      }
      feed.open = false;
      feed.watch = Optional.empty();
      woken = new HashMap<>(feed.sights);
      feed.sights.replaceAll((ref, old) -> new Sight());
    }
    woken.values().forEach(sight -> sight.news.complete(true));
  }

  private void seen(ResourceType type, Optional<Manifest> object, ObjectRef ref) {
    CompletableFuture<Boolean> bell;
    synchronized (this) {
      Feed feed = feeds.get(type);
      Sight sight = feed == null ? null : feed.sights.get(ref);
      if (sight == null) {
        return;
      }
      sight.latest = object;
      bell = sight.news;
      sight.news = new CompletableFuture<>();
    }
    bell.complete(true);
  }

  @Override
  public void close() {
    Map<ResourceType, Feed> open;
    synchronized (this) {
      closed = true;
      open = new HashMap<>(feeds);
      feeds.clear();
    }
    open.values().forEach(feed -> feed.watch.ifPresent(Cluster.Watch::close));
  }

  private final class Listener implements WatchListener {

    private final ResourceType type;

    Listener(ResourceType type) {
      this.type = type;
    }

    @Override
    public void onChange(Change change, Manifest object) {
      seen(type, change == Change.DELETED ? Optional.empty() : Optional.of(object), object.ref());
    }

    @Override
    public void onEnd(String why) {
      ended(type);
    }
  }
}
