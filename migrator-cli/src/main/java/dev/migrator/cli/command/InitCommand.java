package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.PlanningChoices;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import dev.migrator.report.MigrationDraft;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a migration file to begin with. */
@Command(
    name = "init",
    description = {
      "Writes a migration file with comments, from what is in the source. Changes no cluster.",
      "It decides nothing: as it is, it means what no file means."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator init --source-context old --target-context new",
      "  migrator init --source-context old --target-context new -o -"
    })
public final class InitCommand implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";

  private final Environment environment;

  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private PlanningChoices choices = new PlanningChoices();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "migration.yaml",
      description = "The file to write; - prints it (default: ${DEFAULT-VALUE}).")
  private String output = "migration.yaml";

  @Option(names = "--force", description = "Write over a file that is there already.")
  private boolean force;

  InitCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    boolean print = output.equals(STANDARD_OUTPUT);
    if (!print && !force && environment.disk().exists(environment.path(output))) {
      throw Problem.of(
              ErrorCode.M1001,
              output + " is there already",
              "an existing file is not overwritten",
              "migrator ... --force",
              "migrator ... -o another.yaml")
          .exception();
    }
    if (!print) {
      PlanFiles.requireWritable(environment, output);
    }
    Plan plan = PlanMaking.plan(environment, clusters, choices, choices.options(false));
    List<String> lines = MigrationDraft.of(plan);
    if (print) {
      environment.console().copy(lines.stream());
      return 0;
    }
    PlanFiles.write(environment, output, String.join("\n", lines) + "\n");
    environment
        .console()
        .say(
            "Wrote %s: look at it.  Next:  migrator plan %s -f %s -o move.plan.yaml"
                .formatted(Shell.word(output), clusters.required().options(), Shell.word(output)));
    return 0;
  }
}
