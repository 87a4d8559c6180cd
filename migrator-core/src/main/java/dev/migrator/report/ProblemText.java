package dev.migrator.report;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.util.ArrayList;
import java.util.List;

/** A problem as a person reads it: what failed, why, the state of both clusters, what to type. */
public final class ProblemText {

  private static final String INDENT = "          ";

  private ProblemText() {}

  /**
   * The problem in lines.
   *
   * <p>Shape: first {@code Error CODE: what}, then those of {@code Why}, {@code State} and {@code
   * Next} that are known. Objects are named in the short form, commands stand as they are. What is
   * known by the code alone is said even where the problem is silent: codes of 1x promise that
   * nothing was changed.
   */
  public static List<String> lines(Problem problem) {
    List<String> lines = new ArrayList<>();
    lines.add("Error " + problem.code() + ": " + RefText.in(problem.what()));
    part(lines, "Why:", List.of(RefText.in(problem.why())));
    part(lines, "State:", List.of(RefText.in(state(problem))));
    part(lines, "Next:", next(problem));
    return List.copyOf(lines);
  }

  private static void part(List<String> lines, String name, List<String> texts) {
    String lead = ("  " + name + "        ").substring(0, INDENT.length());
    for (String text : texts) {
      if (!text.isEmpty()) {
        lines.add(lead + text);
        lead = INDENT;
      }
    }
  }

  /** What is known of the clusters: what the problem says, else what its code promises. */
  public static String state(Problem problem) {
    return problem.state().isEmpty() ? promise(problem.code().category()) : problem.state();
  }

  private static String promise(ErrorCode.Category category) {
    return switch (category) {
      case USAGE, BLOCKED, STALE, LOCKED, UNREACHABLE, CONSENT ->
          "This command changed nothing in either cluster.";
      case FAILED, DECISION, VERIFICATION, ROLLBACK, INTERNAL, INTERRUPTED -> "";
    };
  }

  private static List<String> next(Problem problem) {
    return problem.next().isEmpty()
        ? List.of("migrator explain " + problem.code())
        : problem.next().stream().map(Printable::of).toList();
  }
}
