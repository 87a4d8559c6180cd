package dev.migrator.report;

import java.time.Duration;
import java.util.Locale;

/** How long something took, in the two units that matter. */
public final class DurationText {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private DurationText() {}

  /** {@code 850 ms}, {@code 12.3 s}, {@code 6 min 12 s}, {@code 2 h 3 min}, {@code 3 d 4 h}. */
  public static String of(Duration duration) {
    long ms = Math.max(0, duration.toMillis());
    if (ms < SECOND) {
      return ms + " ms";
    }
    if (ms < MINUTE) {
      // Cut, not rounded: 59.96 s must not read as 60.0 s.
      return String.format(Locale.ROOT, "%d.%d s", ms / SECOND, ms % SECOND / 100);
    }
    if (ms < HOUR) {
      return pair(ms, MINUTE, "min", SECOND, "s");
    }
    return ms < DAY ? pair(ms, HOUR, "h", MINUTE, "min") : pair(ms, DAY, "d", HOUR, "h");
  }

  private static String pair(long ms, long big, String bigName, long small, String smallName) {
    long rest = ms % big / small;
    return ms / big + " " + bigName + (rest == 0 ? "" : " " + rest + " " + smallName);
  }
}
