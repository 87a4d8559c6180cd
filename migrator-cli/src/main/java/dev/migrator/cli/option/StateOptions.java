package dev.migrator.cli.option;

import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.RunDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where runs are remembered. */
public final class StateOptions {

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = ".migrator",
      description = "Where runs are remembered (default: ${DEFAULT-VALUE}; MIGRATOR_STATE_DIR).")
  private String stateDirectory = ".migrator";

  public Path directory(Surroundings surroundings) {
    return surroundings.path(stateDirectory);
  }

  /** The run that the words mean: an id, a folder or {@code latest}. Errors: M1006. */
  public RunDirectory find(Surroundings surroundings, String wanted) {
    return RunDirectory.find(surroundings.disk(), directory(surroundings), wanted);
  }
}
