package dev.migrator.cli.command;

import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.StateOptions;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.RunDirectory;
import dev.migrator.report.Diffs;
import dev.migrator.report.Listing;
import dev.migrator.report.ReportView;
import dev.migrator.report.RunReport;
import dev.migrator.report.RunText;
import dev.migrator.runbook.VaultedDifferences;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells how a run went, or what a plan would do. Touches no cluster. */
@Command(
    name = "report",
    description = "Tells how a run went, or what a plan would do. Touches no cluster.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The HTML is one file that asks for nothing from anywhere.",
      "",
      "Examples:",
      "  migrator report latest",
      "  migrator report latest -o json",
      "  migrator report latest --html",
      "  migrator report move.plan.yaml -o move.html"
    })
public final class ReportCommand implements Callable<Integer> {

  private final Environment environment;

  @Parameters(paramLabel = "RUN|PLAN", description = "A run's id, its folder, latest, or a plan.")
  private String subject = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "json|yaml|FILE",
      description = "Print it for machines; or write it as HTML to this file.")
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--html",
      description =
          "Write the report as HTML: report.html in the run's folder, or beside the plan.")
  private boolean html;

  @Mixin private StateOptions state = new StateOptions();

  ReportCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Optional<RunDirectory> run = run();
    RunReport report = run.map(this::ofRun).orElseGet(this::ofPlan);
    Optional<Listing.Form> form = output.flatMap(FormOption::ofWord);
    if (form.isPresent()) {
      ReportView view = new ReportView(report);
      environment.console().document(form.get(), view.head(), view.lists());
    }
    if (html || (output.isPresent() && form.isEmpty())) {
      Path file =
          output
              .filter(name -> form.isEmpty())
              .map(environment::path)
              .orElseGet(
                  () ->
                      run.map(r -> r.root().resolve("report.html"))
                          .orElseGet(() -> beside(environment.path(subject))));
      ReportFile.write(
          environment, file, report, run.map(r -> differences(r, report)).orElseGet(Diffs::none));
      environment.console().say("Saved " + file);
    } else if (form.isEmpty()) {
      environment.console().print(RunText.lines(report).stream());
    }
    return 0;
  }

  /** A file that is there and no run's folder is a plan. */
  private Optional<RunDirectory> run() {
    Path path = environment.path(subject);
    boolean isThere = environment.disk().exists(path);
    if (isThere && !environment.disk().exists(path.resolve("run.json"))) {
      return Optional.empty();
    }
    return Optional.of(state.find(environment, isThere ? path.toString() : subject));
  }

  private static Diffs differences(RunDirectory run, RunReport report) {
    return VaultedDifferences.of(run, report.plan());
  }

  private RunReport ofRun(RunDirectory run) {
    return ReportFile.ofRun(environment, run, PlanFiles.of(run));
  }

  private RunReport ofPlan() {
    return RunReport.ofPlan(subject, PlanFiles.read(environment, subject));
  }

  private static Path beside(Path plan) {
    String name = plan.getFileName() == null ? "plan" : plan.getFileName().toString();
    return plan.resolveSibling(name.replaceFirst("\\.ya?ml$", "") + ".html");
  }
}
