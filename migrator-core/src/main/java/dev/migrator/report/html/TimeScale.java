package dev.migrator.report.html;

import dev.migrator.report.DurationText;
import dev.migrator.report.RunTrace;
import dev.migrator.report.StepTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where on a line of length 1 a moment of a run lies. Long times in which no step ran are drawn
 * short: a night between two sittings would hide everything else.
 */
final class TimeScale {

  /** An idle time longer than this part of all busy time is drawn as long as this part. */
  private static final double LONGEST_IDLE = 0.08;

  private static final int MOST_BREAKS = 12;

  /** A moment, in milliseconds of the run, and its place on the line. */
  record Point(long at, double place) {}

  /** An idle time that is drawn shorter than it was. */
  record Break(double from, double to, String label) {}

  /** A moment worth a mark on the axis. */
  record Tick(double place, String label) {}

  private record Stretch(long from, long to, boolean busy) {
    long length() {
      return to - from;
    }
  }

  private static final int MOST_TICKS = 8;
  private static final long[] STEPS = {
    1,
    5,
    10,
    50,
    100,
    500,
    1_000,
    5_000,
    10_000,
    30_000,
    60_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    10_800_000,
    21_600_000,
    86_400_000
  };

  private final Instant began;
  private final List<Point> points = new ArrayList<>();
  private final List<Break> breaks = new ArrayList<>();
  private final long shown;

  private TimeScale(Instant began, List<Stretch> stretches) {
    this.began = began;
    long busy = stretches.stream().filter(Stretch::busy).mapToLong(Stretch::length).sum();
    long most = Math.max(1, Math.round(busy * LONGEST_IDLE));
    Set<Stretch> cut =
        stretches.stream()
            .filter(s -> !s.busy() && s.length() > most)
            .sorted(Comparator.comparingLong(Stretch::length).reversed())
            .limit(MOST_BREAKS)
            .collect(Collectors.toSet());
    this.shown = stretches.stream().mapToLong(s -> cut.contains(s) ? most : s.length()).sum();
    double place = 0;
    points.add(new Point(0, 0));
    for (Stretch stretch : stretches) {
      boolean isCut = cut.contains(stretch);
      double next = place + (isCut ? most : stretch.length()) / (double) Math.max(1, shown);
      if (isCut) {
        // The line is straight up to here: two points say it.
        points.add(new Point(stretch.from(), place));
        points.add(new Point(stretch.to(), next));
        breaks.add(new Break(place, next, DurationText.of(Duration.ofMillis(stretch.length()))));
      }
      place = next;
    }
    points.add(new Point(stretches.getLast().to(), 1));
  }

  /** The scale of a run; steps that only wait for a person do not count as busy. */
  static TimeScale of(RunTrace run) {
    long end = Math.max(1, Duration.between(run.began(), run.last()).toMillis());
    List<Stretch> busy = new ArrayList<>();
    run.steps()
        .forEach(
            (id, step) -> {
              if (!id.isGate()) {
                busy(run, step, end, busy);
              }
            });
    busy.sort(Comparator.comparingLong(Stretch::from));
    List<Stretch> all = new ArrayList<>();
    long at = 0;
    for (Stretch stretch : busy) {
      if (stretch.from() > at) {
        all.add(new Stretch(at, stretch.from(), false));
        at = stretch.from();
      }
      if (stretch.to() > at) {
        all.add(new Stretch(at, stretch.to(), true));
        at = stretch.to();
      }
    }
    if (at < end) {
      all.add(new Stretch(at, end, false));
    }
    boolean anyBusy = all.stream().anyMatch(Stretch::busy);
    return new TimeScale(run.began(), anyBusy ? all : List.of(new Stretch(0, end, true)));
  }

  private static void busy(RunTrace run, StepTrace step, long end, List<Stretch> busy) {
    if (step.began().isPresent()) {
      long from = Duration.between(run.began(), step.began().get()).toMillis();
      // A step that has not ended was at work as long as its sitting was.
      long to =
          step.ended()
              .map(e -> Duration.between(run.began(), e).toMillis())
              .orElseGet(() -> sittingEnd(run, step.began().get()));
      busy.add(new Stretch(Math.max(0, from), Math.min(end, Math.max(from, to)), true));
    }
  }

  private static long sittingEnd(RunTrace run, Instant at) {
    return run.sittings().stream()
        .filter(s -> !s.from().isAfter(at) && !s.to().isBefore(at))
        .map(s -> Duration.between(run.began(), s.to()).toMillis())
        .findFirst()
        .orElse(0L);
  }

  Instant began() {
    return began;
  }

  List<Point> points() {
    return points;
  }

  List<Break> breaks() {
    return breaks;
  }

  /** From 0 to 1. */
  double place(Instant moment) {
    return place(Duration.between(began, moment).toMillis());
  }

  private double place(long at) {
    Point before = points.getFirst();
    for (Point point : points) {
      if (point.at() >= at) {
        double length = point.at() - before.at();
        return length <= 0
            ? point.place()
            : before.place() + (at - before.at()) / length * (point.place() - before.place());
      }
      before = point;
    }
    return 1;
  }

  /** A round number of milliseconds that fits into the length at most so many times. */
  static long step(long length, int most) {
    for (long step : STEPS) {
      if (length / step <= most) {
        return step;
      }
    }
    return Math.max(1, length / most);
  }

  /** Marks at round times since the beginning, none too close to another or within a break. */
  List<Tick> ticks() {
    long step = step(shown, MOST_TICKS);
    List<Tick> ticks = new ArrayList<>();
    long end = points.getLast().at();
    double last = -1;
    for (long at = 0; at <= end && ticks.size() < 40; at = nextTick(at, step, end)) {
      double place = place(at);
      if (place - last > 0.07
          && breaks.stream().noneMatch(b -> place > b.from() - 0.05 && place < b.to() + 0.04)) {
        ticks.add(new Tick(place, at == 0 ? "0" : DurationText.of(Duration.ofMillis(at))));
        last = place;
      }
    }
    return ticks;
  }

  /** The next round time that is not within a break. */
  private long nextTick(long at, long step, long end) {
    long next = at + step;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      boolean broken =
          breaks.stream().anyMatch(b -> b.from() == from.place() && b.to() == to.place());
      if (broken && next > from.at() && next < to.at()) {
        return Math.min(end + 1, (to.at() + step - 1) / step * step);
      }
    }
    return next;
  }
}
