package dev.migrator.execute;

import dev.migrator.cluster.ClusterFailure;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * When a write that failed is tried again: after the object was read again, so that what is then
 * seen decides; after a pause that grows; and not for ever.
 *
 * <p>Of one write; used by one thread.
 */
final class RereadAfterFailure {

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final int attempts;
  private final Duration pause;
  private final Consumer<Duration> wait;
  private int failed;

  private RereadAfterFailure(int attempts, Duration pause, Consumer<Duration> wait) {
    this.attempts = attempts;
    this.pause = pause;
    this.wait = wait;
  }

  /** Of what is brought to its end, also when the run shall stop. */
  static RereadAfterFailure anyway(InterruptibleWait clock) {
    return new RereadAfterFailure(ATTEMPTS, PAUSE, clock::pauseAnyway);
  }

  /** Of what need not begin when the run shall stop. */
  static RereadAfterFailure unlessStopped(InterruptibleWait clock) {
    return new RereadAfterFailure(ATTEMPTS, PAUSE, clock::pause);
  }

  /** Of what holds up an object that is neither here nor there: sooner, and more often. */
  static RereadAfterFailure soon(InterruptibleWait clock) {
    return new RereadAfterFailure(ATTEMPTS + 2, PAUSE.dividedBy(2), clock::pauseAnyway);
  }

  /** Whether it is worth another attempt, and not the last was made; then it has waited, too. */
  boolean again(ClusterFailure failure) {
    failed++;
    if (!isWorthIt(failure) || failed >= attempts) {
      return false;
    }
    wait.accept(pause.multipliedBy(failed));
    return true;
  }

  static boolean isWorthIt(ClusterFailure failure) {
    return switch (failure) {
      case ClusterFailure.Conflict f -> true;
      case ClusterFailure.OutcomeUnknown f -> true;
      case ClusterFailure.Unreachable f -> true;
      case ClusterFailure.Throttled f -> true;
      case ClusterFailure.NotFound f -> true;
      case ClusterFailure.AlreadyExists f -> false;
      case ClusterFailure.Invalid f -> false;
      case ClusterFailure.Forbidden f -> false;
      case ClusterFailure.Unauthorized f -> false;
      case ClusterFailure.Expired f -> false;
    };
  }
}
