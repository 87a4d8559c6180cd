package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Timekeeper;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A Lease in each cluster, taken in a fixed order, so that one run at a time changes them.
 *
 * <p>A Lease is no fence: whoever was asleep past its end may still have a request under way. So no
 * write is sent unless what is left of both leases is longer than a request may take, and what a
 * late request could do is held off by uid and resourceVersion and by inert creation.
 *
 * <p>Crash: the leases stay, and end by themselves after two minutes; the same run takes its own
 * back at once.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/leases/">Leases</a>
 */
public final class Locks implements AutoCloseable {

  /** Where the lease is in both clusters. */
  public static final ObjectRef LEASE =
      new ObjectRef("coordination.k8s.io", "Lease", "kube-system", "migrator");

  private static final Duration DURATION = Duration.ofMinutes(2);
  private static final Duration RENEWAL = Duration.ofSeconds(30);

  /** No write lasts longer: half a minute of attempts, and the time-out of the last one. */
  private static final Duration REQUEST = Duration.ofSeconds(75);

  private static final int ATTEMPTS = 5;

  private final Timekeeper time;
  private final String run;
  private final String holder;
  private final List<Held> held = new ArrayList<>();
  private final ReentrantLock renewing = new ReentrantLock();
  private volatile Instant renewedAt = Instant.EPOCH;

  private record Place(String side, Cluster cluster, ResourceType type) {}

  private static final class Held {
    final Place place;
    Manifest lease;

    Held(Place place, Manifest lease) {
      this.place = place;
      this.lease = lease;
    }
  }

  private Locks(Timekeeper time, String run, String holder) {
    this.time = time;
    this.run = run;
    this.holder = holder;
  }

  /**
   * Takes both leases, the source's first.
   *
   * <p>Errors: M1301 with the holder's name when another run has one; then neither is kept.
   */
  public static Locks take(
      ClusterSide source, ClusterSide target, Timekeeper time, String run, String holder) {
    Locks locks = new Locks(time, run, holder);
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
    Instant begun = time.now();
    for (int attempt = 1; ; attempt++) {
      Optional<Manifest> taken = attempt(place);
      if (taken.isPresent()) {
        held.add(new Held(place, taken.get()));
        renewedAt =
            renewedAt.isAfter(Instant.EPOCH) && renewedAt.isBefore(begun) ? renewedAt : begun;
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
        return Optional.of(place.cluster().create(place.type(), ours(emptyLease())));
      }
      Manifest lease = there.get();
      if (!isFree(lease)) {
        throw busy(place, "held by " + identity(lease), runOf(lease));
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
    String identity = identity(lease);
    if (identity.isEmpty() || isOf(run, identity)) {
      return true;
    }
    long seconds = lease.at("spec", "leaseDurationSeconds").asLong(DURATION.toSeconds());
    Optional<Instant> renewed = instant(lease.at("spec", "renewTime").asText(""));
    return renewed.isEmpty() || renewed.get().plusSeconds(seconds).isBefore(time.now());
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
  void requireTime() {
    keep();
    if (renewedAt.plus(DURATION).minus(REQUEST).isBefore(time.now())) {
      throw Problem.of(
              ErrorCode.M2109,
              "the lock could not be renewed in time, so nothing more is sent",
              "it was renewed last at " + renewedAt,
              "migrator status " + run,
              "migrator resume " + run)
          .exception();
    }
  }

  private boolean isDue() {
    return renewedAt.plus(RENEWAL).isBefore(time.now());
  }

  private void renew() {
    Instant begun = time.now();
    for (Held one : held) {
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
  private boolean recovered(Held one) {
    try {
      Optional<Manifest> now = one.place.cluster().get(one.place.type(), LEASE);
      if (now.isEmpty() || !identity(now.get()).equals(identityText())) {
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
    for (Held one : held.reversed()) {
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

  private Manifest emptyLease() {
    ObjectNode tree =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    tree.withObjectProperty("metadata")
        .put("name", LEASE.name())
        .put("namespace", LEASE.namespace());
    return Manifest.of(tree);
  }

  private Manifest ours(Manifest lease) {
    String now = time.now().truncatedTo(ChronoUnit.MICROS).toString();
    return lease.edit(
        tree ->
            tree.withObjectProperty("spec")
                .put("holderIdentity", identityText())
                .put("leaseDurationSeconds", (int) DURATION.toSeconds())
                .put("renewTime", micro(now)));
  }

  /** MicroTime wants six digits. */
  private static String micro(String instant) {
    String digits = instant.substring(0, instant.length() - 1);
    int dot = digits.indexOf('.');
    String whole = dot < 0 ? digits : digits.substring(0, dot);
    String fraction = dot < 0 ? "" : digits.substring(dot + 1);
    return whole + "." + (fraction + "000000").substring(0, 6) + "Z";
  }

  /** Whether this is what a process of the run writes into the leases that it holds. */
  public static boolean isOf(String run, String identity) {
    return identity.startsWith(run + " ");
  }

  private String identityText() {
    return run + " " + holder;
  }

  private static String identity(Manifest lease) {
    return lease.at("spec", "holderIdentity").asText("");
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (java.time.DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String runOf(Manifest lease) {
    String identity = identity(lease);
    int space = identity.indexOf(' ');
    return space > 0 ? identity.substring(0, space) : "RUN";
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
