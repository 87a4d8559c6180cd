package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Deletion;
import dev.migrator.execute.Locks;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.io.Closeable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Looks at the locks of both clusters, and removes one whose holder is dead. */
public final class Unlocking {

  private Unlocking() {}

  /**
   * A lock as a cluster has it.
   *
   * @param holder the run, and who works on it
   * @param left how long it lasts from now on, if it is not renewed; negative when it is over
   */
  public record Lock(
      String side, String holder, Duration left, String uid, String resourceVersion) {

    /** Whether anybody may take it. */
    public boolean isOver() {
      return left.isNegative();
    }

    private boolean isOf(RunDirectory directory) {
      return Locks.isOf(directory.run().id(), holder);
    }
  }

  /** The lock of one side; empty when it is free. Errors: M1401 to M1403. */
  public static Optional<Lock> look(String side, Cluster cluster, Instant now) {
    CommandSide asked = new CommandSide(side, cluster);
    return asked
        .ask("get the lock", c -> c.get(type(asked), Locks.LEASE))
        .map(lease -> lock(side, lease, now));
  }

  private static Lock lock(String side, Manifest lease, Instant now) {
    Instant renewed;
    try {
      renewed = Instant.parse(lease.at("spec", "renewTime").asText(""));
    } catch (DateTimeException e) {
      renewed = Instant.EPOCH;
    }
    Instant end = renewed.plusSeconds(lease.at("spec", "leaseDurationSeconds").asLong(0));
    return new Lock(
        side,
        lease.at("spec", "holderIdentity").asText("nobody"),
        Duration.between(now, end),
        lease.uid(),
        lease.resourceVersion());
  }

  /**
   * Removes exactly this lock: one that was renewed meanwhile stays.
   *
   * <p>Errors: M1401 to M1403, also when it was renewed.
   */
  public static void remove(Cluster cluster, Lock lock) {
    CommandSide asked = new CommandSide(lock.side(), cluster);
    ResourceType type = type(asked);
    Optional<Manifest> unused =
        asked.ask(
            "remove the lock",
            c ->
                c.delete(
                    type, Locks.LEASE, Deletion.background(lock.uid(), lock.resourceVersion())));
  }

  /**
   * Removes the locks that a process of this run left when it died: the way back is a run of its
   * own, which they would keep off for as long as they last. What others hold stays.
   *
   * <p>Errors: M1301 when a process of the run is at work; M1401 to M1403.
   *
   * @param holder who we are, shown to whoever comes second
   */
  public static void removeDead(
      Cluster source, Cluster target, RunDirectory directory, Instant now, String holder) {
    Optional<Lock> atSource = look("source", source, now).filter(lock -> lock.isOf(directory));
    Optional<Lock> atTarget = look("target", target, now).filter(lock -> lock.isOf(directory));
    if (atSource.isEmpty() && atTarget.isEmpty()) {
      return;
    }
    // Whoever gets this is alone on the run: what was looked at before was a dead one's.
    Closeable alone = directory.lock(holder);
    try {
      atSource.ifPresent(lock -> remove(source, lock));
      atTarget.ifPresent(lock -> remove(target, lock));
    } finally {
      ApplyRunbook.unlock(alone);
    }
  }

  private static ResourceType type(CommandSide side) {
    return side.ask("find the locks", any -> side.side().type("Lease", "coordination.k8s.io/v1"))
        .orElseThrow(
            () ->
                dev.migrator.model.Problem.of(
                        dev.migrator.model.ErrorCode.M1106,
                        "the " + side.name() + " serves no Leases",
                        "coordination.k8s.io/v1 is needed")
                    .exception());
  }
}
