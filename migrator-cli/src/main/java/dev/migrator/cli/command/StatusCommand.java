package dev.migrator.cli.command;

import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.output.AfterTheRun;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.LiveRegion;
import dev.migrator.cli.output.RunStatus;
import dev.migrator.cli.output.StatusReport;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.Signals;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.plan.Plan;
import dev.migrator.report.DataUnderWay;
import dev.migrator.runbook.RunHistory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says where a run is. Reads the run's folder only. */
@Command(
    name = "status",
    description = "Says where a run is: from its journal, without asking a cluster.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator status latest",
      "  migrator status r-7f3a --watch",
      "  migrator status latest -o json"
    })
public final class StatusCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private FormOption form = new FormOption();

  @Option(names = "--watch", description = "Look again each second until the run ends.")
  private boolean watch;

  StatusCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunDirectory directory = run.find(environment);
    Plan plan = PlanFiles.of(directory);
    if (watch) {
      return watch(directory, plan);
    }
    show(report(directory, plan, LaterRuns.of(directory, plan)));
    return 0;
  }

  private void show(StatusReport report) {
    Console console = environment.console();
    if (form.form().isPresent()) {
      console.document(form.form().get(), report.head(), report.lists());
    } else {
      console.print(report.lines().stream());
    }
  }

  /** On a terminal drawn over itself; elsewhere, and for machines, again at each change. */
  private int watch(RunDirectory directory, Plan plan) throws InterruptedException {
    CompletableFuture<Signals.Signal> stop = new CompletableFuture<>();
    boolean live = environment.console().terminal().err() && form.form().isEmpty();
    List<String> before = List.of();
    Signals.Watch signals = environment.signals().watch(stop::complete);
    try (LiveRegion screen = new LiveRegion(environment.console())) {
      for (StatusReport report = report(directory, plan, AfterTheRun.only(directory.worker()));
          !report.isEnded();
          report = report(directory, plan, AfterTheRun.only(directory.worker()))) {
        if (live) {
          screen.draw(report.lines());
        } else if (!report.lines().equals(before)) {
          show(report);
        }
        before = report.lines();
        if (environment.time().await(stop, LOOK).isPresent()) {
          return stop.join().exitCode();
        }
      }
    } finally {
      signals.close();
    }
    show(report(directory, plan, LaterRuns.of(directory, plan)));
    return 0;
  }

  /**
   * Reads the journal anew, and the events where data is carried; never takes a lock, so whoever
   * works on the run is not disturbed.
   */
  private StatusReport report(RunDirectory directory, Plan plan, AfterTheRun since) {
    JournalState state =
        directory.hasJournal() ? directory.readJournal().state() : JournalState.of(List.of());
    List<DataUnderWay> data =
        since.worker().isEmpty()
            ? List.of()
            : DataUnderWay.of(plan, () -> RunHistory.of(environment.disk(), directory, plan));
    return new StatusReport(directory.run(), new RunStatus(plan, state), since, data);
  }
}
