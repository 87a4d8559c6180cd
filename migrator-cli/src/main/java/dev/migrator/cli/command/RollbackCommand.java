package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.MoveOptions;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.execute.Rollback;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanFile;
import dev.migrator.report.PlanReport;
import dev.migrator.runbook.RollingBack;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a run back, or plans the way back. */
@Command(
    name = "rollback",
    description = "Takes a run back that deleted nothing yet, or plans the way back.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Before the first deletion at the source: what was stopped there goes on, and what was"
          + " copied",
      "is removed from the target where nobody changed it. After it: --backward writes a plan that",
      "hands back what was handed over, by the same protocol; look at it and apply it.",
      "",
      "Examples:",
      "  migrator rollback latest",
      "  migrator rollback latest --backward --plan-file back.plan.yaml"
    })
public final class RollbackCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private MoveOptions options = new MoveOptions();

  @Option(names = "--backward", description = "Plan the way back of what was handed over.")
  private boolean backward;

  @Option(
      names = "--plan-file",
      paramLabel = "FILE",
      description = "Where --backward saves its plan (default: back.plan.yaml).")
  private Optional<String> planFile = Optional.empty();

  RollbackCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    RunDirectory directory = run.find(surroundings);
    Plan plan = PlanFiles.parse(directory.plan());
    ClusterOptions.Pair logins =
        clusters
            .orElse(directory.run().source(), directory.run().target())
            .absolute(surroundings::path);
    if (!directory.hasJournal()) {
      throw Problem.of(
              ErrorCode.M1006,
              "run " + directory.run().id() + " has changed nothing",
              "there is nothing to take back")
          .exception();
    }
    return backward ? plan(directory, plan, logins) : rollback(directory, plan, logins);
  }

  private int rollback(RunDirectory directory, Plan plan, ClusterOptions.Pair logins) {
    Console console = surroundings.console();
    JournalState journal = directory.readJournal().state();
    console.say(new PlanReport(plan).summary());
    if (Rollback.deleted(plan, journal).isEmpty()) {
      console.say(
          "Run %s is taken back: %d objects are set back at %s, and its copies are removed from %s."
              .formatted(
                  directory.run().id(),
                  Rollback.stopped(plan, journal).size(),
                  plan.source().context(),
                  plan.target().context()));
      String again = "migrator rollback " + directory.run().id() + " --yes";
      if (!Confirmation.given(console, options.yes(), again)) {
        return ErrorCode.Category.BLOCKED.exitCode();
      }
    }
    return new MovingSession(surroundings, directory, plan, options)
        .run("rollback", logins, RollingBack::rollback);
  }

  private int plan(RunDirectory directory, Plan plan, ClusterOptions.Pair logins) {
    Plan back;
    try (OpenClusters open = OpenClusters.of(surroundings, logins, plan.settings().limits())) {
      back =
          RollingBack.backward(open.source(), open.target(), plan, directory.readJournal().state());
    }
    String name = planFile.orElse("back.plan.yaml");
    StringBuilder text = new StringBuilder();
    PlanFile.write(back, text);
    PlanFiles.write(surroundings, name, text);
    Console console = surroundings.console();
    new PlanReport(back).lines().forEach(console.out()::println);
    console.out().flush();
    console.say(
        "Saved %s: the way back, from %s to %s.  Next:  migrator apply %s"
            .formatted(
                Shell.word(name),
                back.source().context(),
                back.target().context(),
                Shell.word(name)));
    return back.isBlocked() ? ErrorCode.Category.BLOCKED.exitCode() : 0;
  }
}
