package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.util.Map;
import java.util.Optional;

/**
 * Creates a duplicate-intolerant object at the target in its inert form, and gives it its activity
 * back once more after the source was seen to be without it.
 *
 * <p>A create is the one request that no precondition fences; so what it creates does nothing. The
 * activation is a patch by resourceVersion.
 */
final class InertCreation {

  private final Run run;
  private final HandOvers handOvers;
  private final Creating creating;
  private final Activation waking;

  InertCreation(Run run, HandOvers handOvers, Creating creating) {
    this.run = run;
    this.handOvers = handOvers;
    this.creating = creating;
    this.waking = new Activation(run, handOvers);
  }

  StepResult createInert(Step.OnObject step, boolean isAwaited) {
    PlannedObject object = run.planned(step.object());
    if (Lifecycle.hasEnded(run.journal().state(), object.ref())) {
      return StepResult.done("not created: it ran to its end at the source");
    }
    Optional<StepResult> back = stillAtSource(step, object);
    if (back.isPresent()) {
      return back.get();
    }
    Manifest body = inert(object);
    run.intend(step, object.uid(), "", Run.digest(body));
    CreateOutcome outcome =
        creating.send(
            step.id(), StepText.doing(step), object, run.vaulted(object.ref()), body, isAwaited);
    return switch (outcome) {
      case CreateOutcome.Stored stored -> {
        Optional<StepResult> unbound = unbound(step, object);
        if (unbound.isPresent()) {
          yield unbound.get();
        }
        handOvers.sawTarget(object.ref(), stored.object());
        handOvers.move(object.ref(), LifecycleEvent.CREATE_INERT);
        yield StepResult.done(stored.how(), Map.of("uid", stored.object().uid()));
      }
      case CreateOutcome.Refused refused -> refused.result();
    };
  }

  /** What uses a claim comes after it, and must find the disk that was handed over. */
  private Optional<StepResult> unbound(Step step, PlannedObject object) {
    try {
      return object.ref().groupKind().equals("PersistentVolumeClaim")
          ? BoundVolume.awaited(run, object)
          : Optional.empty();
    } catch (ClusterException e) {
      return Optional.of(run.unanswered(step, e));
    }
  }

  /** What is created at the target: it does nothing yet. */
  Manifest inert(PlannedObject object) {
    Manifest atSource = run.vaulted(object.ref());
    Manifest definition = run.definition(object, atSource);
    return run.held(
        SuspensionFields.of(atSource),
        run.marked(object, creating.withOwners(object, atSource, definition)));
  }

  StepResult activate(Step.OnObject step) {
    PlannedObject object = run.planned(step.object());
    if (Lifecycle.hasEnded(run.journal().state(), object.ref())) {
      return StepResult.done("not started: it ran to its end at the source");
    }
    Map<String, String> original = new SourceObject(run, object.ref()).original();
    StepResult result =
        waking.wake(
            step.id(), StepText.doing(step), object, original, () -> stillAtSource(step, object));
    if (result instanceof StepResult.Done) {
      handOvers.move(object.ref(), LifecycleEvent.ACTIVATE);
      handOvers.forget(object.ref());
    }
    return result;
  }

  /** Looked at again before each of the two: what came back at the source must not run twice. */
  private Optional<StepResult> stillAtSource(Step step, PlannedObject object) {
    SourceObject source = new SourceObject(run, object.ref());
    try {
      // Safeguard: source-not-looked-at-again
      return source
          .read()
          .map(
              live ->
                  source.isAnother(live)
                      ? source.recreated(live)
                      : run.failed(
                          ErrorCode.M2205,
                          RefText.of(object.ref())
                              + " is at the source again, though it was proven absent",
                          "uid " + live.uid()));
    } catch (ClusterException e) {
      return Optional.of(run.unanswered(step, e));
    }
  }
}
