package dev.migrator.execute;

import dev.migrator.model.Problem;
import java.util.Map;

/** What became of a step. */
public sealed interface StepResult {

  /**
   * It is done.
   *
   * @param how in a few words; may be empty
   * @param observed true when an earlier process did it, and we only saw that
   * @param details for the journal; never a secret
   */
  record Done(String how, boolean observed, Map<String, String> details) implements StepResult {
    public Done {
      details = Map.copyOf(details);
    }
  }

  /**
   * Nothing had to be done, and nothing is to be written down.
   *
   * @param how in a few words
   */
  record NotNeeded(String how) implements StepResult {}

  /**
   * It did not happen; on the way forward its dependants do not start.
   *
   * @param mayArrive whether something that was sent for it may still be carried out
   * @param isSetBack whether what was stopped goes on at the source
   */
  record Failed(Problem problem, boolean mayArrive, boolean isSetBack) implements StepResult {}

  /** Nobody opened the gate yet. */
  record Closed() implements StepResult {}

  /** In words, for people. */
  default String words() {
    return switch (this) {
      case Done done -> done.how();
      case NotNeeded none -> none.how();
      case Failed failed -> failed.problem().what() + ": " + failed.problem().why();
      case Closed closed -> "waits";
    };
  }

  /** It is done. */
  static StepResult done(String how) {
    return new Done(how, false, Map.of());
  }

  static StepResult done(String how, Map<String, String> details) {
    return new Done(how, false, details);
  }

  static StepResult observed(String how) {
    return new Done(how, true, Map.of());
  }

  static StepResult open(Problem problem) {
    return new Failed(problem, true, false);
  }

  /** It did not end in time, and goes on at the source as it was. */
  static StepResult setBack(Problem problem) {
    return new Failed(problem, false, true);
  }

  /** It did not happen. */
  static StepResult failed(Problem problem) {
    return new Failed(problem, false, false);
  }
}
