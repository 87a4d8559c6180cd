package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Environment;
import dev.migrator.journal.DiskTrouble;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Puts a damaged journal aside, so that a new one can be begun. */
final class DamagedJournal {

  private DamagedJournal() {}

  /**
   * Keeps the journal as {@code journal.damaged}; does nothing where there is none.
   *
   * <p>Errors: M1001 when the journal is whole: then nothing is to be made again; M1301 when
   * another process works on the run.
   */
  static void move(Environment environment, RunDirectory directory) {
    if (!directory.hasJournal()) {
      return;
    }
    if (isWhole(directory)) {
      throw Problem.of(
              ErrorCode.M1001,
              "the journal of run " + directory.run().id() + " is whole",
              "what it says is better than what can be guessed",
              "migrator resume " + directory.run().id())
          .exception();
    }
    // Held by whoever writes it at this moment, it is not ours to move.
    try {
      Closeable alone = directory.lock(environment.process() + " (resume)");
      try {
        put(environment, directory);
      } finally {
        alone.close();
      }
    } catch (IOException e) {
      throw unmoved(e);
    }
  }

  private static void put(Environment environment, RunDirectory directory) throws IOException {
    Path aside = directory.journalFile().resolveSibling("journal.damaged");
    environment.disk().move(directory.journalFile(), aside);
    environment.disk().sync(directory.root());
    environment.console().say("The damaged journal is kept as " + aside + ".");
  }

  private static ProblemException unmoved(IOException e) {
    return Problem.of(
            ErrorCode.M2105, "the damaged journal cannot be put aside", DiskTrouble.words(e))
        .exception();
  }

  private static boolean isWhole(RunDirectory directory) {
    try {
      // With a whole vault behind it, a journal that does not know of one has lost its records.
      return directory.readJournal().state().vaulted() || directory.vault().isEmpty();
    } catch (ProblemException e) {
      return false;
    }
  }
}
