package dev.migrator.model;

import java.util.List;

/**
 * An error as a user should read it: what failed, why, what state things are in, and what to type
 * next.
 *
 * @param what the object or file and what happened to it; one line
 * @param why the cause; one line; may be empty
 * @param state what is known of both clusters; may be empty
 * @param next commands, ready to be typed, most advisable first; may be empty
 */
public record Problem(ErrorCode code, String what, String why, String state, List<String> next) {

  public Problem {
    next = List.copyOf(next);
  }

  public static Problem of(ErrorCode code, String what, String why, String... next) {
    return new Problem(code, what, why, "", List.of(next));
  }

  public Problem withState(String known) {
    return new Problem(code, what, why, known, next);
  }

  /** To stop here and tell the user. */
  public ProblemException exception() {
    return new ProblemException(this);
  }
}
