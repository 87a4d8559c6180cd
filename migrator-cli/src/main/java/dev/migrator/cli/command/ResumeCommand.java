package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.MoveOptions;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.RunDirectory;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanHeader;
import dev.migrator.runbook.Moving;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goes on with a run after a failure, an interruption or a crash. */
@Command(
    name = "resume",
    description = "Goes on with a run after a failure, an interruption or a crash.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Looks at both clusters first; what is done is not done again. Asks nothing but at gates.",
      "",
      "Examples:",
      "  migrator resume latest",
      "  migrator resume r-7f3a --approve-gate afterCopy"
    })
public final class ResumeCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private MoveOptions options = new MoveOptions();

  ResumeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    RunDirectory directory = run.find(surroundings);
    Plan plan = PlanFiles.parse(directory.plan());
    ApplyCommand.requireGates(plan, options.approvedGates());
    surroundings.console().say(PlanHeader.fromTo(plan));
    return new MovingSession(surroundings, directory, plan, options)
        .run(
            "resume",
            clusters
                .orElse(directory.run().source(), directory.run().target())
                .absolute(surroundings::path),
            Moving::resume);
  }
}
