package dev.migrator.mover;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the lines of a container's log are read: the last line that fits counts. */
record LogReading(Pattern progress, Pattern failure, Pattern result) {

  /** What movers say that declare nothing else. */
  static final LogReading USUAL =
      new LogReading(
          Pattern.compile("^mover: progress bytes=(?<bytes>[0-9]+) total=(?<total>[0-9]+)$"),
          Pattern.compile("^mover: failure (?<words>.+)$"),
          Pattern.compile(
              "^mover: result files=(?<files>[0-9]+) bytes=(?<bytes>[0-9]+)"
                  + " skipped=(?<skipped>[0-9]+) digest=(?<digest>[0-9a-f]*)$"));

  /** A line that is longer is no line of a mover, and patterns can be slow. */
  private static final int LONGEST_LINE = 4096;

  private static final int LONGEST_WORDS = 400;

  Optional<Progress> progressIn(String log) {
    return last(
        log, progress, found -> new Progress(number(found, "bytes"), number(found, "total")));
  }

  Optional<String> failureIn(String log) {
    return last(log, failure, found -> printable(group(found, "words")))
        .filter(words -> !words.isBlank());
  }

  Optional<Result> resultIn(String log) {
    return last(
        log,
        result,
        found ->
            new Result(
                number(found, "files"),
                number(found, "bytes"),
                number(found, "skipped"),
                group(found, "digest")));
  }

  private static <T> Optional<T> last(String log, Pattern pattern, Function<Matcher, T> reading) {
    int end = log.length();
    while (end > 0) {
      int start = log.lastIndexOf('\n', end - 1) + 1;
      if (end - start <= LONGEST_LINE) {
        Matcher found = pattern.matcher(log.substring(start, end).stripTrailing());
        if (found.find()) {
          return Optional.of(reading.apply(found));
        }
      }
      end = start - 1;
    }
    return Optional.empty();
  }

  private static String group(Matcher found, String name) {
    String text = found.group(name);
    return text == null ? "" : text;
  }

  /** What is no number, or too large for one, is not known. */
  private static long number(Matcher found, String name) {
    String digits = group(found, name);
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
  }

  private static String printable(String words) {
    String clean = words.replaceAll("\\p{Cntrl}", "?").strip();
    return clean.length() > LONGEST_WORDS ? clean.substring(0, LONGEST_WORDS) + "..." : clean;
  }
}
