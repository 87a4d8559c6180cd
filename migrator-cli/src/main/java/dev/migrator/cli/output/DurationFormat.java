package dev.migrator.cli.output;

import java.time.Duration;

/** Lengths of time as people read them. */
final class DurationFormat {

  private DurationFormat() {}

  /** {@code 06:12}, or {@code 1:06:12} from an hour on. */
  static String clock(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    long hours = seconds / 3600;
    String rest = "%02d:%02d".formatted(seconds / 60 % 60, seconds % 60);
    return hours == 0 ? rest : hours + ":" + rest;
  }

  /** {@code 40s}, {@code 5m}, {@code 2h10m}: rounded, as an estimate is. */
  static String rough(Duration duration) {
    long seconds = Math.max(1, duration.toSeconds());
    if (seconds < 60) {
      return seconds < 10 ? seconds + "s" : (seconds + 5) / 10 * 10 + "s";
    }
    long minutes = (seconds + 30) / 60;
    return minutes < 60 ? minutes + "m" : minutes / 60 + "h" + "%02dm".formatted(minutes % 60);
  }
}
