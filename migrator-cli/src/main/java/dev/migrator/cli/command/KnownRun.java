package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.IdentityOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.VaultKeys;
import dev.migrator.plan.Plan;
import dev.migrator.report.Listing;

/**
 * A run that was begun before, with its plan and the way to its clusters.
 *
 * @param logins as given now, and where nothing was given as {@code apply} was told
 */
record KnownRun(RunDirectory directory, Plan plan, ClusterOptions.Pair logins) {

  /** Errors: M1006 no such run, M1003 its plan was changed. */
  static KnownRun of(Environment environment, RunOptions run, ClusterOptions clusters) {
    RunDirectory directory = run.find(environment);
    return new KnownRun(
        directory,
        PlanFiles.of(directory),
        clusters
            .orElse(directory.run().source(), directory.run().target())
            .absolute(environment::path));
  }

  /** The same run, for somebody who has these identities, if any, to its vault. */
  KnownRun with(IdentityOption identity, Environment environment) {
    return new KnownRun(
        directory.with(
            VaultKeys.of(directory.run().vaultRecipients(), identity.identities(environment))),
        plan,
        logins);
  }

  String id() {
    return directory.run().id();
  }

  /** Opens both clusters. */
  OpenClusters open(Environment environment) {
    return OpenClusters.of(environment, logins, plan.settings().limits());
  }

  /** The head of a document about the run: its id, and the contexts that the plan names. */
  ObjectNode head(String kind) {
    return Listing.head(kind)
        .put("run", id())
        .put("source", plan().source().context())
        .put("target", plan().target().context());
  }
}
