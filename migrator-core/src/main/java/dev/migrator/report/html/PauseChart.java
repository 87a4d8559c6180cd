package dev.migrator.report.html;

import dev.migrator.event.RefText;
import dev.migrator.report.DurationText;
import dev.migrator.report.HandOverTrace;
import dev.migrator.report.RunTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How long each handed-over object was paused, drawn from one common beginning: the longest pauses
 * first, those that last still before all.
 */
public record PauseChart(
    List<Bar> bars, List<Timeline.Mark> ticks, int all, String median, String longest) {

  private static final int LEFT = 300;
  private static final int RIGHT = 850;
  private static final int TOP = 30;
  private static final int ROW = 24;
  private static final int MOST = 30;
  private static final int MOST_TICKS = 6;

  /** One object's pause. */
  public record Bar(String name, int y, List<Part> parts, String end, String took, boolean open) {}

  /** A part of a pause. */
  public record Part(String css, String x, String width, String label) {}

  static PauseChart of(List<HandOverTrace> handOvers, RunTrace run) {
    List<HandOverTrace> begun = handOvers.stream().filter(h -> h.began().isPresent()).toList();
    List<HandOverTrace> shown =
        begun.stream()
            .sorted(
                Comparator.comparing((HandOverTrace h) -> h.ended().isPresent())
                    .thenComparing(h -> pause(h, run), Comparator.reverseOrder())
                    .thenComparing(HandOverTrace::object))
            .limit(MOST)
            .toList();
    long longest = shown.stream().mapToLong(h -> pause(h, run).toMillis()).max().orElse(1);
    long end = Math.max(1, longest);
    List<Bar> bars = new ArrayList<>();
    for (HandOverTrace handOver : shown) {
      bars.add(bar(handOver, run, end, TOP + bars.size() * ROW));
    }
    List<Duration> pauses = begun.stream().flatMap(h -> h.pause().stream()).sorted().toList();
    return new PauseChart(
        bars,
        ticks(end),
        begun.size(),
        pauses.isEmpty() ? "" : DurationText.of(pauses.get(pauses.size() / 2)),
        pauses.isEmpty() ? "" : DurationText.of(pauses.getLast()));
  }

  /** Until the last event, where it has not ended. */
  private static Duration pause(HandOverTrace handOver, RunTrace run) {
    return Duration.between(
        handOver.began().orElse(run.last()), handOver.ended().orElse(run.last()));
  }

  private static Bar bar(HandOverTrace handOver, RunTrace run, long end, int y) {
    Instant began = handOver.began().orElse(run.last());
    boolean open = handOver.ended().isEmpty();
    Duration pause = pause(handOver, run);
    List<Part> parts = new ArrayList<>();
    parts.add(part("waits", Duration.ZERO, pause, end, open ? "not working yet" : "between steps"));
    for (HandOverTrace.Leg leg : handOver.legs()) {
      parts.add(
          part(
              leg.part().name().toLowerCase(Locale.ROOT),
              Duration.between(began, leg.from()),
              Duration.between(began, leg.to()),
              end,
              leg.part().label()));
    }
    return new Bar(
        RefText.of(handOver.object()),
        y,
        parts,
        Timeline.number(x(pause.toMillis(), end) + 8),
        (open ? "at least " : "") + DurationText.of(pause),
        open);
  }

  private static Part part(String css, Duration from, Duration to, long end, String label) {
    double x = x(Math.max(0, from.toMillis()), end);
    double width = x(to.toMillis(), end) - x;
    return new Part(
        css,
        Timeline.number(x),
        Timeline.number(Math.max(1.5, width)),
        label + ": " + DurationText.of(to.minus(from)));
  }

  /** At round times, as people count them. */
  private static List<Timeline.Mark> ticks(long end) {
    List<Timeline.Mark> ticks = new ArrayList<>();
    long step = TimeScale.step(end, MOST_TICKS);
    for (long at = 0; at <= end; at += step) {
      ticks.add(
          new Timeline.Mark(
              Timeline.number(x(at, end)), at == 0 ? "0" : DurationText.of(Duration.ofMillis(at))));
    }
    return ticks;
  }

  private static double x(long ms, long end) {
    return LEFT + (RIGHT - LEFT) * (ms / (double) end);
  }

  /** How tall the drawing is. */
  public int height() {
    return TOP + bars.size() * ROW + 8;
  }

  /** How many are in the table only. */
  public int more() {
    return all - bars.size();
  }
}
