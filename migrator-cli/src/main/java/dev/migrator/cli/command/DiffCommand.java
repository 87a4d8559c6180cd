package dev.migrator.cli.command;

import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.report.Listing;
import dev.migrator.report.PlanDiff;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two plans. Touches no cluster. */
@Command(
    name = "diff",
    description = "Says what is different between two plans. Touches no cluster.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator diff yesterday.plan.yaml today.plan.yaml",
      "  migrator diff a.plan.yaml b.plan.yaml --detailed-exitcode"
    })
public final class DiffCommand implements Callable<Integer> {

  private final Environment environment;

  @Parameters(index = "0", paramLabel = "EARLIER", description = "A plan file.")
  private String earlier = "";

  @Parameters(index = "1", paramLabel = "LATER", description = "Another plan file.")
  private String later = "";

  @Mixin private FormOption form = new FormOption();

  @Option(names = "--detailed-exitcode", description = "Exit with 2 when the plans are different.")
  private boolean detailedExitCode;

  DiffCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PlanDiff diff =
        PlanDiff.of(PlanFiles.read(environment, earlier), PlanFiles.read(environment, later));
    Console console = environment.console();
    if (form.form().isPresent()) {
      console.document(
          form.form().get(),
          Listing.head("PlanDiff")
              .put("earlier", earlier)
              .put("later", later)
              .put("same", diff.isEmpty()),
          Map.of("changes", diff.changes().stream().map(PlanDiff::json)));
    } else if (diff.isEmpty()) {
      console.say("Both plans say the same.");
    } else {
      console.copy(diff.lines());
    }
    return detailedExitCode && !diff.isEmpty() ? PlanCommand.CHANGES_PENDING : 0;
  }
}
