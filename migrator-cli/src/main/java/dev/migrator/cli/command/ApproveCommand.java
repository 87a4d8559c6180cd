package dev.migrator.cli.command;

import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.output.RunStatus;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Opens a gate from another terminal. */
@Command(
    name = "approve",
    description = {
      "Opens a gate, from another terminal than the one that the run works at.",
      "A run that waits there goes on; one that ended there opens it when it is resumed."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator approve latest",
      "  migrator approve r-7f3a --gate afterCopy"
    })
public final class ApproveCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();

  @Option(
      names = "--gate",
      paramLabel = "GATE",
      description = "The gate; else the one that the run waits at.")
  private Optional<String> gate = Optional.empty();

  ApproveCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    RunDirectory directory = run.find(environment);
    Plan plan = PlanFiles.of(directory);
    gate.ifPresent(named -> ApplyCommand.requireGates(plan, Set.of(named)));
    String opened =
        gate.or(() -> waiting(directory, plan)).orElseThrow(() -> nothingWaits(directory));
    new Approvals(environment.disk(), directory).give(opened, environment.process());
    environment.console().print("Gate " + opened + " of run " + directory.run().id() + " is open.");
    environment
        .console()
        .say("Next:  migrator resume " + directory.run().id() + "   (unless it is at work)");
    return 0;
  }

  private static Optional<String> waiting(RunDirectory directory, Plan plan) {
    JournalState state =
        directory.hasJournal() ? directory.readJournal().state() : JournalState.of(List.of());
    return new RunStatus(plan, state).waitingGate();
  }

  private static RuntimeException nothingWaits(RunDirectory directory) {
    return Problem.of(
            ErrorCode.M1001,
            "run " + directory.run().id() + " waits at no gate",
            "to open one beforehand, name it with --gate",
            "migrator status " + directory.run().id())
        .exception();
  }
}
