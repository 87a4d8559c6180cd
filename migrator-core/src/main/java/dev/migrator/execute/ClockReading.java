package dev.migrator.execute;

import dev.migrator.cluster.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * A point in time by both clocks of this machine: one may be set back, the other may stand still
 * while the machine sleeps.
 */
record ClockReading(Instant wall, Duration running) {

  static ClockReading now(TimeSource time) {
    return new ClockReading(time.now(), time.running());
  }

  /** How much time passed at most: the longer of the two. */
  Duration until(ClockReading later) {
    Duration byWall = Duration.between(wall, later.wall);
    Duration byRunning = later.running.minus(running);
    return byWall.compareTo(byRunning) > 0 ? byWall : byRunning;
  }
}
