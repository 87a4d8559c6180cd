package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A simulated cluster from outside: everything that a test, a demo or a checker may do and see that
 * no client of the API could.
 *
 * <p>Safe for use by many threads.
 */
public final class World {

  private final ReentrantLock lock = new ReentrantLock();
  private final String context;
  private final String version;
  private final ApiServer api;
  private final Watches watches;
  private final Requests requests;
  private final Admission admission;
  private final List<Predicate<Access>> denied = new ArrayList<>();
  private final AtomicReference<Optional<Controllers>> controllers =
      new AtomicReference<>(Optional.empty());
  private Duration clockSkew = Duration.ZERO;

  World(String context, String version, ApiServer api, Admission admission) {
    this.context = context;
    this.version = version;
    this.api = api;
    this.admission = admission;
    this.watches = new Watches(api.clock(), api.storage());
    this.requests = new Requests(api, watches);
  }

  /** Every change of every object since the cluster began, in order. */
  public List<StoredChange> history() {
    return locked(() -> List.copyOf(api.storage().log()));
  }

  /** The object as it is stored. */
  public Optional<Manifest> stored(ObjectRef ref) {
    return locked(() -> api.storage().get(Key.of(ref)));
  }

  /** Every stored object, in the order of their names. */
  public List<Manifest> everything() {
    return locked(
        () ->
            api.storage().everything().stream()
                .sorted(Comparator.comparing(Manifest::ref))
                .toList());
  }

  /**
   * Puts objects in as if they had been there: uid, creationTimestamp and status stay where they
   * are given, everything else passes admission as a request does. Missing namespaces are made;
   * definitions of custom resources are served at once.
   *
   * <p>Errors: as a create.
   */
  public void load(List<Manifest> objects) {
    locked(
        () -> {
          new Loading(api).load(objects);
          return Boolean.TRUE;
        });
  }

  /** Changes an object behind everybody's back, as another client would. */
  public Manifest edit(ObjectRef ref, Consumer<ObjectNode> change) {
    return locked(
        () ->
            api.update(
                Key.of(ref),
                "",
                tree -> {
                  change.accept(tree);
                  return tree;
                }));
  }

  /** Sets an object's status, as its controller would. */
  public Manifest editStatus(ObjectRef ref, Consumer<ObjectNode> change) {
    return locked(() -> api.editStatus(Key.of(ref), change));
  }

  /** From now on requests of this kind are not authorised. */
  public void deny(Predicate<Access> what) {
    locked(() -> denied.add(what));
  }

  /** Everything is authorised again. */
  public void allowAll() {
    locked(
        () -> {
          denied.clear();
          return Boolean.TRUE;
        });
  }

  /** From now on admission refuses what the function has a failure for. */
  public void refuse(Function<Manifest, Optional<ClusterFailure>> refusal) {
    locked(
        () -> {
          admission.refuse(refusal);
          return Boolean.TRUE;
        });
  }

  /** From now on this group version is listed but cannot be described or used. */
  public void breakGroup(String groupVersion, String why) {
    locked(
        () -> {
          api.types().fail(groupVersion, why);
          return Boolean.TRUE;
        });
  }

  /** Forgets the past: older continue tokens and watch positions are expired (410). */
  public void compact() {
    locked(
        () -> {
          watches.compact();
          return Boolean.TRUE;
        });
  }

  /** Events of watches arrive so much later than they happen. */
  public void delayWatches(Duration delay) {
    locked(
        () -> {
          watches.delay(delay);
          return Boolean.TRUE;
        });
  }

  /** Watches stay open and say nothing while this is set. */
  public void silenceWatches(boolean silent) {
    locked(
        () -> {
          watches.silence(silent);
          return Boolean.TRUE;
        });
  }

  /** Ends every open watch. */
  public void endWatches(String why) {
    locked(
        () -> {
          watches.endAll(why);
          return Boolean.TRUE;
        });
  }

  /** Stops the controllers and the kubelet, or lets them go on. */
  public void pauseControllers(boolean stop) {
    locked(
        () -> {
          controllers.get().ifPresent(all -> all.pause(stop));
          return Boolean.TRUE;
        });
  }

  void controllers(Controllers all) {
    controllers.set(Optional.of(all));
  }

  String context() {
    return context;
  }

  String version() {
    return version;
  }

  VirtualClock clock() {
    return api.clock();
  }

  ApiServer api() {
    return api;
  }

  Storage storage() {
    return api.storage();
  }

  Types types() {
    return api.types();
  }

  Watches watches() {
    return watches;
  }

  Requests requests() {
    return requests;
  }

  Duration clockSkew() {
    return clockSkew;
  }

  boolean allows(Access access) {
    return denied.stream().noneMatch(denial -> denial.test(access));
  }

  /** Runs a client's request. */
  <T> T request(Supplier<T> action) {
    api.clock().requestBegins();
    try {
      return locked(
          () -> {
            api.storage().attribute(true);
            try {
              return action.get();
            } finally {
              api.storage().attribute(false);
            }
          });
    } finally {
      api.clock().requestEnds();
    }
  }

  /** Runs a controller's work. */
  void work(Runnable action) {
    locked(
        () -> {
          action.run();
          return Boolean.TRUE;
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
