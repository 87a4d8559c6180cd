package dev.migrator.lifecycle;

import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What was done to an object. */
public enum LifecycleEvent {
  /** Created at the target, and nothing is done to it at the source. */
  COPY(Verb.COPY),
  /** Told to stop at the source. */
  QUIESCE(Verb.QUIESCE),
  /** Waited for, until nothing of it runs. */
  DRAIN(Verb.DRAIN),
  /** Deleted at the source. */
  DELETE(Verb.DELETE),
  /** Seen to be gone from the source with all that it started. */
  PROVE_ABSENT(Verb.PROVE_ABSENT),
  /** Created at the target in a form in which it does nothing. */
  CREATE_INERT(Verb.CREATE_INERT),
  /** Made as active at the target as it was at the source. */
  ACTIVATE(Verb.ACTIVATE),
  /** Created at work, in plans of builds before docs/adr/0030. */
  CREATE(Verb.CREATE),
  /** Running work did not end in time, or the run is taken back: it is as it was. */
  SET_BACK(Verb.SET_BACK),
  /** What was created at the target was removed there again. */
  REMOVE_COPY(Verb.REMOVE_COPY),
  /** The hand-over of what had ended at the source comes to its end there. */
  END(),
  /** It had left the source, or was stopped there, and works there again. */
  RESTORE(Verb.RESTORE);

  private static final Map<Verb, LifecycleEvent> BY_VERB = new EnumMap<>(Verb.class);

  static {
    for (LifecycleEvent event : values()) {
      event.verb.ifPresent(verb -> BY_VERB.put(verb, event));
    }
  }

  private final Optional<Verb> verb;

  LifecycleEvent() {
    this.verb = Optional.empty();
  }

  LifecycleEvent(Verb verb) {
    this.verb = Optional.of(verb);
  }

  /** What a step does to its object when it is done; empty when that changes no cluster. */
  public static Optional<LifecycleEvent> of(Step.OnObject step, boolean isHandedOver) {
    if (step.is(Verb.CREATE) && !isHandedOver) {
      return Optional.of(COPY);
    }
    return Optional.ofNullable(BY_VERB.get(step.verb()));
  }
}
