package dev.migrator.execute;

import dev.migrator.model.Amount;
import dev.migrator.mover.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a mover is, in words, and how long it will still take at the rate that it had since it
 * was first looked at. Of one Job; used by one thread.
 */
final class CopyProgress {

  /** A rate of less time than that says nothing. */
  private static final Duration MEASURED = Duration.ofSeconds(5);

  private final Progress first;
  private final Instant since;

  CopyProgress(Progress first, Instant since) {
    this.first = first;
    this.since = since;
  }

  /** As {@code 1.2 GiB of 3 GiB, 2m left}; the time only where it was measured. */
  String words(Progress now, Instant at) {
    return Amount.bytes(now.bytes())
        + (now.total() > 0 ? " of " + Amount.bytes(now.total()) : "")
        + left(now, at).map(time -> ", " + words(time) + " left").orElse("");
  }

  private Optional<Duration> left(Progress now, Instant at) {
    Duration worked = Duration.between(since, at);
    long done = now.bytes() - first.bytes();
    long open = now.total() - now.bytes();
    if (worked.compareTo(MEASURED) < 0 || done <= 0 || open < 0) {
      return Optional.empty();
    }
    double seconds = worked.toMillis() / 1000.0 * open / done;
    return Optional.of(Duration.ofSeconds(Math.round(seconds)));
  }

  private static String words(Duration time) {
    return time.toMinutes() < 2
        ? time.toSeconds() + "s"
        : time.toHours() < 2 ? time.toMinutes() + "m" : time.toHours() + "h";
  }
}
