package dev.migrator.execute;

import dev.migrator.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Which copies stay at the target, as it was decided, or as it is now where that was long ago. Safe
 * for use by many threads: they share one look at both clusters.
 */
final class RemovalLook {

  private static final Duration GOING = Duration.ofMinutes(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** A rollback that lasts looks again: somebody may begin to use a copy meanwhile. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final Run run;
  private final TargetRemovalDecision removals;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ObjectRef, StayReason> kept = new HashMap<>();
  private Optional<Staying> staying = Optional.empty();
  private Set<ObjectRef> atFirst = Set.of();
  private Instant decided = Instant.MIN;
  private Optional<Instant> holdersEnd = Optional.empty();

  RemovalLook(Run run, Map<ObjectRef, String> relied) {
    this.run = run;
    this.removals =
        new TargetRemovalDecision(
            run.plan(),
            run.id(),
            run.source(),
            run.target(),
            run.journal().state(),
            run.vault(),
            relied);
  }

  /** A copy stays, whatever was decided, and so does what it needs. */
  void keep(ObjectRef there, StayReason why) {
    lock.lock();
    try {
      kept.put(there, why);
      staying.ifPresent(all -> all.keep(there, why));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Why it stays; empty when it may go. What may be on its way out is waited for.
   *
   * @param waits hears of it
   */
  Optional<StayReason> staying(ObjectRef there, Consumer<String> waits) {
    Duration pause = Duration.ofSeconds(1);
    Optional<StayReason> reason = at(there, FRESH);
    // What is in it may be on its way out, unless it was to stay from the beginning.
    while (reason.isPresent() && isAwaited(there)) {
      waits.accept("waits for what is in it to go");
      run.clock().pauseAnyway(pause);
      reason = at(there, pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
    return reason;
  }

  /** By a look that is no older than this. */
  private Optional<StayReason> at(ObjectRef there, Duration age) {
    lock.lock();
    try {
      Instant now = run.clock().now();
      if (staying.isEmpty() || !decided.plus(age).isAfter(now)) {
        Staying all = removals.decide(kept);
        if (staying.isEmpty()) {
          atFirst = Set.copyOf(all.kept().keySet());
        }
        staying = Optional.of(all);
        decided = run.clock().now();
      }
      return staying.orElseThrow().kept(there);
    } finally {
      lock.unlock();
    }
  }

  private boolean isAwaited(ObjectRef there) {
    lock.lock();
    try {
      if (!CopyAtTarget.HOLDERS.contains(there.groupKind()) || atFirst.contains(there)) {
        return false;
      }
      Instant now = run.clock().now();
      Instant end = holdersEnd.orElse(now.plus(GOING));
      holdersEnd = Optional.of(end);
      return now.isBefore(end);
    } finally {
      lock.unlock();
    }
  }
}
