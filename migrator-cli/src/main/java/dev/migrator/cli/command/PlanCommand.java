package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.PlanningChoices;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.ProblemOutput;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.report.Blockers;
import dev.migrator.report.Listing;
import dev.migrator.report.PlanReport;
import dev.migrator.report.PlanView;
import dev.migrator.runbook.PlanningOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a plan from two clusters, and changes neither. */
@Command(
    name = "plan",
    description = "Makes a plan from two clusters, and changes neither.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 the plan is made; 2 it would change something (with --detailed-exitcode);",
      "  10 it is made, but blocked; 13 a cluster is unreachable or lets us not in.",
      "",
      "Examples:",
      "  migrator plan --source-context old --target-context new -o move.plan.yaml",
      "  migrator plan --source-context old --target-context new -f migration.yaml --prove",
      "  migrator plan --source-context old --target-context new -o move.plan.yaml -o json"
    })
public final class PlanCommand implements Callable<Integer> {

  /** Exit code of {@code --detailed-exitcode} when something is to be changed. */
  static final int CHANGES_PENDING = 2;

  private final Environment environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private PlanningChoices choices = new PlanningChoices();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE|json|yaml",
      description =
          "Save the plan to this file; json or yaml: print it for machines. May be given twice.")
  private List<String> outputs = new ArrayList<>();

  @Option(
      names = "--prove",
      description = "Send every create to the target as a dry run, and say what is not proven.")
  private boolean prove;

  @Option(names = "--no-advice", description = "Leave out the advice of the eight factors.")
  private boolean noAdvice;

  @Option(
      names = "--detailed-exitcode",
      description = "Exit with 2 when the plan would change something.")
  private boolean detailedExitCode;

  PlanCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Optional<Listing.Form> form = form();
    Optional<String> file = file();
    file.ifPresent(name -> PlanFiles.requireWritable(environment, name));
    Optional<PlanKeyFiles> key = file.map(name -> PlanKeyFiles.toWrite(environment, name));
    PlanningOptions options = choices.options(prove).withKey(key.map(PlanKeyFiles::key));
    Plan plan =
        PlanMaking.plan(
            environment, clusters, choices, noAdvice ? options.withoutAdvice() : options);
    key.ifPresent(k -> k.keepFor(plan));
    file.ifPresent(name -> save(plan, name));
    show(plan, form);
    return end(plan, file);
  }

  private Optional<Listing.Form> form() {
    List<Listing.Form> forms =
        outputs.stream().flatMap(o -> FormOption.ofWord(o).stream()).distinct().toList();
    return atMostOne(forms, "two forms");
  }

  private Optional<String> file() {
    return atMostOne(
        outputs.stream().filter(o -> FormOption.ofWord(o).isEmpty()).distinct().toList(),
        "two files");
  }

  private <T> Optional<T> atMostOne(List<T> given, String what) {
    if (given.size() > 1) {
      throw Problem.of(
              ErrorCode.M1001,
              "-o was given " + what,
              "one plan goes to one file, and is printed in one form: " + outputs,
              "migrator plan --help")
          .exception();
    }
    return given.stream().findFirst();
  }

  private void save(Plan plan, String name) {
    StringBuilder text = new StringBuilder();
    PlanFile.write(plan, text);
    PlanFiles.write(environment, name, text);
  }

  private void show(Plan plan, Optional<Listing.Form> form) {
    Console console = environment.console();
    if (form.isEmpty()) {
      console.print(PlanHeader.of(plan).stream());
    } else {
      PlanView view = new PlanView(plan);
      console.document(form.get(), view.head(), view.lists());
      console.say(new PlanReport(plan).summary());
    }
  }

  private int end(Plan plan, Optional<String> file) {
    Console console = environment.console();
    String name = file.map(Shell::word).orElse("");
    Optional<Problem> blocked = Blockers.of(plan, file.isEmpty() ? "" : "migrator show " + name);
    if (blocked.isPresent()) {
      file.ifPresent(saved -> console.say("Saved " + name + ", for review; it cannot be applied."));
      ProblemOutput.say(console, new Advice(environment, spec.commandLine()).in(blocked.get()));
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    console.say(
        file.isPresent()
            ? "Saved " + name + ".  Next:  migrator apply " + name
            : "Nothing was saved: give a file with -o move.plan.yaml.");
    return detailedExitCode && new PlanReport(plan).changesAnything() ? CHANGES_PENDING : 0;
  }
}
