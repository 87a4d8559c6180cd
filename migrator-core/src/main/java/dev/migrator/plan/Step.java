package dev.migrator.plan;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ObjectRef;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One effect on one object of one cluster, as data. What it is done by is an action of {@code
 * execute}; the plan of a way back is made of steps, too.
 *
 * <p>Shape: {@code needs} are the steps that must be done first, sorted, without duplicates; empty
 * for a step that can start at once. Objects are named as they are called at the source; namespace
 * mappings of the plan say their name at the target.
 */
public sealed interface Step {

  StepId id();

  List<StepId> needs();

  Phase phase();

  /** The same step, waiting for these instead. */
  Step waiting(List<StepId> needs);

  /** Whether it is about an object, and does one of these to it. */
  default boolean is(Verb... verbs) {
    return false;
  }

  /** Whose command it runs; empty for a step that runs none. */
  default Optional<HookPoint> command() {
    return Optional.empty();
  }

  /**
   * Does something to one object.
   *
   * @param object as it is called at the source
   */
  record OnObject(Verb verb, ObjectRef object, Phase phase, List<StepId> needs) implements Step {
    public OnObject {
      needs = List.copyOf(needs);
    }

    /** In the phase of its kind. */
    public OnObject(Verb verb, ObjectRef object, List<StepId> needs) {
      this(verb, object, verb.phase().orElseThrow(), needs);
    }

    @Override
    public StepId id() {
      return StepId.of(verb, object);
    }

    @Override
    public OnObject waiting(List<StepId> others) {
      return new OnObject(verb, object, phase, others);
    }

    @Override
    public boolean is(Verb... verbs) {
      return Arrays.asList(verbs).contains(verb);
    }

    @Override
    public Optional<HookPoint> command() {
      return verb.command();
    }
  }

  /** Waits for approval by a person or a command. */
  record Gate(String name, List<StepId> needs) implements Step {

    /** Opens by itself: stands where policies would have to wait for too many objects each. */
    public static final String BEFORE_POLICIES = "beforePolicies";

    /** Every gate that a plan may have, in their order. */
    public static final List<String> NAMES =
        Stream.concat(Migration.GATES.stream(), Stream.of(BEFORE_POLICIES)).toList();

    public Gate {
      needs = List.copyOf(needs);
    }

    @Override
    public StepId id() {
      return StepId.gate(name);
    }

    @Override
    public Phase phase() {
      return Phase.GATE;
    }

    @Override
    public Gate waiting(List<StepId> others) {
      return new Gate(name, others);
    }
  }

  /** Runs the command of a phase. Waits for everything above it. */
  record Hook(HookPoint point, List<StepId> needs) implements Step {
    public Hook {
      needs = List.copyOf(needs);
    }

    /** The id of a phase's hook. */
    public static StepId id(HookPoint point) {
      return new StepId("hook:" + point.label());
    }

    @Override
    public StepId id() {
      return id(point);
    }

    @Override
    public Phase phase() {
      return switch (point) {
        case BEFORE_COPY, AFTER_COPY -> Phase.COPY;
        case BEFORE_HAND_OVER, AFTER_HAND_OVER, BEFORE_EACH_HAND_OVER -> Phase.HAND_OVER;
        case BEFORE_RECREATE, AFTER_RECREATE, AFTER_EACH_HAND_OVER -> Phase.RECREATE;
        case BEFORE_VERIFY, AFTER_VERIFY -> Phase.VERIFY;
      };
    }

    @Override
    public Hook waiting(List<StepId> others) {
      return new Hook(point, others);
    }

    @Override
    public Optional<HookPoint> command() {
      return Optional.of(point);
    }
  }

  /** Compares the target with the plan. Always the last step. */
  record Verify(List<StepId> needs) implements Step {
    public Verify {
      needs = List.copyOf(needs);
    }

    @Override
    public StepId id() {
      return new StepId("verify:target");
    }

    @Override
    public Phase phase() {
      return Phase.VERIFY;
    }

    @Override
    public Verify waiting(List<StepId> others) {
      return new Verify(others);
    }
  }
}
