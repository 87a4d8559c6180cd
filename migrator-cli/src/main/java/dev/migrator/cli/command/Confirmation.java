package dev.migrator.cli.command;

import dev.migrator.cli.option.Settings;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.Printable;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.Shell;
import java.util.List;
import java.util.stream.Stream;

/** A person's yes to something that cannot be taken back. */
final class Confirmation {

  private static final int MOST_LINES = 30;

  private Confirmation() {}

  /**
   * What is told by name before the question, so that the question stays in sight.
   *
   * @param all that tells the rest
   */
  static List<String> shortened(List<String> lines, String all) {
    return lines.size() <= MOST_LINES
        ? lines
        : Stream.concat(lines.stream().limit(MOST_LINES), Stream.of("  and more:  " + all))
            .toList();
  }

  /**
   * The cluster that is about to be changed.
   *
   * @param side {@code source} or {@code target}
   * @param named whether it was named on the command line
   */
  record Changed(String side, String context, boolean named) {}

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

  /**
   * Asks before a cluster is changed, unless yes was said on the command line. Where the settings
   * protect the cluster its name must be typed, or be named beside yes.
   *
   * <p>Errors: M1001 when nobody is there to ask, or when yes alone does not do.
   *
   * @param command without {@code --yes}, for whoever runs it without a terminal
   */
  static boolean given(Environment environment, Changed cluster, boolean yes, String command) {
    boolean isProtected = new Settings(environment).isProtected(cluster.context());
    if (yes && isProtected && !cluster.named()) {
      throw Problem.of(
              ErrorCode.M1001,
              "the %s %s is protected: --yes alone does not do"
                  .formatted(cluster.side(), cluster.context()),
              "the settings name it among protectedTargets",
              "%s --yes --%s-context %s"
                  .formatted(command, cluster.side(), Shell.word(cluster.context())))
          .exception();
    }
    return yes
        || typed(
            environment.console(), isProtected ? cluster.context() : "yes", command + " --yes");
  }

  /** Asks for this word, and says that nothing was done when another one is typed. */
  private static boolean typed(Console console, String word, String command) {
    if (!console.terminal().in()) {
      throw Problem.of(
              ErrorCode.M1001,
              "no terminal: pass --yes",
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
