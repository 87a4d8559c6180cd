package dev.migrator.cli.output;

import dev.migrator.model.Problem;
import dev.migrator.report.ProblemText;
import java.util.ArrayList;
import java.util.List;

/** Shows problems on the terminal. */
public final class ProblemOutput {

  private ProblemOutput() {}

  /** Says the problem on the error stream, its first line in red. */
  public static void say(Console console, Problem problem) {
    List<String> lines = new ArrayList<>(ProblemText.lines(problem));
    lines.set(0, Style.ERROR.on(console.terminal(), lines.getFirst()));
    console.say(lines);
  }
}
