package dev.migrator.journal;

import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;

/**
 * What a journal belongs to. It never serves another plan or other clusters.
 *
 * @param run the run's id
 * @param plan the digest of the plan file
 * @param sourceUid the uid of kube-system at the source
 * @param targetUid the uid of kube-system at the target
 */
public record JournalHeader(String run, Digest plan, String sourceUid, String targetUid) {

  /**
   * Refuses to go on when anything is not what the journal was begun for.
   *
   * <p>Errors: M1201, with the value that differs.
   */
  public void requireSame(JournalHeader found) {
    requireSame("the run", run, found.run);
    requireSame("the plan's digest", plan.hex(), found.plan.hex());
    requireSame("the source cluster's uid", sourceUid, found.sourceUid);
    requireSame("the target cluster's uid", targetUid, found.targetUid);
  }

  private void requireSame(String what, String expected, String found) {
    if (!expected.equals(found)) {
      throw Problem.of(
              ErrorCode.M1201,
              "the journal of run " + run + " does not belong to this",
              what + " was " + expected + " and is " + found)
          .exception();
    }
  }
}
