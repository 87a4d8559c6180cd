package dev.migrator.cli.option;

import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.RunDirectory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which run. */
public final class RunOptions {

  @Parameters(paramLabel = "RUN", description = "The run: its id, its folder, or latest.")
  private String run = "";

  @Mixin private StateOptions state = new StateOptions();

  /** The run's folder. Errors: M1006. */
  public RunDirectory find(Surroundings surroundings) {
    return state.find(surroundings, run);
  }
}
