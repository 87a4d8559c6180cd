package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.TimeSource;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A Lease in each cluster, taken in a fixed order, so that one run at a time changes them.
 *
 * <p>A Lease is no fence: whoever was asleep past its end may still have a request under way. So no
 * write is sent unless what is left of both leases is longer than a request may take, and what a
 * late request could do is held off by uid and resourceVersion and by inert creation.
 *
 * <p>The clocks of two machines are never compared to take a lease: one that looks expired is
 * watched for as long as it lasts, and taken when nobody renewed it meanwhile.
 *
 * <p>Crash: the leases stay, and end by themselves after two minutes; the same run takes its own
 * back at once.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/leases/">Leases</a>
 */
public final class Locks implements WriteGuard, AutoCloseable {

  /** Where the lease is in both clusters. */
  public static final ObjectRef LEASE = LeaseManifest.REF;

  private static final Duration DURATION = Duration.ofMinutes(2);
  private static final Duration RENEWAL = Duration.ofSeconds(30);

  /** No write lasts longer: half a minute of attempts, and the time-out of the last one. */
  private static final Duration REQUEST = Duration.ofSeconds(75);

  private static final int ATTEMPTS = 5;

  /** How often a lease that looks expired is looked at before it is taken. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Consumer<String> tell;
  private final TimeSource time;
  private final String run;
  private final String holder;
  private final List<DeletionBlockers> held = new ArrayList<>();
  private final ReentrantLock renewing = new ReentrantLock();
  private volatile ClockReading renewedAt = new ClockReading(Instant.EPOCH, Duration.ZERO);

  private record Place(String side, Cluster cluster, ResourceType type) {}

  private static final class DeletionBlockers {
    final Place place;
    Manifest lease;

    DeletionBlockers(Place place, Manifest lease) {
      this.place = place;
      this.lease = lease;
    }
  }

  private Locks(TimeSource time, String run, String holder, Consumer<String> tell) {
    this.tell = tell;
    this.time = time;
    this.run = run;
    this.holder = holder;
  }

  /**
   * Takes both leases, the source's first.
   *
   * <p>Errors: M1301 with the holder's name when another run has one; then neither is kept.
   *
   * @param tell hears why it takes minutes
   */
  public static Locks take(
      ClusterSide source,
      ClusterSide target,
      TimeSource time,
      String run,
      String holder,
      Consumer<String> tell) {
    Locks locks = new Locks(time, run, holder, tell);
    try {
      locks.take(place(source));
      locks.take(place(target));
    } catch (ProblemException | ClusterException e) {
      locks.close();
      throw e;
    }
    return locks;
  }

  private static Place place(ClusterSide side) {
    return new Place(
        side.name(), side.unguarded(), side.requireType("Lease", "coordination.k8s.io/v1"));
  }

  private void take(Place place) {
    for (int attempt = 1; ; attempt++) {
      ClockReading begun = ClockReading.now(time);
      Optional<Manifest> taken = attempt(place);
      if (taken.isPresent()) {
        held.add(new DeletionBlockers(place, taken.get()));
        // Of two leases, what was taken first ends first.
        renewedAt = held.size() > 1 ? renewedAt : begun;
        return;
      }
      if (attempt == ATTEMPTS) {
        throw busy(place, "others take it at the same time", run);
      }
    }
  }

  /** The lease when it was taken; empty when somebody came between. */
  private Optional<Manifest> attempt(Place place) {
    Optional<Manifest> there = place.cluster().get(place.type(), LEASE);
    try {
      if (there.isEmpty()) {
        return Optional.of(place.cluster().create(place.type(), ours(LeaseManifest.EMPTY)));
      }
      Manifest lease = there.get();
      if (!isFree(lease)) {
        requireAbandoned(place, lease);
      }
      return Optional.of(place.cluster().replace(place.type(), ours(lease)));
    } catch (ClusterException e) {
      return switch (e.failure()) {
        case ClusterFailure.AlreadyExists f -> Optional.empty();
        case ClusterFailure.Conflict f -> Optional.empty();
        case ClusterFailure.NotFound f -> Optional.empty();
        // The next look tells: it is ours, or not.
        case ClusterFailure.OutcomeUnknown f -> Optional.empty();
        case ClusterFailure.Invalid f -> throw e;
        case ClusterFailure.Forbidden f -> throw e;
        case ClusterFailure.Unauthorized f -> throw e;
        case ClusterFailure.Throttled f -> throw e;
        case ClusterFailure.Expired f -> throw e;
        case ClusterFailure.Unreachable f -> throw e;
      };
    }
  }

  private boolean isFree(Manifest lease) {
    String identity = LeaseManifest.identity(lease);
    // Safeguard: lock-taken-from-others
    return identity.isEmpty() || isOf(run, identity);
  }

