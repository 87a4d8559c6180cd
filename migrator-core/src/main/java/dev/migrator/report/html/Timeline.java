package dev.migrator.report.html;

import dev.migrator.model.Amount;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Step;
import dev.migrator.report.DurationText;
import dev.migrator.report.RunReport;
import dev.migrator.report.RunTrace;
import dev.migrator.report.StepTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What ran when, drawn: a lane a phase, in it how many steps ended when. Sizes do not grow with the
 * plan.
 *
 * <p>Units: of the drawing, whose width is {@link #WIDTH}.
 */
public record Timeline(
    List<Lane> lanes,
    List<TimeScale.Tick> marks,
    List<Mark> sittings,
    List<Band> breaks,
    String summary) {

  static final int WIDTH = 1000;
  private static final int LEFT = 190;
  private static final int RIGHT = 985;
  private static final int TOP = 34;
  private static final int LANE = 46;
  private static final int MOST_SITTINGS = 50;
  private static final int BUCKETS = 140;
  private static final double TALLEST = 24;

  /**
   * A phase.
   *
   * @param path the outline of how many steps ended when
   */
  public record Lane(
      String label, String count, String took, String css, int y, Band span, String path) {}

  /** A stretch of the drawing. */
  public record Band(String x, String middle, String width, String label) {}

  /** A mark of the axis. */
  public record Mark(String x, String label) {}

  static Timeline of(RunReport report, RunTrace run, TimeScale scale) {
    List<Lane> lanes = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      List<Step> steps = report.plan().steps().stream().filter(s -> s.phase() == phase).toList();
      lane(phase, steps, run, scale, lanes.size()).ifPresent(lanes::add);
    }
    List<Band> breaks =
        scale.breaks().stream().map(b -> band(b.from(), b.to(), b.label())).toList();
    String summary =
        "Timeline of %s: %s"
            .formatted(
                DurationText.of(Duration.between(run.began(), run.last())),
                String.join(
                    "; ",
                    lanes.stream()
                        .map(l -> l.label() + " " + l.count() + " " + l.took())
                        .toList()));
    List<Mark> sittings =
        run.sittings().stream()
            .skip(1)
            .limit(MOST_SITTINGS)
            .map(s -> new Mark(number(x(scale.place(s.from()))), "resumed"))
            .toList();
    return new Timeline(lanes, scale.ticks(), sittings, breaks, summary);
  }

  private static Optional<Lane> lane(
      Phase phase, List<Step> steps, RunTrace run, TimeScale scale, int row) {
    List<StepTrace> traces = steps.stream().flatMap(s -> run.step(s.id()).stream()).toList();
    Optional<Instant> from =
        traces.stream()
            .flatMap(t -> t.began().or(t::ended).stream())
            .min(Comparator.naturalOrder());
    if (from.isEmpty()) {
      return Optional.empty();
    }
    Instant to =
        traces.stream()
            .map(t -> t.ended().orElse(run.last()))
            .max(Comparator.naturalOrder())
            .orElse(run.last());
    long done = traces.stream().filter(t -> t.state() == StepTrace.State.DONE).count();
    Band span = band(scale.place(from.get()), scale.place(to), "");
    int y = TOP + row * LANE;
    return Optional.of(
        new Lane(
            Terms.title(phase),
            Amount.of(done) + (done == steps.size() ? "" : " of " + Amount.of(steps.size())),
            DurationText.of(Duration.between(from.get(), to)),
            phase.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            y,
            span,
            outline(traces, scale, y + 34)));
  }

  /** A curve over how many steps ended in each part of the time; empty when none did. */
  private static String outline(List<StepTrace> traces, TimeScale scale, int base) {
    int[] counts = new int[BUCKETS];
    int most = 0;
    for (StepTrace trace : traces) {
      if (trace.ended().isPresent()) {
        int bucket = (int) Math.min(BUCKETS - 1, scale.place(trace.ended().get()) * BUCKETS);
        most = Math.max(most, ++counts[bucket]);
      }
    }
    if (most == 0) {
      return "";
    }
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0) {
        // By the root, so that a single step is seen beside a thousand.
        double height = Math.max(3, Math.sqrt(counts[i] / (double) most) * TALLEST);
        path.append(
            "M%s %sv%sh%sv%sz"
                .formatted(
                    number(x(i / (double) BUCKETS)),
                    base,
                    number(-height),
                    number((RIGHT - LEFT) / (double) BUCKETS - 0.8),
                    number(height)));
      }
    }
    return path.toString();
  }

  /** How tall the drawing is. */
  public int height() {
    return TOP + lanes.size() * LANE + 10;
  }

  /** The axis. */
  public List<Mark> ticks() {
    return marks.stream().map(t -> new Mark(number(x(t.place())), t.label())).toList();
  }

  private static Band band(double from, double to, String label) {
    return new Band(
        number(x(from)),
        number(x((from + to) / 2)),
        number(Math.max(3, (to - from) * (RIGHT - LEFT))),
        label);
  }

  private static double x(double place) {
    return LEFT + place * (RIGHT - LEFT);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
