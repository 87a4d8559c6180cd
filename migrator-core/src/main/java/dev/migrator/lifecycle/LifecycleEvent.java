package dev.migrator.lifecycle;

import dev.migrator.plan.Step;
import java.util.Optional;

/** What was done to an object. */
public enum LifecycleEvent {
  /** Created at the target, and nothing is done to it at the source. */
  COPY,
  /** Told to stop at the source. */
  QUIESCE,
  /** Waited for, until nothing of it runs. */
  DRAIN,
  /** Deleted at the source. */
  DELETE,
  /** Seen to be gone from the source with all that it started. */
  PROVE_ABSENT,
  /** Created at the target in a form in which it does nothing. */
  CREATE_INERT,
  /** Made as active at the target as it was at the source. */
  ACTIVATE,
  /** Created at work, in plans of builds before docs/adr/0030. */
  CREATE,
  /** Running work did not end in time, or the run is taken back: it is as it was. */
  SET_BACK,
  /** The hand-over of what had ended at the source comes to its end there. */
  END,
  /** It had left the source, or was stopped there, and works there again. */
  RESTORE;

  /** What a step does to its object when it is done; empty when that changes no cluster. */
  public static Optional<LifecycleEvent> of(Step.OnObject step, boolean isHandedOver) {
    return switch (step) {
      case Step.Copy s -> Optional.of(COPY);
      case Step.Create s -> Optional.of(isHandedOver ? CREATE : COPY);
      case Step.Quiesce s -> Optional.of(QUIESCE);
      case Step.Drain s -> Optional.of(DRAIN);
      case Step.DeleteAtSource s -> Optional.of(DELETE);
      case Step.ProveAbsent s -> Optional.of(PROVE_ABSENT);
      case Step.CreateInert s -> Optional.of(CREATE_INERT);
      case Step.Activate s -> Optional.of(ACTIVATE);
      case Step.AwaitCurrent s -> Optional.empty();
      case Step.HookBefore s -> Optional.empty();
      case Step.HookAfter s -> Optional.empty();
    };
  }
}
