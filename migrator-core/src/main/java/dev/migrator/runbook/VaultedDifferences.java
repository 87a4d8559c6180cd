package dev.migrator.runbook;

import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.report.DiffText;
import dev.migrator.report.Diffs;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.List;
import java.util.Optional;

/**
 * What changed in each object of a run on its way: between the run's vault, which has it as it was
 * at the source, and what the plan makes of it. Touches no cluster.
 */
public final class VaultedDifferences {

  private VaultedDifferences() {}

  /** Of all objects in the vault; of none when the run has no vault that can be read. */
  public static Diffs of(RunDirectory run, Plan plan) {
    Optional<Vault> vault = vault(run);
    if (vault.isEmpty()) {
      return Diffs.none();
    }
    TargetDefinitions definitions = new TargetDefinitions(plan.settings());
    return object -> lines(vault.get(), definitions, object, plan.settings());
  }

  private static List<String> lines(
      Vault vault, TargetDefinitions definitions, PlannedObject object, Migration migration) {
    try {
      Optional<Manifest> source = vault.read(object.ref());
      return source
          .map(s -> DiffText.lines(s, definitions.of(s, object.apiVersion()), migration))
          .orElse(List.of());
    } catch (ProblemException e) {
      // A damaged vault is told by those who need it; a report shows what can be read.
      return List.of();
    }
  }

  private static Optional<Vault> vault(RunDirectory run) {
    try {
      return run.vault();
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }
}
