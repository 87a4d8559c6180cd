package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.migration.Migration.HandOver;
import dev.migrator.migration.Migration.OnDrainTimeout;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Waits until nothing uses a disk any more, for as long as the migration file says. Never forces
 * anything.
 *
 * <p>Errors: {@link ClusterException} when the cluster does not say what it has.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0051
 */
final class DiskWait {

  private final Run run;

  DiskWait(Run run) {
    this.run = run;
  }

  /**
   * What uses it still when the time is over, in words; empty when nothing does.
   *
   * @param users what uses it now, in words
   */
  List<String> until(Supplier<List<String>> users, StepLog log) {
    HandOver settings = run.plan().settings().handover();
    Instant end = run.clock().now().plus(settings.drainTimeout());
    GrowingPause pause = new GrowingPause(run.clock());
    RereadAfterFailure reread = RereadAfterFailure.unlessStopped(run.clock());
    while (true) {
      List<String> now;
      try {
        now = users.get();
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          throw e;
        }
        continue;
      }
      boolean isOver =
          run.clock().now().isAfter(end) && settings.onDrainTimeout() != OnDrainTimeout.WAIT;
      if (now.isEmpty() || isOver) {
        return now;
      }
      log.waits(run.clock().now(), String.join(", ", now));
      pause.pause();
    }
  }
}
