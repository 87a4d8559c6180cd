package dev.migrator.cli.wiring;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Runs the programs that a user named: commands at gates and of hooks. */
@FunctionalInterface
public interface Programs {

  /**
   * Runs a program, without a shell, until it ends, is no longer wanted, or takes too long. Ended
   * is also what it started, as long as it is still known to be of its family.
   *
   * <p>Errors: {@link IOException} when it cannot be started.
   *
   * @param unwanted asked now and then; the program is ended when true
   */
  Ended run(Command command, BooleanSupplier unwanted) throws IOException, InterruptedException;

  /** Ends every program that still runs: for when this process is about to be gone. */
  default void endAll() {}

  /**
   * What is to be run.
   *
   * @param more environment variables, added to ours
   * @param input for its standard input; empty for none
   * @param timeout empty for as long as it takes
   */
  record Command(
      List<String> argv, Map<String, String> more, String input, Optional<Duration> timeout) {
    public Command {
      argv = List.copyOf(argv);
      more = Map.copyOf(more);
    }
  }

  /**
   * How a program ended.
   *
   * @param said what it said on both its streams, up to a bound
   * @param lastWords the end of it
   */
  record Ended(int exitCode, boolean tookTooLong, String said, List<String> lastWords) {
    public Ended {
      lastWords = List.copyOf(lastWords);
    }
  }
}
