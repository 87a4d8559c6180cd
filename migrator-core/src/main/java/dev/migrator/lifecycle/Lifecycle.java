package dev.migrator.lifecycle;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the objects of a run are, by what is known of its steps at one moment. Asks no cluster: a
 * step in doubt may have happened or not.
 */
public final class Lifecycle {

  private final Plan plan;
  private final StepRecords records;
  private final Map<ObjectRef, Position> handedOver = new LinkedHashMap<>();

  private Lifecycle(Plan plan, StepRecords records) {
    this.plan = plan;
    this.records = records;
  }

  /** Looks at all hand-overs now, and at a copy when it is asked for. */
  public static Lifecycle of(Plan plan, StepRecords records) {
    Lifecycle lifecycle = new Lifecycle(plan, records);
    List<ObjectRef> handedOver = plan.handedOver();
    Map<ObjectRef, List<Step.OnObject>> steps = lifecycle.stepsOf(Set.copyOf(handedOver));
    for (ObjectRef ref : handedOver) {
      lifecycle.handedOver.put(ref, lifecycle.fold(ref, steps.getOrDefault(ref, List.of()), true));
    }
    return lifecycle;
  }

  private Map<ObjectRef, List<Step.OnObject>> stepsOf(Set<ObjectRef> objects) {
    Map<ObjectRef, List<Step.OnObject>> steps = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.OnObject on && objects.contains(on.object())) {
        steps.computeIfAbsent(on.object(), ref -> new ArrayList<>()).add(on);
      }
    }
    return steps;
  }

  /** Every object that is handed over, in the order of the plan's deletions. */
  public Map<ObjectRef, Position> handedOver() {
    return Collections.unmodifiableMap(handedOver);
  }

  /** Where an object is; untouched, if no step is about it. */
  public Position of(ObjectRef ref) {
    Position known = handedOver.get(ref);
    return known == null
        ? fold(ref, stepsOf(Set.of(ref)).getOrDefault(ref, List.of()), false)
        : known;
  }

  /** What is handed over and is taken back in one of these ways, in the plan's order. */
  public List<ObjectRef> handedOver(WayBack... ways) {
    Set<WayBack> wanted = Set.of(ways);
    return handedOver.entrySet().stream()
        .filter(e -> wanted.contains(e.getValue().wayBack()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What was handed over, or was in transit, and is at the source again, in the plan's order. */
  public List<ObjectRef> restored() {
    return at(Stage.RESTORED);
  }

  /** What ran to its end at the source and does not move, in the plan's order. */
  public List<ObjectRef> ended() {
    return at(Stage.ENDED);
  }

  private List<ObjectRef> at(Stage stage) {
    return handedOver.entrySet().stream()
        .filter(e -> e.getValue().stage() == stage)
        .map(Map.Entry::getKey)
        .toList();
  }

  private Position fold(ObjectRef ref, List<Step.OnObject> steps, boolean isHandedOver) {
    Position position = Position.START;
    for (Step.OnObject step : steps) {
      Optional<LifecycleEvent> event = LifecycleEvent.of(step, isHandedOver);
      if (event.isPresent()
          && records.status(step.id()) != StepStatus.NOT_STARTED
          && !isBeforeTheStop(step)) {
        position = after(position, step, event.get());
      }
    }
    StepId restored = StepId.of(Verb.RESTORE, ref);
    if (records.status(restored) == StepStatus.DONE) {
      return position.back(Stage.RESTORED);
    }
    if (records.isInDoubt(restored)) {
      return position.doubted();
    }
    if (records.status(StepId.of(Verb.REMOVE_COPY, ref)) == StepStatus.DONE) {
      Optional<Stage> left = Transition.backward(position.stage(), LifecycleEvent.REMOVE_COPY);
      if (left.isPresent()) {
        return left.get() == Stage.UNTOUCHED ? Position.START : position.back(left.get());
      }
    }
    // It was at the source then: what came after may have taken it from there.
    boolean isOvertaken =
        records.status(restored) == StepStatus.FAILED
            || records.isInDoubt(StepId.of(Verb.DELETE, ref));
    return records.status(StepId.of(Verb.SET_BACK, ref)) == StepStatus.DONE && !isOvertaken
        ? position.back(Stage.SET_BACK)
        : position;
  }

  /** A drain that failed, and was set back, says nothing once the object was stopped again. */
  private boolean isBeforeTheStop(Step step) {
    return step instanceof Step.OnObject drain
        && drain.is(Verb.DRAIN)
        && records.status(drain.id()) == StepStatus.FAILED
        && records.isNewer(StepId.of(Verb.QUIESCE, drain.object()), drain.id());
  }

  /** By the step alone, because records of those before it may be missing. */
  private Position after(Position before, Step.OnObject step, LifecycleEvent event) {
    if (before.stage() == Stage.ENDED) {
      return before;
    }
    boolean isEnd = event == LifecycleEvent.PROVE_ABSENT && hasEnded(records, step.object());
    Stage next = Transition.after(isEnd ? LifecycleEvent.END : event);
    Position position = before.announcing(next);
    boolean isDone = records.status(step.id()) == StepStatus.DONE;
    // What works at the target came there, and what ended has gone, whatever is known of the steps
    // before.
    boolean isLast = next == Stage.ACTIVE || next == Stage.ENDED;
    if (isDone && (isLast || !position.isStuck())) {
      return position.reached(next);
    }
    if (isDone || position.isStuck()) {
      return position;
    }
    if (records.isInDoubt(step.id())) {
      return position.doubted();
    }
    boolean isSetBack = records.details(step.id()).containsKey(StepRecords.SET_BACK);
    boolean isStopped = records.details(step.id()).containsKey(StepRecords.STOPPED);
    Stage left = isStopped ? Stage.STOPPED : position.stage();
    return position.failing(step.id(), isSetBack ? Stage.SET_BACK : left);
  }

  /** Whether an earlier step found that the object ended at the source: it does not move. */
  public static boolean hasEnded(StepRecords records, ObjectRef ref) {
    return records.details(StepId.of(Verb.DRAIN, ref)).containsKey(StepRecords.ENDED);
  }
}
