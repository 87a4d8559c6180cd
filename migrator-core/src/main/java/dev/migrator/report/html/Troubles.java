package dev.migrator.report.html;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import dev.migrator.report.ProblemText;
import dev.migrator.report.RunReport;
import dev.migrator.report.RunVerdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What went wrong in a run, with its remedies, and what the plan found out beforehand. */
public final class Troubles {

  private static final int MOST_ERRORS = 50;
  private static final int MOST_OF_A_KIND = 20;
  private static final Set<String> CODES =
      Stream.of(ErrorCode.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  private final RunReport report;

  Troubles(RunReport report) {
    this.report = report;
  }

  /** A failure, as people read it. */
  public record Trouble(
      String code,
      String title,
      String step,
      String what,
      String why,
      String state,
      List<String> next) {}

  /** Findings that matter alike. */
  public record Weight(
      String label, String explanation, RunVerdict.Tone tone, int count, List<Kind> kinds) {}

  /**
   * Findings of one code.
   *
   * @param more how many are not shown here, but with their objects
   */
  public record Kind(String code, String title, int count, List<Item> items, int more) {}

  /** One finding. */
  public record Item(String object, String message, String remedy) {}

  /** What failed, the steps first; bounded. */
  public List<Trouble> errors() {
    return Stream.concat(
            report.failures().stream().map(f -> trouble(f.step().text(), f.problem())),
            report.otherProblems().stream().map(p -> trouble("", p)))
        .limit(MOST_ERRORS)
        .toList();
  }

  public int moreErrors() {
    int all = report.failures().size() + report.otherProblems().size();
    return Math.max(0, all - MOST_ERRORS);
  }

  private static Trouble trouble(String step, Problem problem) {
    List<String> next =
        problem.next().isEmpty()
            ? List.of("migrator explain " + problem.code())
            : problem.next().stream().map(Printable::of).toList();
    return new Trouble(
        problem.code().name(),
        problem.code().title(),
        Printable.of(step),
        RefText.in(problem.what()),
        RefText.in(problem.why()),
        RefText.in(ProblemText.state(problem)),
        next);
  }

  /** The plan's findings, what forbids to apply it first. */
  public List<Weight> findings() {
    List<Weight> weights = new ArrayList<>();
    for (Severity severity : Severity.values()) {
      List<Finding> some =
          report.plan().findings().stream().filter(f -> f.severity() == severity).toList();
      if (!some.isEmpty()) {
        weights.add(
            new Weight(
                label(severity), explanation(severity), tone(severity), some.size(), kinds(some)));
      }
    }
    return List.copyOf(weights);
  }

  private static List<Kind> kinds(List<Finding> findings) {
    Map<String, List<Finding>> byCode =
        findings.stream()
            .collect(Collectors.groupingBy(Finding::code, LinkedHashMap::new, Collectors.toList()));
    return byCode.entrySet().stream()
        .map(
            e ->
                new Kind(
                    Printable.of(e.getKey()),
                    CODES.contains(e.getKey()) ? ErrorCode.valueOf(e.getKey()).title() : "",
                    e.getValue().size(),
                    e.getValue().stream().limit(MOST_OF_A_KIND).map(Troubles::item).toList(),
                    Math.max(0, e.getValue().size() - MOST_OF_A_KIND)))
        .toList();
  }

  private static Item item(Finding finding) {
    return new Item(
        finding.object().map(RefText::of).orElse(""),
        RefText.in(finding.message()),
        Printable.of(finding.remedy()));
  }

  private static String label(Severity severity) {
    return switch (severity) {
      case BLOCKER -> "Blockers";
      case IRREVERSIBLE -> "Irreversible";
      case UNPROVEN -> "Not provable in advance";
      case WARNING -> "Warnings";
      case NOTE -> "Notes";
    };
  }

  private static String explanation(Severity severity) {
    return switch (severity) {
      case BLOCKER -> "apply refuses this plan until these are decided";
      case IRREVERSIBLE -> "rollback cannot undo these";
      case UNPROVEN -> "a dry run cannot tell";
      case WARNING -> "likely to hurt";
      case NOTE -> "good to know";
    };
  }

  private static RunVerdict.Tone tone(Severity severity) {
    return switch (severity) {
      case BLOCKER -> RunVerdict.Tone.BAD;
      case IRREVERSIBLE, UNPROVEN, WARNING -> RunVerdict.Tone.CARE;
      case NOTE -> RunVerdict.Tone.CALM;
    };
  }
}
