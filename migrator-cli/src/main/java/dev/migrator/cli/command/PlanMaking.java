package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.PlanningChoices;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.plan.Plan;
import dev.migrator.runbook.MoverFolder;
import dev.migrator.runbook.Planning;
import dev.migrator.runbook.PlanningOptions;
import java.nio.charset.StandardCharsets;

/** Makes a plan from what the command line says. Reads both clusters and writes to none. */
final class PlanMaking {

  private PlanMaking() {}

  /**
   * Makes the plan.
   *
   * <p>Errors: M1001 and M1002 before any cluster is asked; those of opening clusters; those of
   * {@link Planning}.
   */
  static Plan plan(
      Environment environment,
      ClusterOptions clusters,
      PlanningChoices choices,
      PlanningOptions options) {
    Migration migration = choices.decide(read(environment, choices));
    ClusterOptions.Pair logins = clusters.required();
    try (OpenClusters open = OpenClusters.of(environment, logins, migration.limits())) {
      if (environment.console().terminal().err()) {
        environment
            .console()
            .say(
                "Reading %s and %s; nothing is changed."
                    .formatted(logins.source().context(), logins.target().context()));
      }
      return Planning.plan(open.source(), open.target(), migration, options);
    }
  }

  private static Migration read(Environment environment, PlanningChoices choices) {
    return choices
        .file()
        .map(
            file ->
                MoverFolder.withMovers(
                    MigrationFile.read(
                        new String(
                            PlanFiles.bytes(environment, file, ErrorCode.M1002),
                            StandardCharsets.UTF_8)),
                    environment.path(file).resolveSibling("")))
        .orElseGet(Migration::defaults);
  }
}
