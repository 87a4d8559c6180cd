package dev.migrator.report;

import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
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
public record HandOverTrace(
    ObjectRef object,
    Position position,
    Optional<Instant> began,
    Optional<Instant> ended,
    List<Leg> legs) {

  public HandOverTrace {
    legs = List.copyOf(legs);
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

  /** Every object that is handed over, in the order of the plan's deletions. */
  static List<HandOverTrace> of(Plan plan, StepRecords records, Map<StepId, StepTrace> told) {
    Map<ObjectRef, Map<Part, List<StepId>>> ways = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on) {
        LifecycleEvent.of(on, true)
            .flatMap(HandOverTrace::part)
            .ifPresent(
                part ->
                    ways.computeIfAbsent(on.object(), k -> new EnumMap<>(Part.class))
                        .computeIfAbsent(part, k -> new ArrayList<>())
                        .add(step.id()));
      }
    }
    List<HandOverTrace> all = new ArrayList<>();
    Lifecycle.of(plan, records)
        .handedOver()
        .forEach(
            (ref, position) -> all.add(of(ref, position, ways.getOrDefault(ref, Map.of()), told)));
    return List.copyOf(all);
  }

  private static Optional<Part> part(LifecycleEvent event) {
    return switch (event) {
      case QUIESCE, DRAIN -> Optional.of(Part.STOP);
      case DELETE, PROVE_ABSENT, END -> Optional.of(Part.DELETE);
      case CREATE_INERT, ACTIVATE, CREATE -> Optional.of(Part.CREATE);
      case COPY, REMOVE_COPY, SET_BACK, RESTORE -> Optional.empty();
    };
  }

  private static HandOverTrace of(
      ObjectRef object,
      Position position,
      Map<Part, List<StepId>> way,
      Map<StepId, StepTrace> told) {
    List<StepTrace> known =
        way.values().stream()
            .flatMap(List::stream)
            .flatMap(id -> Optional.ofNullable(told.get(id)).stream())
            .toList();
    List<Leg> legs = new ArrayList<>();
    way.forEach(
        (part, steps) -> {
          Optional<Instant> from = began(told.get(steps.getFirst()));
          StepTrace last = told.get(steps.getLast());
          if (from.isPresent() && last != null && last.ended().isPresent()) {
            legs.add(new Leg(part, from.get(), last.ended().get()));
          }
        });
    boolean isAtTarget = position.stage() == Stage.ACTIVE;
    return new HandOverTrace(
        object,
        position,
        position.isAtSource() || known.isEmpty() ? Optional.empty() : known.getFirst().firstBegan(),
        isAtTarget && !known.isEmpty() ? known.getLast().ended() : Optional.empty(),
        legs);
  }

  private static Optional<Instant> began(@org.jspecify.annotations.Nullable StepTrace step) {
    return step == null ? Optional.empty() : step.firstBegan();
  }
}
