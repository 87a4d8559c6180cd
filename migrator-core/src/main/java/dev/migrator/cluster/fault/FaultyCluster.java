package dev.migrator.cluster.fault;

import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.TimeSource;
import dev.migrator.cluster.VolumeUse;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A cluster to which the way is not safe: a script decides for each request what goes wrong.
 *
 * <p>A request whose outcome the caller cannot know ends with {@link
 * ClusterFailure.OutcomeUnknown}, whether it was executed or not.
 */
public final class FaultyCluster implements Cluster {

  private final Cluster inner;
  private final String name;
  private final FaultScript script;
  private final Traffic traffic;
  private final ProcessLife life;
  private final TimeSource time;
  private final Later later;
  private final Map<String, ListPage> lastLists = new ConcurrentHashMap<>();

  /**
   * @param name of the cluster, for the requests that the script sees
   * @param traffic counts the requests; shared by both clusters of a run
   * @param life of our process; shared by everything that dies with it
   * @param time in which delays pass
   * @param later runs what {@link Fault.ExecutedLater} holds back
   */
  public FaultyCluster(
      Cluster inner,
      String name,
      FaultScript script,
      Traffic traffic,
      ProcessLife life,
      TimeSource time,
      Later later) {
    this.inner = inner;
    this.name = name;
    this.script = script;
    this.traffic = traffic;
    this.life = life;
    this.time = time;
    this.later = later;
  }

  /** Without a way to execute requests later: {@link Fault.ExecutedLater} is a lost request. */
  public FaultyCluster(
      Cluster inner,
      String name,
      FaultScript script,
      Traffic traffic,
      ProcessLife life,
      TimeSource time) {
    this(inner, name, script, traffic, life, time, (after, request) -> {});
  }

  @Override
  public ClusterIdentity identity() {
    return send("identity", "", Optional.empty(), inner::identity);
  }

  @Override
  public Discovery discover() {
    return send("discover", "", Optional.empty(), inner::discover);
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    String asked = type.apiVersion() + " " + type.plural() + " " + query;
    return send(
        "list",
        type.groupResource(),
        Optional.empty(),
        fault -> {
          if (fault instanceof Fault.StaleList && lastLists.containsKey(asked)) {
            return lastLists.get(asked);
          }
          ListPage page = inner.list(type, query);
          lastLists.put(asked, page);
          return page;
        });
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    return send("get", type.groupResource(), Optional.of(ref), () -> inner.get(type, ref));
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    return send(
        "create", type.groupResource(), Optional.of(body.ref()), () -> inner.create(type, body));
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    return send(
        "prove", type.groupResource(), Optional.of(body.ref()), () -> inner.prove(type, body));
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    String resource =
        patch.subresource().isEmpty()
            ? type.groupResource()
            : type.groupResource() + "/" + patch.subresource();
    return send("patch", resource, Optional.of(ref), () -> inner.patch(type, ref, patch));
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    return send(
        "update", type.groupResource(), Optional.of(body.ref()), () -> inner.replace(type, body));
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    return send(
        "delete", type.groupResource(), Optional.of(ref), () -> inner.delete(type, ref, deletion));
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    return send(
        "watch",
        type.groupResource(),
        Optional.empty(),
        fault -> {
          if (fault instanceof Fault.SilentWatch) {
            return () -> {};
          }
          if (fault instanceof Fault.EndedWatch ended) {
            listener.onEnd(ended.why());
            return () -> {};
          }
          return inner.watch(type, query, whileAlive(listener));
        });
  }

  @Override
  public boolean allows(Access access) {
    return send("review", access.resource(), Optional.empty(), () -> inner.allows(access));
  }

  @Override
  public Map<ObjectRef, VolumeUse> volumeUse(String node) {
    return send("stats", "nodes", Optional.empty(), () -> inner.volumeUse(node));
  }

  @Override
  public String lastLog(ObjectRef pod, String container, int lines) {
    return send("log", "pods", Optional.of(pod), () -> inner.lastLog(pod, container, lines));
  }

  @Override
  public Instant serverTime() {
    return send(
        "time", "", Optional.empty(), fault -> Fault.clock(fault).apply(inner.serverTime()));
  }

  @Override
  public void close() {
    inner.close();
  }

  private <T> T send(
      String verb, String resource, Optional<ObjectRef> object, Supplier<T> execution) {
    return send(verb, resource, object, fault -> execution.get());
  }

  private <T> T send(
      String verb, String resource, Optional<ObjectRef> object, Function<Fault, T> execution) {
    life.check();
    Request request = traffic.next(new Request(name, 0, 0, verb, resource, object));
    Fault fault = script.at(request);
    T answer =
        switch (fault) {
          case Fault.RequestLost lost ->
              throw new ClusterException(
                  request.toString(), new ClusterFailure.OutcomeUnknown(lost.why()));
          case Fault.Answer refusal ->
              throw new ClusterException(request.toString(), refusal.failure());
          case Fault.ResponseLost lost -> {
            T unheard = execution.apply(fault);
            life.check();
            throw new ClusterException(
                request + ", executed: " + (unheard != null),
                new ClusterFailure.OutcomeUnknown(lost.why()));
          }
          case Fault.ExecutedLater late -> {
            later.run(late.after(), () -> attempt(() -> execution.apply(fault)));
            throw new ClusterException(
                request.toString(), new ClusterFailure.OutcomeUnknown("no answer yet"));
          }
          case Fault.Delay delay -> {
            pause(delay.beforeExecution());
            T late = execution.apply(fault);
            pause(delay.afterExecution());
            yield late;
          }
          case Fault.Crash crash -> crash(request, crash.moment(), () -> execution.apply(fault));
          case Fault.None none -> execution.apply(none);
          case Fault.StaleList stale -> execution.apply(stale);
          case Fault.SilentWatch silent -> execution.apply(silent);
          case Fault.EndedWatch ended -> execution.apply(ended);
          case Fault.WrongClock wrong -> execution.apply(wrong);
        };
    life.check();
    return answer;
  }

  /** What arrives when nobody waits for the answer any more. */
  private static <T> boolean attempt(Supplier<T> execution) {
    try {
      return execution.get() != null;
    } catch (ClusterException e) {
      // Refused, and nobody hears it.
      return false;
    }
  }

  private <T> T crash(Request request, Fault.Crash.Moment moment, Supplier<T> execution) {
    if (moment != Fault.Crash.Moment.BEFORE_SEND) {
      try {
        T unheard = execution.get();
        throw life.die(moment + " " + request + ", executed: " + (unheard != null));
      } catch (ClusterException e) {
        // The server's refusal is lost with us.
        throw life.die(moment + " " + request + ", refused");
      }
    }
    throw life.die(moment + " " + request);
  }

  private void pause(Duration duration) {
    if (duration.isZero()) {
      return;
    }
    try {
      time.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          "delayed request", new ClusterFailure.OutcomeUnknown("interrupted"), e);
    }
    life.check();
  }

  /** The dead hear nothing. */
  private WatchListener whileAlive(WatchListener listener) {
    return new WatchListener() {
      @Override
      public void onChange(Change change, Manifest object) {
        if (life.death().isEmpty()) {
          listener.onChange(change, object);
        }
      }

      @Override
      public void onEnd(String why) {
        if (life.death().isEmpty()) {
          listener.onEnd(why);
        }
      }
    };
  }

  /** Runs something when so much time has passed, whether our process lives or not. */
  @FunctionalInterface
  public interface Later {
    void run(Duration after, Runnable request);
  }
}
