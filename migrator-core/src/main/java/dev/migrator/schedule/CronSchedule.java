package dev.migrator.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A CronJob's schedule, read by the same rules as the CronJob controller reads it.
 *
 * <p>A slot is a whole minute whose local time fits all fields; when both day fields are
 * restricted, one of them is enough. Where clocks go forward, slots that do not exist do not fire;
 * where they go back, a slot whose local time comes twice fires twice. {@code @every d} fires each
 * d after the time it is asked from.
 *
 * <p>Errors: {@link IllegalArgumentException} from {@link #parse} with the field that is wrong.
 *
 * <p>Source: <a href="https://pkg.go.dev/github.com/robfig/cron/v3">the rules of robfig/cron
 * v3</a>, which Kubernetes uses
 */
public final class CronSchedule {

  /** A schedule that cannot fire in five years (such as 30 February) never fires. */
  private static final int YEARS = 5;

  private static final Map<String, String> DESCRIPTORS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  private final Field minute;
  private final Field hour;
  private final Field dayOfMonth;
  private final Field month;
  private final Field dayOfWeek;
  private final Optional<Duration> every;
  private final Optional<ZoneId> ownZone;

  private CronSchedule(List<Field> fields, Optional<Duration> every, Optional<ZoneId> ownZone) {
    this.minute = fields.get(0);
    this.hour = fields.get(1);
    this.dayOfMonth = fields.get(2);
    this.month = fields.get(3);
    this.dayOfWeek = fields.get(4);
    this.every = every;
    this.ownZone = ownZone;
  }

  /** Reads five fields, a descriptor such as {@code @hourly}, or {@code @every 1h30m}. */
  public static CronSchedule parse(String text) {
    String rest = text.trim();
    Optional<ZoneId> zone = Optional.empty();
    if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
      int space = rest.indexOf(' ');
      if (space < 0) {
        throw new IllegalArgumentException("no schedule after the time zone: " + text);
      }
      zone = Optional.of(zone(rest.substring(rest.indexOf('=') + 1, space)));
      rest = rest.substring(space).trim();
    }
    if (rest.startsWith("@every ")) {
      return new CronSchedule(
          fields("* * * * *"), Optional.of(GoDuration.parse(rest.substring(7).trim())), zone);
    }
    if (rest.startsWith("@")) {
      String fields = DESCRIPTORS.get(rest);
      if (fields == null) {
        throw new IllegalArgumentException("unrecognized descriptor: " + rest);
      }
      rest = fields;
    }
    return new CronSchedule(fields(rest), Optional.empty(), zone);
  }

  /** The first slot later than this time; empty when there is none in five years. */
  public Optional<Instant> next(Instant after, ZoneId zone) {
    if (every.isPresent()) {
      return Optional.of(after.plus(every.get()).truncatedTo(ChronoUnit.SECONDS));
    }
    ZonedDateTime time =
        after.atZone(ownZone.orElse(zone)).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    int lastYear = time.getYear() + YEARS;
    while (time.getYear() <= lastYear) {
      if (!month.has(time.getMonthValue())) {
        time = time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(time.getZone());
      } else if (!dayFits(time)) {
        time = time.toLocalDate().plusDays(1).atStartOfDay(time.getZone());
      } else if (!hour.has(time.getHour())) {
        // On the line of instants, so that a change of the clocks cannot lead backwards.
        time = time.plusMinutes(60L - time.getMinute());
      } else if (!minute.has(time.getMinute())) {
        time = time.plusMinutes(1);
      } else {
        return Optional.of(time.toInstant());
      }
    }
    return Optional.empty();
  }

  /** The last slot later than {@code after} and not later than {@code upTo}. */
  public Optional<Instant> latest(Instant after, Instant upTo, ZoneId zone) {
    if (every.isPresent()) {
      return latestEvery(after, upTo, every.get());
    }
    // Look back in growing steps: a schedule of every minute must not be walked for a year.
    for (Duration back = Duration.ofHours(2); ; back = back.multipliedBy(16)) {
      Instant from = upTo.minus(back);
      boolean whole = !from.isAfter(after);
      Optional<Instant> found = walk(whole ? after : from, upTo, zone);
      if (found.isPresent() || whole) {
        return found;
      }
    }
  }

  /**
   * Every slot later than {@code after} and not later than {@code upTo}, oldest first, at most so
   * many.
   */
  public List<Instant> slots(Instant after, Instant upTo, ZoneId zone, int atMost) {
    List<Instant> slots = new ArrayList<>();
    Optional<Instant> slot = next(after, zone);
    while (slot.isPresent() && !slot.get().isAfter(upTo) && slots.size() < atMost) {
      slots.add(slot.get());
      slot = next(slot.get(), zone);
    }
    return List.copyOf(slots);
  }

  /**
   * The name of the Job that the controller makes for a slot: the same in every cluster, so that
   * equal names mean that a slot ran twice.
   */
  public static String jobName(String cronJob, Instant slot) {
    return cronJob + "-" + slot.getEpochSecond() / 60;
  }

  /** The slot that a Job's name speaks of; empty for a Job that was made by hand. */
  public static Optional<Instant> slotOf(String cronJob, String jobName) {
    if (!jobName.startsWith(cronJob + "-")) {
      return Optional.empty();
    }
    String minutes = jobName.substring(cronJob.length() + 1);
    return minutes.matches("\\d{1,10}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(minutes) * 60))
        : Optional.empty();
  }

  private Optional<Instant> walk(Instant after, Instant upTo, ZoneId zone) {
    Optional<Instant> latest = Optional.empty();
    Optional<Instant> slot = next(after, zone);
    while (slot.isPresent() && !slot.get().isAfter(upTo)) {
      latest = slot;
      slot = next(slot.get(), zone);
    }
    return latest;
  }

  private static Optional<Instant> latestEvery(Instant after, Instant upTo, Duration every) {
    Instant first = after.plus(every).truncatedTo(ChronoUnit.SECONDS);
    if (first.isAfter(upTo)) {
      return Optional.empty();
    }
    long more = Duration.between(first, upTo).dividedBy(every);
    return Optional.of(first.plus(every.multipliedBy(more)));
  }

  private boolean dayFits(ZonedDateTime time) {
    boolean fitsMonth = dayOfMonth.has(time.getDayOfMonth());
    boolean fitsWeek = dayOfWeek.has(time.getDayOfWeek().getValue() % 7);
    boolean both = dayOfMonth.star() || dayOfWeek.star();
    return both ? (fitsMonth && fitsWeek) : (fitsMonth || fitsWeek);
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("provided bad location " + name, e);
    }
  }

  private static List<Field> fields(String text) {
    String[] parts = text.split("\\s+");
    if (parts.length != 5) {
      throw new IllegalArgumentException(
          "expected exactly 5 fields, found " + parts.length + ": [" + text + "]");
    }
    return List.of(
        field(parts[0], 0, 59, List.of()),
        field(parts[1], 0, 23, List.of()),
        field(parts[2], 1, 31, List.of()),
        field(parts[3], 1, 12, MONTHS),
        field(parts[4], 0, 6, DAYS));
  }

  private static Field field(String text, int min, int max, List<String> names) {
    long bits = 0;
    boolean star = false;
    for (String part : text.split(",", -1)) {
      String[] rangeAndStep = part.split("/", -1);
      String[] ends = rangeAndStep[0].split("-", -1);
      boolean any = rangeAndStep[0].equals("*") || rangeAndStep[0].equals("?");
      if (rangeAndStep.length > 2 || ends.length > 2) {
        throw new IllegalArgumentException("too many parts: " + part);
      }
      int start = any ? min : value(ends[0], min, names);
      int end = any ? max : ends.length == 2 ? value(ends[1], min, names) : start;
      int step = 1;
      if (rangeAndStep.length == 2) {
        step = number(rangeAndStep[1]);
        // N/step means from N to the end.
        end = !any && ends.length == 1 ? max : end;
      }
      if (start < min || end > max || start > end || step == 0) {
        throw new IllegalArgumentException(
            "not between " + min + " and " + max + ", or not in order: " + part);
      }
      // A step makes even * a restriction.
      star |= any && step == 1;
      for (int value = start; value <= end; value += step) {
        bits |= 1L << value;
      }
    }
    return new Field(bits, star);
  }

  private static int value(String text, int min, List<String> names) {
    int named = names.indexOf(text.toLowerCase(Locale.ROOT));
    return named >= 0 ? named + min : number(text);
  }

  private static int number(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("failed to parse int from " + text);
    }
    return Integer.parseInt(text);
  }

  private record Field(long bits, boolean star) {
    boolean has(int value) {
      return (bits & (1L << value)) != 0;
    }
  }
}
