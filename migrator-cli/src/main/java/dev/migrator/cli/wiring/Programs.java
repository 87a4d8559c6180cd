package dev.migrator.cli.wiring;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Runs the programs that a user named: commands at gates. */
public interface Programs {

  /**
   * Runs a program, without a shell, until it ends or is no longer wanted.
   *
   * <p>Errors: {@link IOException} when it cannot be started.
   *
   * @param more environment variables, added to ours
   * @param unwanted asked now and then; the program is ended when true
   */
  Ended run(List<String> argv, Map<String, String> more, BooleanSupplier unwanted)
      throws IOException, InterruptedException;

  /**
   * How a program ended.
   *
   * @param lastWords the end of what it said on both its streams
   */
  record Ended(int exitCode, List<String> lastWords) {
    public Ended {
      lastWords = List.copyOf(lastWords);
    }
  }
}