  /**
   * Somebody else has it. When it looks renewed we stop at once. When it looks expired, its
   * holder's clock may only be behind: it must stay as it is for as long as it lasts.
   */
  private void requireAbandoned(Place place, Manifest lease) {
    ProblemException busy =
        busy(place, "held by " + LeaseManifest.identity(lease), LeaseManifest.runOf(lease));
    Duration lasts = LeaseManifest.lasts(lease, DURATION);
    if (LeaseManifest.renewedAt(lease)
        .filter(at -> !at.plus(lasts).isBefore(time.now()))
        .isPresent()) {
      throw busy;
    }
    tell.accept(
        "the lock of %s at the %s looks expired: watching it for %s before it is taken"
            .formatted(LeaseManifest.runOf(lease), place.side(), lasts.toSeconds() + " s"));
    for (Duration looked = Duration.ZERO;
        looked.compareTo(lasts) <= 0;
        looked = looked.plus(LOOK)) {
      sleep(busy);
      Optional<Manifest> now = place.cluster().get(place.type(), LEASE);
      if (now.isEmpty()) {
        return;
      }
      if (!now.get().resourceVersion().equals(lease.resourceVersion())) {
        throw busy(
            place, "held by " + LeaseManifest.identity(now.get()), LeaseManifest.runOf(now.get()));
      }
    }
  }

  private void sleep(ProblemException busy) {
    try {
      time.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy;
    }
  }

  /** Renews what is due, and says nothing of failures: {@link #requireTime} does. */
  void keep() {
    if (isDue()) {
      renewing.lock();
      try {
        if (isDue()) {
          renew();
        }
      } finally {
        renewing.unlock();
      }
    }
  }

  /**
   * Called before each write.
   *
   * <p>Errors: M2109 when so little is left of a lease that the write could outlive it.
   */
  @Override
  public void requireTime() {
    keep();
    requireLeft();
  }

  /**
   * As {@link #requireTime}, and renews nothing: for a write that waited until now to be sent.
   *
   * <p>Errors: M2109.
   */
  @Override
  public void requireLeft() {
    if (renewedAt.until(ClockReading.now(time)).compareTo(DURATION.minus(REQUEST)) > 0) {
      throw Problem.of(
              ErrorCode.M2109,
              "the lock could not be renewed in time, so nothing more is sent",
              "it was renewed last at " + renewedAt.wall(),
              "migrator status " + run,
              "migrator resume " + run)
          .exception();
    }
  }

  private boolean isDue() {
    return renewedAt.until(ClockReading.now(time)).compareTo(RENEWAL) > 0;
  }

  private void renew() {
    ClockReading begun = ClockReading.now(time);
    for (DeletionBlockers one : held) {
      try {
        one.lease = one.place.cluster().replace(one.place.type(), ours(one.lease));
      } catch (ClusterException e) {
        if (!recovered(one)) {
          return;
        }
      }
    }
    renewedAt = begun;
  }

  /** After a failed renewal: whether the lease is still ours, and renewed by a second attempt. */
  private boolean recovered(DeletionBlockers one) {
    try {
      Optional<Manifest> now = one.place.cluster().get(one.place.type(), LEASE);
      if (now.isEmpty() || !LeaseManifest.identity(now.get()).equals(identityText())) {
        return false;
      }
      one.lease = one.place.cluster().replace(one.place.type(), ours(now.get()));
      return true;
    } catch (ClusterException e) {
      return false;
    }
  }

  /** Gives both leases back, where that can be done. */
  @Override
  public void close() {
    for (DeletionBlockers one : held.reversed()) {
      try {
        one.place
            .cluster()
            .delete(
                one.place.type(),
                LEASE,
                Deletion.background(one.lease.uid(), one.lease.resourceVersion()));
      } catch (ClusterException e) {
        // It ends by itself in two minutes, and the same run may take it before.
      }
    }
    held.clear();
  }

  private Manifest ours(Manifest lease) {
    return LeaseManifest.heldBy(lease, identityText(), DURATION, time.now());
  }

  /** Whether this is what a process of the run writes into the leases that it holds. */
  public static boolean isOf(String run, String identity) {
    return identity.startsWith(run + " ");
  }

  private String identityText() {
    return run + " " + holder;
  }

  /**
   * @param holder the run that has it
   */
  private static ProblemException busy(Place place, String why, String holder) {
    return Problem.of(
            ErrorCode.M1301,
            "another run works on the " + place.side(),
            why + " (Lease " + LEASE.namespace() + "/" + LEASE.name() + ")",
            "migrator status " + holder,
            "migrator unlock " + holder + "   (when it is dead for sure)")
        .exception();
  }
}
