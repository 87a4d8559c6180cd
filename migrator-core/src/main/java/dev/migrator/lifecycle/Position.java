package dev.migrator.lifecycle;

import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.Locale;
import java.util.Optional;

/**
 * Where one object of a run is.
 *
 * @param stage as far as it came for certain
 * @param announced as far as it may have come: a step that was announced may have happened
 * @param isInDoubt whether a request was sent of which nobody knows what became
 * @param failed the first step that failed; empty when none did, and when the object is back
 */
public record Position(Stage stage, Stage announced, boolean isInDoubt, Optional<StepId> failed) {

  /** What {@link #label} says instead of a stage. */
  public static final String IN_DOUBT = "in_doubt";

  static final Position START =
      new Position(Stage.UNTOUCHED, Stage.UNTOUCHED, false, Optional.empty());

  /** What takes it back from here: what may have been deleted is not taken to be there. */
  public WayBack wayBack() {
    return switch (stage) {
      case ACTIVE, ENDED, RESTORED -> stage.wayBack();
      case UNTOUCHED, COPIED, STOPPED, SET_BACK, DRAINED, DELETED, ABSENT, INERT ->
          switch (announced) {
            // It did not come that far for certain.
            case ACTIVE, ENDED -> WayBack.BRING_BACK;
            case UNTOUCHED, COPIED, STOPPED, SET_BACK, DRAINED, DELETED, ABSENT, INERT, RESTORED ->
                announced.wayBack();
          };
    };
  }

  /** Of a hand-over: whether it works in neither cluster, or may not. */
  public boolean isPaused() {
    return isInDoubt || stage.isPaused();
  }

  /** Of a hand-over: whether it works at the source, as before the run. */
  public boolean isAtSource() {
    return !isInDoubt
        && switch (stage) {
          case UNTOUCHED, SET_BACK, RESTORED -> true;
          case COPIED, STOPPED, DRAINED, DELETED, ABSENT, INERT, ACTIVE, ENDED -> false;
        };
  }

  /** For machines. */
  public String label() {
    return isInDoubt ? IN_DOUBT : stage.name().toLowerCase(Locale.ROOT);
  }

  /** For people: where it is, and what failed there. */
  public String words() {
    return isInDoubt
        ? "in doubt: a request was sent, its outcome is not known"
        : stage.words() + failed.map(step -> "; " + what(step) + " failed").orElse("");
  }

  private static String what(StepId step) {
    if (step.is(Verb.QUIESCE)) {
      return "stop";
    }
    return step.is(Verb.PROVE_ABSENT)
        ? "proof of absence"
        : step.verb().map(Verb::label).orElse(step.text());
  }

  // Stages are compared in their order: that of the way to the target.

  Position reached(Stage where) {
    return new Position(where, where, false, Optional.empty());
  }

  Position back(Stage where) {
    return new Position(where, announced, false, Optional.empty());
  }

  Position announcing(Stage next) {
    return next.compareTo(announced) > 0 ? new Position(stage, next, isInDoubt, failed) : this;
  }

  Position doubted() {
    return new Position(stage, announced, true, failed);
  }

  Position failing(StepId step, Stage where) {
    return new Position(where, announced, isInDoubt, Optional.of(step));
  }

  /** Whether what came after it is not known from here. */
  boolean isStuck() {
    return isInDoubt || failed.isPresent();
  }
}
