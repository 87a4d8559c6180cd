package dev.migrator.cli.command;

import dev.migrator.cli.output.Console;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.report.Printable;

/** A person's yes to something that cannot be taken back. */
final class Confirmation {

  private Confirmation() {}

  /**
   * Asks, unless yes was said on the command line.
   *
   * <p>Errors: M1001 when nobody is there to ask.
   *
   * @param command that says yes, for whoever runs it without a terminal
   */
  static boolean given(Console console, boolean yes, String command) {
    return yes || typed(console, "yes", command);
  }

  /** Asks for this word, and says that nothing was done when another one is typed. */
  static boolean typed(Console console, String word, String command) {
    if (!console.terminal().in()) {
      throw Problem.of(
              ErrorCode.M1001,
              "nobody is there to say yes",
              "the standard input is no terminal",
              command)
          .exception();
    }
    boolean said =
        console
            .ask("Type " + Printable.of(word) + " to begin: ")
            .filter(answer -> answer.strip().equals(word))
            .isPresent();
    if (!said) {
      console.say("Nothing was done.");
    }
    return said;
  }
}
