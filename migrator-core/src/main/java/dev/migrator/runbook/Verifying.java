package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.execute.TargetCheck;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.List;

/**
 * Compares both clusters with the expected result of a run, at any later time. Reads only, and
 * needs no lock.
 */
public final class Verifying {

  private Verifying() {}

  /**
   * Everything that is not as the plan wants it, by ref; empty when the move is complete.
   *
   * <p>Errors: M1103, M1201 other clusters; M1401 to M1403 unreachable or not permitted; M1006 when
   * the run has not moved anything yet; M2206 a damaged vault.
   */
  public static List<TargetCheck.Mismatch> verify(
      Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    Preparation preparation = Preparation.of(plan, source, target, true);
    Vault vault =
        directory
            .vault()
            .filter(v -> directory.hasJournal())
            .orElseThrow(
                () ->
                    Problem.of(
                            ErrorCode.M1006,
                            "run " + directory.run().id() + " has not moved anything yet",
                            "its vault is not complete",
                            "migrator resume " + directory.run().id())
                        .exception());
    try {
      return new TargetCheck(
              plan,
              preparation.sourceSide(),
              preparation.targetSide(),
              vault,
              directory.readJournal().state(),
              new TargetDefinitions(plan.settings()))
          .mismatches();
    } catch (ClusterException e) {
      throw new CommandSide("clusters", target)
          .problem("be compared (" + e.getMessage() + ")", e.failure());
    }
  }
}
