package dev.migrator.report;

import dev.migrator.event.RefText;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ErrorCode.Category;
import dev.migrator.model.Problem;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What keeps a plan from being applied, as one problem that a person can act on. */
public final class Blockers {

  private static final int EXAMPLES = 5;
  private static final int REMEDIES = 3;
  private static final String STATE = "This command changed nothing in either cluster.";

  private Blockers() {}

  /**
   * Empty when nothing blocks the plan.
   *
   * <p>Shape: the code of the findings where they all have the same one and it says that nothing
   * was changed, else M1107.
   *
   * @param look a command that shows the rest; may be empty
   */
  public static Optional<Problem> of(Plan plan, String look) {
    return of(plan, look, "migrator plan ...");
  }

  /**
   * As {@link #of(Plan, String)}, for a plan that another command makes.
   *
   * @param again that command
   */
  public static Optional<Problem> of(Plan plan, String look, String again) {
    List<Finding> found =
        plan.findings().stream().filter(f -> f.severity() == Severity.BLOCKER).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> next = new ArrayList<>();
    found.stream()
        .map(Finding::remedy)
        .filter(remedy -> !remedy.isEmpty())
        .distinct()
        .limit(REMEDIES)
        .forEach(next::add);
    if (!look.isEmpty()) {
      next.add(look);
    }
    next.add(again + "   (when that is done)");
    return Optional.of(
        found.size() == 1
            ? new Problem(
                code(found),
                subject(found.getFirst()) + code(found).title(),
                RefText.in(found.getFirst().message()),
                STATE,
                next)
            : new Problem(code(found), counted(found), examples(found), STATE, next));
  }

  private static String counted(List<Finding> found) {
    return code(found) == ErrorCode.M1107
        ? "the plan is blocked by " + Amount.of(found.size(), "thing")
        : code(found).title() + ", " + found.size() + " times";
  }

  private static String examples(List<Finding> found) {
    String shown =
        found.stream()
            .limit(EXAMPLES)
            .map(f -> f.code() + " " + subject(f) + RefText.in(f.message()))
            .collect(Collectors.joining("; "));
    return found.size() > EXAMPLES ? shown + "; and " + (found.size() - EXAMPLES) + " more" : shown;
  }

  private static String subject(Finding finding) {
    return finding.object().map(ref -> RefText.of(ref) + ": ").orElse("");
  }

  private static ErrorCode code(List<Finding> found) {
    List<String> codes = found.stream().map(Finding::code).distinct().toList();
    if (codes.size() == 1) {
      for (ErrorCode code : ErrorCode.values()) {
        if (code.category() == Category.BLOCKED && code.name().equals(codes.getFirst())) {
          return code;
        }
      }
    }
    return ErrorCode.M1107;
  }
}
