package dev.migrator.execute;

import dev.migrator.cluster.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/**
 * A point in time by both clocks of this machine: one may be set back, the other may stand still
 * while the machine sleeps.
 */
record Moment(Instant wall, Duration running) {

  static Moment now(Timekeeper time) {
    return new Moment(time.now(), time.running());
  }

  /** How much time passed at most: the longer of the two. */
  Duration until(Moment later) {
    Duration byWall = Duration.between(wall, later.wall);
    Duration byRunning = later.running.minus(running);
    return byWall.compareTo(byRunning) > 0 ? byWall : byRunning;
  }
}
