package dev.migrator.cli.command;

import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.file.Path;

/** Puts a damaged journal aside, so that a new one can be begun. */
final class JournalAside {

  private JournalAside() {}

  /**
   * Keeps the journal as {@code journal.damaged}; does nothing where there is none.
   *
   * <p>Errors: M1001 when the journal is whole: then nothing is to be made again.
   */
  static void move(Surroundings surroundings, RunDirectory directory) {
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
    Path aside = directory.journalFile().resolveSibling("journal.damaged");
    try {
      surroundings.disk().move(directory.journalFile(), aside);
      surroundings.disk().sync(directory.root());
      surroundings.console().say("The damaged journal is kept as " + aside + ".");
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M2105, "the damaged journal cannot be put aside", String.valueOf(e))
          .exception();
    }
  }

  private static boolean isWhole(RunDirectory directory) {
    try {
      return directory.readJournal().torn() >= 0;
    } catch (ProblemException e) {
      return false;
    }
  }
}
