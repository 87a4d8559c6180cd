package dev.migrator.execute;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.util.Optional;

/**
 * The failures of one write that is tried again. As soon as nobody knows what became of one
 * attempt, giving up says so, whatever later attempts were answered: that one may still arrive.
 *
 * <p>Used by one thread.
 */
final class WriteAttempts {

  private final Run run;
  private final String doing;
  private boolean isSending;
  private Optional<ClusterFailure> unknown = Optional.empty();

  /**
   * @param doing what is tried, in words
   */
  WriteAttempts(Run run, String doing) {
    this.run = run;
    this.doing = doing;
  }

  /** From here on the attempt changes something; before, it only looks. */
  void sends() {
    isSending = true;
  }

  /** The attempt failed. */
  void failed(ClusterFailure failure) {
    // Safeguard: unknown-attempt-forgotten
    if (isSending && unknown.isEmpty() && failure instanceof ClusterFailure.OutcomeUnknown) {
      unknown = Optional.of(failure);
    }
    isSending = false;
  }

  /** Whether an attempt may have been carried out, or still may: its response was lost. */
  boolean mayHaveHappened() {
    return unknown.isPresent();
  }

  /**
   * It is not tried any more.
   *
   * @param refusal the code when the server answered, and changed nothing
   */
  StepResult gaveUp(ErrorCode refusal, ClusterFailure last) {
    return unknown
        .map(first -> unknown(first, last))
        .orElseGet(() -> run.refused(isAnswer(last) ? refusal : ErrorCode.M2110, doing, last));
  }

  /**
   * What was found to be in the way ends the trials. An attempt whose response was lost may still
   * arrive as soon as that is gone.
   */
  StepResult foundInTheWay(StepResult found) {
    // Safeguard: stranger-ends-the-doubt
    return found instanceof StepResult.Failed failed && unknown.isPresent()
        ? StepResult.open(failed.problem())
        : found;
  }

  /** Of a look the outcome does not matter, but it was no answer. */
  private static boolean isAnswer(ClusterFailure failure) {
    return !(failure instanceof ClusterFailure.Unreachable
        || failure instanceof ClusterFailure.OutcomeUnknown);
  }

  private StepResult unknown(ClusterFailure first, ClusterFailure last) {
    String since = first.detail().equals(last.detail()) ? "" : "; since then: " + last.detail();
    return StepResult.open(
        Problem.of(
            ErrorCode.M2108,
            doing + ": " + ErrorCode.M2108.title(),
            first.detail() + since,
            run.resume() + "   (when the cluster answers again)"));
  }
}
