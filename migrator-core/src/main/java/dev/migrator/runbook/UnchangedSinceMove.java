package dev.migrator.runbook;

import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.Origin;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.Optional;

/** Whether an object at the source still is what moved; its status and the like do not count. */
record UnchangedSinceMove(Vault vault, TargetDefinitions definitions) {

  static UnchangedSinceMove of(RunDirectory directory, Plan plan) {
    return new UnchangedSinceMove(
        directory.vault().orElseThrow(), new TargetDefinitions(plan.settings()));
  }

  /** What happened to it, in words; empty when it is as it was, or was put back so. */
  Optional<String> changed(PlannedObject object, Manifest live) {
    boolean same =
        (live.uid().equals(object.uid()) || Origin.isOf(live, object.uid()))
            && vault
                .read(object.ref())
                .filter(was -> digest(was, object).equals(digest(live, object)))
                .isPresent();
    return same ? Optional.empty() : Optional.of("changed at the source since it moved");
  }

  private Digest digest(Manifest at, PlannedObject object) {
    return Digest.of(definitions.of(at, object.apiVersion()).body().tree());
  }
}
