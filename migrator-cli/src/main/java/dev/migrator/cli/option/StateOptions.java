package dev.migrator.cli.option;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where runs are remembered. */
public final class StateOptions {

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = ".migrator",
      description = "Where runs are remembered (default: ${DEFAULT-VALUE}; MIGRATOR_STATE_DIR).")
  private String stateDirectory = ".migrator";

  /**
   * The folder of all runs.
   *
   * <p>Errors: M1009 when it is a link: whoever can make one could have the vault, which holds
   * Secrets, written or read elsewhere.
   */
  public Path directory(Environment environment) {
    Path directory = environment.path(stateDirectory);
    if (Files.isSymbolicLink(directory)) {
      throw Problem.of(
              ErrorCode.M1009,
              directory + " is a symbolic link",
              "what is behind it may belong to another user, and the runs in it hold Secrets",
              "migrator ... --state-dir FOLDER   (the folder itself)")
          .exception();
    }
    return directory;
  }

  /**
   * The run that the words mean: an id, a folder or {@code latest}, of which it is said which run
   * that is where it could be another. Errors: M1006.
   */
  public RunDirectory find(Environment environment, String wanted) {
    Path directory = directory(environment);
    return Optional.of(wanted)
        .filter(RunDirectory.LATEST::equals)
        .flatMap(latest -> LatestRun.of(environment, directory))
        .orElseGet(() -> RunDirectory.find(environment.disk(), directory, wanted));
  }
}
