package dev.migrator.report;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far one duplicate-intolerant object is on its way.
 *
 * @param began when we began to stop it at the source: from then on it may be paused
 * @param ended when the target did its work again
 * @param legs the parts of the way of which both ends are known, in their order
 */
public record HandOver(
    ObjectRef object,
    Place place,
    Optional<Instant> began,
    Optional<Instant> ended,
    List<Leg> legs) {

  public HandOver {
    legs = List.copyOf(legs);
  }

  /** Where the object does its work; by the steps' order it is never at both places. */
  public enum Place {
    /** Untouched at the source, or put back there. */
    SOURCE,
    /** Being stopped, or stopped, at the source, and not yet working at the target. */
    BETWEEN,
    /** Proven gone at the source, working at the target. */
    TARGET
  }

  /** A part of the way. */
  public enum Part {
    STOP("stop and drain"),
    DELETE("delete and prove absent"),
    CREATE("create and activate");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** When a part of the way was gone. */
  public record Leg(Part part, Instant from, Instant to) {}

  /** The pause at most: from the first try to stop it to the end of its activation. */
  public Optional<Duration> pause() {
    return began.flatMap(from -> ended.map(to -> Duration.between(from, to)));
  }

  /** Every object that is handed over, in the plan's order. */
  static List<HandOver> of(List<Step> steps, Optional<RunTrace> run) {
    Map<ObjectRef, Map<Part, List<StepId>>> ways = new LinkedHashMap<>();
    for (Step step : steps) {
      if (step instanceof Step.OnObject on) {
        part(on)
            .ifPresent(
                part ->
                    ways.computeIfAbsent(on.object(), k -> new LinkedHashMap<>())
                        .computeIfAbsent(part, k -> new ArrayList<>())
                        .add(step.id()));
      }
    }
    ways.values().removeIf(way -> !way.containsKey(Part.DELETE));
    return ways.entrySet().stream().map(e -> of(e.getKey(), e.getValue(), run)).toList();
  }

  private static Optional<Part> part(Step.OnObject step) {
    return switch (step) {
      case Step.Quiesce s -> Optional.of(Part.STOP);
      case Step.Drain s -> Optional.of(Part.STOP);
      case Step.DeleteAtSource s -> Optional.of(Part.DELETE);
      case Step.ProveAbsent s -> Optional.of(Part.DELETE);
      case Step.CreateInert s -> Optional.of(Part.CREATE);
      case Step.Activate s -> Optional.of(Part.CREATE);
      case Step.Create s -> Optional.of(Part.CREATE);
      case Step.Copy s -> Optional.empty();
      case Step.AwaitCurrent s -> Optional.empty();
      case Step.HookBefore s -> Optional.empty();
      case Step.HookAfter s -> Optional.empty();
    };
  }

  private static HandOver of(
      ObjectRef object, Map<Part, List<StepId>> way, Optional<RunTrace> run) {
    Map<StepId, StepTrace> told = run.map(RunTrace::steps).orElse(Map.of());
    List<StepId> ids = way.values().stream().flatMap(List::stream).toList();
    List<StepTrace> known = ids.stream().map(told::get).filter(s -> s != null).toList();
    StepTrace end = told.get(ids.getLast());
    Place place =
        known.isEmpty() || run.filter(r -> r.isPutBack(object)).isPresent()
            ? Place.SOURCE
            : end != null && end.state() == StepTrace.State.DONE ? Place.TARGET : Place.BETWEEN;
    List<Leg> legs = new ArrayList<>();
    way.forEach(
        (part, steps) -> {
          Optional<Instant> from = began(told.get(steps.getFirst()));
          StepTrace last = told.get(steps.getLast());
          if (from.isPresent() && last != null && last.ended().isPresent()) {
            legs.add(new Leg(part, from.get(), last.ended().get()));
          }
        });
    return new HandOver(
        object,
        place,
        place == Place.SOURCE ? Optional.empty() : began(known.getFirst()),
        place == Place.TARGET && end != null ? end.ended() : Optional.empty(),
        legs);
  }

  private static Optional<Instant> began(@org.jspecify.annotations.Nullable StepTrace step) {
    return step == null ? Optional.empty() : step.firstBegan();
  }
}
