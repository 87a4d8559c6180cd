package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.Optional;

/** An object of the source that does not travel, and why: a reason that a reviewer can judge. */
public record LeftOut(ObjectRef ref, String reason) {

  /** The reason of what a person took out of a run that was under way. */
  public static final String BY_A_PERSON = "left out of this run with resume --leave-out";

  /** The reason of what is not among the objects that somebody chose, or that go back. */
  public static final String NOT_PART = "not part of this move";

  /** The reason of a claim that the move copied, on the way back of what it handed over. */
  public static final String COPY_STAYS =
      "a copy of the move, which stays: its data does not go back";

  /** The reason of what a controller makes, followed by the kind of its owner. */
  private static final String MADE = "made by its controller, a ";

  /** The kind of the owner that makes it, by its reason; empty for everything else. */
  public Optional<String> maker() {
    return reason.startsWith(MADE)
        ? Optional.of(reason.substring(MADE.length()))
        : Optional.empty();
  }

  /** Whether a person took it out of the run, so that it stays at work at the source. */
  public boolean isByAPerson() {
    return reason.equals(BY_A_PERSON);
  }
}
