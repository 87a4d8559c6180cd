package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.PlanningChoices;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.RunFile;
import dev.migrator.plan.Plan;
import dev.migrator.report.ClassTable;
import dev.migrator.report.Listing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what each object is protected from, and why. Changes nothing. */
@Command(
    name = "classify",
    description = {
      "Shows what each object is protected from, and the rule that says so. Changes nothing.",
      "Looks at a plan, or else at the two clusters."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator classify --source-context old --target-context new",
      "  migrator classify move.plan.yaml --unlabelled"
    })
public final class ClassifyCommand implements Callable<Integer> {

  private final Environment environment;

  @Parameters(paramLabel = "PLAN", arity = "0..1", description = "A plan file.")
  private Optional<String> file = Optional.empty();

  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private PlanningChoices choices = new PlanningChoices();
  @Mixin private FormOption form = new FormOption();

  @Option(
      names = "--unlabelled",
      description =
          "Only workloads without a label of their own, and what is undecided: for each the"
              + " command that labels it.")
  private boolean unlabelled;

  ClassifyCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Plan plan =
        file.map(name -> PlanFiles.read(environment, name))
            .orElseGet(
                () -> PlanMaking.plan(environment, clusters, choices, choices.options(false)));
    ClassTable table = new ClassTable(plan);
    List<ClassTable.Row> rows = unlabelled ? table.unlabelled() : table.rows();
    Console console = environment.console();
    if (form.form().isPresent()) {
      console.document(
          form.form().get(),
          Listing.head("Classification")
              .put("source", plan.source().context())
              .put("target", plan.target().context()),
          Map.of("objects", rows.stream().map(ClassTable::json)));
    } else if (unlabelled) {
      String login = OpenClusters.kubectl(source(plan));
      console.copy(rows.stream().flatMap(row -> table.command(row, login)));
    } else {
      console.print(ClassTable.lines(rows));
    }
    return 0;
  }

  private RunFile.Login source(Plan plan) {
    RunFile.Login ofPlan = new RunFile.Login(Optional.empty(), plan.source().context());
    return clusters
        .orElse(ofPlan, new RunFile.Login(Optional.empty(), plan.target().context()))
        .source();
  }
}
