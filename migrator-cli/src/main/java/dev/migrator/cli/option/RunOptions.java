package dev.migrator.cli.option;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.RunDirectory;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which run. */
public final class RunOptions {

  @Parameters(paramLabel = "RUN", description = "The run: its id, its folder, or latest.")
  private String run = "";

  @Mixin private StateOptions state = new StateOptions();

  private Optional<RunDirectory> found = Optional.empty();

  /** The run's folder; the same one however often it is asked for. Errors: M1006. */
  public RunDirectory find(Environment environment) {
    RunDirectory directory = found.orElseGet(() -> state.find(environment, run));
    found = Optional.of(directory);
    return directory;
  }
}
