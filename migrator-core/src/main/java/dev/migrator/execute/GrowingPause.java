package dev.migrator.execute;

import java.time.Duration;

/**
 * The pause between two looks: short at first, then twice as long each time, at most five seconds.
 * Of one wait; used by one thread.
 */
final class GrowingPause {

  private static final Duration SHORTEST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final InterruptibleWait clock;
  private Duration next = SHORTEST;

  GrowingPause(InterruptibleWait clock) {
    this.clock = clock;
  }

  /**
   * Waits, and will wait longer.
   *
   * <p>Errors: {@link StoppedException} when the run shall stop.
   */
  void pause() {
    clock.pause(next);
    Duration twice = next.multipliedBy(2);
    next = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
  }
}
