package dev.migrator.cluster.memory;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Open watches. Events travel over the clock, in the order of the storage, and can be made slow or
 * be lost.
 */
final class Watches {

  private final VirtualClock clock;
  private final Storage storage;
  private final List<Subscription> open = new ArrayList<>();
  private Duration delay = Duration.ofMillis(1);
  private boolean silent;
  private long oldest;

  Watches(VirtualClock clock, Storage storage) {
    this.clock = clock;
    this.storage = storage;
    storage.onChange(this::changed);
  }

  /** Events arrive so much later than they happen. */
  void delay(Duration latency) {
    delay = latency;
  }

  /** Silent watches stay open and say nothing, like a connection that died without a word. */
  void silence(boolean nothingArrives) {
    silent = nothingArrives;
  }

  /** Ends every watch, as a restarted server does. */
  void endAll(String why) {
    for (Subscription subscription : List.copyOf(open)) {
      end(subscription, why);
    }
  }

  /** From now on, positions before the present are too old. */
  void compact() {
    oldest = storage.revision();
  }

  long oldest() {
    return oldest;
  }

  Cluster.Watch open(ResourceType type, WatchQuery query, WatchListener listener) {
    Predicate<Map<String, String>> labels = Selectors.parse(query.labelSelector());
    Predicate<Manifest> selects =
        object ->
            (query.namespace().isEmpty() || object.namespace().equals(query.namespace()))
                && labels.test(object.labels());
    Subscription subscription =
        new Subscription(type, selects, listener, new ArrayDeque<>(), new AtomicBoolean(true));
    String from = query.resourceVersion();
    if (from.isEmpty() || from.equals("0")) {
      for (Manifest object : storage.all(Types.storage(type))) {
        if (selects.test(object)) {
          send(subscription, WatchListener.Change.ADDED, object);
        }
      }
    } else if (Long.parseLong(from) < oldest) {
      end(subscription, "too old resource version: " + from + " (" + oldest + ")");
      return () -> {};
    } else {
      List<StoredChange> log = storage.log();
      for (long i = Long.parseLong(from); i < log.size(); i++) {
        offer(subscription, log.get((int) i));
      }
    }
    open.add(subscription);
    return () -> subscription.live().set(false);
  }

  private void changed(StoredChange change) {
    if (open.isEmpty()) {
      return;
    }
    open.removeIf(subscription -> !subscription.live().get());
    for (Subscription subscription : open) {
      offer(subscription, change);
    }
  }

  private void offer(Subscription subscription, StoredChange change) {
    Manifest object = change.object();
    if (!Types.storage(object.ref().group(), object.kind())
        .equals(Types.storage(subscription.type()))) {
      return;
    }
    boolean was = change.before().filter(subscription.selects()).isPresent();
    Optional<Manifest> is = change.after().filter(subscription.selects());
    if (is.isPresent()) {
      send(
          subscription, was ? WatchListener.Change.MODIFIED : WatchListener.Change.ADDED, is.get());
    } else if (was) {
      send(subscription, WatchListener.Change.DELETED, object);
    }
  }

  private void send(Subscription subscription, WatchListener.Change change, Manifest object) {
    if (silent) {
      return;
    }
    Manifest told = VersionConversion.toVersion(object, subscription.type().apiVersion());
    subscription.queue().add(() -> subscription.listener().onChange(change, told));
    clock.schedule(delay, subscription::deliver);
  }

  private void end(Subscription subscription, String why) {
    open.remove(subscription);
    subscription
        .queue()
        .add(
            () -> {
              subscription.live().set(false);
              subscription.listener().onEnd(why);
            });
    clock.schedule(delay, subscription::deliver);
  }

  private record Subscription(
      ResourceType type,
      Predicate<Manifest> selects,
      WatchListener listener,
      Deque<Runnable> queue,
      AtomicBoolean live) {

    /** One event; the queue keeps their order whatever the delays were. */
    void deliver() {
      Optional<Runnable> next;
      synchronized (queue) {
        next = Optional.ofNullable(queue.poll());
      }
      if (live.get()) {
        next.ifPresent(Runnable::run);
      }
    }
  }
}
