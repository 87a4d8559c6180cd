package dev.migrator.lifecycle;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a mover said of one side's data when its pass had ended, as it is noted with the outcome of
 * the step.
 *
 * @param files entries of every type
 * @param bytes that are in regular files
 * @param skipped entries that could not be copied, in a pass over data in use
 * @param digest over everything that was compared; empty after a pass over data in use
 * @param worked how long the Jobs of the pass worked, without what the step waited for before;
 *     empty where that was not noted
 */
public record CopiedData(
    long files, long bytes, long skipped, String digest, Optional<Duration> worked) {

  public static final String FILES = "files";
  public static final String BYTES = "bytes";
  public static final String SKIPPED = "skipped";
  public static final String DIGEST = "digest";

  /** Which pass a capture was: {@link #HOT} where the data was in use, and was not compared. */
  public static final String PASS = "pass";

  public static final String HOT = "HOT";

  /** Whole seconds: servers say when a Job began and ended no more exactly. */
  public static final String SECONDS = "seconds";

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** Empty where the outcome tells of no data, as that of a snapshot. */
  public static Optional<CopiedData> of(Map<String, String> details) {
    Optional<Long> files = number(details, FILES);
    Optional<Long> bytes = number(details, BYTES);
    return files.isEmpty() || bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CopiedData(
                files.get(),
                bytes.get(),
                number(details, SKIPPED).orElse(0L),
                HOT.equals(details.get(PASS)) ? "" : details.getOrDefault(DIGEST, ""),
                number(details, SECONDS).map(Duration::ofSeconds)));
  }

  private static Optional<Long> number(Map<String, String> details, String name) {
    return Optional.ofNullable(details.get(name))
        .filter(text -> NUMBER.matcher(text).matches())
        .map(Long::valueOf);
  }
}
