package dev.migrator.plan;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.stream.Stream;

/**
 * One effect on one object of one cluster, as data. The executor is an exhaustive switch over
 * these.
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
  static Step waiting(Step step, List<StepId> needs) {
    return switch (step) {
      case Copy s -> new Copy(s.object(), needs);
      case AwaitCurrent s -> new AwaitCurrent(s.object(), s.phase(), needs);
      case Gate s -> new Gate(s.name(), needs);
      case Hook s -> new Hook(s.point(), needs);
      case HookBefore s -> new HookBefore(s.object(), needs);
      case HookAfter s -> new HookAfter(s.object(), needs);
      case Quiesce s -> new Quiesce(s.object(), needs);
      case Drain s -> new Drain(s.object(), needs);
      case DeleteAtSource s -> new DeleteAtSource(s.object(), needs);
      case ProveAbsent s -> new ProveAbsent(s.object(), needs);
      case CreateInert s -> new CreateInert(s.object(), needs);
      case Activate s -> new Activate(s.object(), needs);
      case Create s -> new Create(s.object(), needs);
      case Verify s -> new Verify(needs);
    };
  }

  /** A step that concerns one object. */
  sealed interface OnObject extends Step {

    /** The object, as it is called at the source. */
    ObjectRef object();

    /** What it does: the first part of its id. */
    Verb verb();

    @Override
    default StepId id() {
      return StepId.of(verb(), object());
    }
  }

  /** Creates a loss-intolerant object at the target. */
  record Copy(ObjectRef object, List<StepId> needs) implements OnObject {
    public Copy {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.COPY;
    }

    @Override
    public Phase phase() {
      return Phase.COPY;
    }
  }

  /** Waits until the object is Current at the target (kstatus' word). */
  record AwaitCurrent(ObjectRef object, Phase phase, List<StepId> needs) implements OnObject {
    public AwaitCurrent {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.AWAIT;
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
  }

  /** Runs a command of the user's. */
  sealed interface RunsCommand extends Step {
    /** Whose command. */
    HookPoint point();
  }

  /** Runs the command of a phase. Waits for everything above it. */
  record Hook(HookPoint point, List<StepId> needs) implements RunsCommand {
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
  }

  /** Runs the command that comes before one object's hand-over. */
  record HookBefore(ObjectRef object, List<StepId> needs) implements OnObject, RunsCommand {
    public HookBefore {
      needs = List.copyOf(needs);
    }

    @Override
    public HookPoint point() {
      return HookPoint.BEFORE_EACH_HAND_OVER;
    }

    @Override
    public Verb verb() {
      return Verb.HOOK_BEFORE;
    }

    @Override
    public Phase phase() {
      return Phase.HAND_OVER;
    }
  }

  /** Runs the command that comes after one object's hand-over. */
  record HookAfter(ObjectRef object, List<StepId> needs) implements OnObject, RunsCommand {
    public HookAfter {
      needs = List.copyOf(needs);
    }

    @Override
    public HookPoint point() {
      return HookPoint.AFTER_EACH_HAND_OVER;
    }

    @Override
    public Verb verb() {
      return Verb.HOOK_AFTER;
    }

    @Override
    public Phase phase() {
      return Phase.RECREATE;
    }
  }

  /** Makes the source's object inert: suspend, replicas 0, or the kind's own way. */
  record Quiesce(ObjectRef object, List<StepId> needs) implements OnObject {
    public Quiesce {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.QUIESCE;
    }

    @Override
    public Phase phase() {
      return Phase.HAND_OVER;
    }
  }

  /** Waits until nothing that the object started still runs. */
  record Drain(ObjectRef object, List<StepId> needs) implements OnObject {
    public Drain {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.DRAIN;
    }

    @Override
    public Phase phase() {
      return Phase.HAND_OVER;
    }
  }

  /** Deletes the source's object by uid and resourceVersion. */
  record DeleteAtSource(ObjectRef object, List<StepId> needs) implements OnObject {
    public DeleteAtSource {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.DELETE;
    }

    @Override
    public Phase phase() {
      return Phase.HAND_OVER;
    }
  }

  /** Proves that the source has neither the object nor anything that it started. */
  record ProveAbsent(ObjectRef object, List<StepId> needs) implements OnObject {
    public ProveAbsent {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.PROVE_ABSENT;
    }

    @Override
    public Phase phase() {
      return Phase.HAND_OVER;
    }
  }

  /** Creates a duplicate-intolerant object at the target in its inert form. */
  record CreateInert(ObjectRef object, List<StepId> needs) implements OnObject {
    public CreateInert {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.CREATE_INERT;
    }

    @Override
    public Phase phase() {
      return Phase.RECREATE;
    }
  }

  /** Gives the target's object its original activity back. */
  record Activate(ObjectRef object, List<StepId> needs) implements OnObject {
    public Activate {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.ACTIVATE;
    }

    @Override
    public Phase phase() {
      return Phase.RECREATE;
    }
  }

  /** Creates an object that tolerates loss and duplication. */
  record Create(ObjectRef object, List<StepId> needs) implements OnObject {
    public Create {
      needs = List.copyOf(needs);
    }

    @Override
    public Verb verb() {
      return Verb.CREATE;
    }

    @Override
    public Phase phase() {
      return Phase.RECREATE;
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
  }
}
