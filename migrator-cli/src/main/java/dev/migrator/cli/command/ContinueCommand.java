package dev.migrator.cli.command;

import dev.migrator.model.Problem;
import java.util.List;

/**
 * The command that goes on with what a process began: a rollback is not gone on with by resume.
 *
 * @param verb such as {@code resume}
 * @param option that the verb had, with a space before it; may be empty
 */
record ContinueCommand(String verb, String option, String run) {

  private static final String GENERAL = "migrator resume RUN";

  /**
   * After this command.
   *
   * @param command such as {@code apply}, or {@code rollback --backward}
   */
  static ContinueCommand after(String command, String run) {
    if (command.equals("apply")) {
      return new ContinueCommand("resume", "", run);
    }
    int end = command.indexOf(' ') < 0 ? command.length() : command.indexOf(' ');
    return new ContinueCommand(command.substring(0, end), command.substring(end), run);
  }

  String command() {
    return "migrator " + verb + " " + run + option;
  }

  boolean isIn(List<String> commands) {
    return commands.stream().anyMatch(next -> next.contains("migrator " + verb));
  }

  /** With commands that can be typed as they are, where the core knows neither run nor command. */
  Problem in(Problem problem) {
    List<String> next =
        problem.next().stream()
            .map(
                line ->
                    line.equals(GENERAL) || line.startsWith(GENERAL + "   ")
                        ? line.replace(GENERAL, command())
                        : line.replaceAll("\\bRUN\\b", run))
            .toList();
    return new Problem(problem.code(), problem.what(), problem.why(), problem.state(), next);
  }
}
