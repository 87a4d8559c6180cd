package dev.migrator.report;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.model.Amount;
import dev.migrator.plan.file.PlanHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A report as people read it on a terminal: how it went, and what to type next. */
public final class RunText {

  private static final int MOST_PAUSES = 5;
  private static final int MOST_ERRORS = 10;
  private static final int MOST_CLAIMS = 40;

  private RunText() {}

  /** The outcome first; every line is safe to print. */
  public static List<String> lines(RunReport report) {
    RunVerdict verdict = new RunVerdict(report);
    List<String> lines = new ArrayList<>();
    lines.add(verdict.headline() + " " + verdict.lead());
    lines.add(PlanHeader.fromTo(report.plan()));
    lines.add("");
    for (RunVerdict.Answer answer : verdict.answers()) {
      lines.add("%-28s %s".formatted(answer.question(), answer.answer()));
      lines.add("  " + answer.detail());
      answer.names().forEach(name -> lines.add("    " + name));
    }
    pauses(report, lines);
    data(report, lines);
    errors(report, lines);
    lines.add("");
    report.next().forEach(command -> lines.add("Next:  " + command));
    return lines.stream().map(Printable::of).toList();
  }

  private static void pauses(RunReport report, List<String> lines) {
    List<HandOverTrace> longest =
        report.handOvers().stream()
            .filter(h -> h.pause().isPresent())
            .sorted(
                Comparator.comparing((HandOverTrace h) -> h.pause().orElse(Duration.ZERO))
                    .reversed()
                    .thenComparing(HandOverTrace::object))
            .limit(MOST_PAUSES)
            .toList();
    if (!longest.isEmpty()) {
      lines.add("");
      lines.add("Longest pauses of what was handed over");
      for (HandOverTrace handOver : longest) {
        String pause = handOver.pause().map(DurationText::of).orElse("");
        lines.add("  %-48s %s".formatted(RefText.of(handOver.object()), pause));
      }
    }
  }

  private static void data(RunReport report, List<String> lines) {
    List<DataTrace> data = report.data();
    if (data.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(DataText.title(report));
    for (DataTrace one : data.stream().limit(MOST_CLAIMS).toList()) {
      lines.add("  %-48s %s".formatted(RefText.of(one.claim()), DataText.way(one)));
      DataText.facts(one).forEach(fact -> lines.add("    " + fact));
    }
    if (data.size() > MOST_CLAIMS) {
      lines.add("  and " + Amount.of(data.size() - MOST_CLAIMS) + " more, which --html shows");
    }
  }

  private static void errors(RunReport report, List<String> lines) {
    List<RunReport.Failure> failures = report.failures();
    failures.stream()
        .limit(MOST_ERRORS)
        .forEach(
            failure -> {
              lines.add("");
              lines.addAll(ProblemText.lines(failure.problem()));
            });
    if (failures.size() > MOST_ERRORS) {
      lines.add("and " + Amount.of(failures.size() - MOST_ERRORS, "more error"));
    }
    for (var problem : report.otherProblems()) {
      lines.add("");
      lines.addAll(ProblemText.lines(problem));
    }
  }
}
