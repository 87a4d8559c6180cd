package dev.migrator.report;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Verb;
import dev.migrator.report.RunReport.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** How it went, in a word, and the answers to what people ask first. */
public final class RunVerdict {

  private static final int MOST_NAMES = 12;

  /** Codes that put in doubt what the steps alone would say of duplicates. */
  private static final Set<ErrorCode> DUPLICATE_DOUBTS =
      Set.of(ErrorCode.M2108, ErrorCode.M2109, ErrorCode.M2201, ErrorCode.M2202, ErrorCode.M2205);

  private final RunReport report;
  private final List<HandOverTrace> handOvers;
  private final Progress progress;

  public RunVerdict(RunReport report) {
    this.report = report;
    this.handOvers = report.handOvers();
    this.progress = report.progress();
  }

  /** How a text is to be coloured. */
  public enum Tone {
    GOOD,
    BAD,
    CARE,
    CALM;

    public String css() {
      return switch (this) {
        case GOOD -> "good";
        case BAD -> "bad";
        case CARE -> "care";
        case CALM -> "calm";
      };
    }
  }

  /** A question that everybody has, and its answer. */
  public record Answer(
      String question, String answer, String detail, List<String> names, Tone tone) {}

  public Tone tone() {
    if (report.run().isEmpty()) {
      return report.plan().isBlocked() ? Tone.BAD : Tone.CALM;
    }
    return report
        .run()
        .flatMap(RunTrace::outcome)
        .map(
            outcome ->
                switch (outcome) {
                  case DONE -> isPrunedInPart() ? Tone.CARE : Tone.GOOD;
                  case BLOCKED -> Tone.BAD;
                  case INTERRUPTED, WAITING -> Tone.CARE;
                  case ROLLED_BACK, RESTORED -> Tone.CALM;
                })
        .orElse(Tone.CARE);
  }

  /** The outcome in a few words. */
  public String headline() {
    if (report.run().isEmpty()) {
      return report.plan().isBlocked() ? "Not ready to apply." : "Ready to apply.";
    }
    return report
        .run()
        .flatMap(RunTrace::outcome)
        .map(
            outcome ->
                switch (outcome) {
                  case DONE -> isPrunedInPart() ? "Moved, and pruned in part." : "Moved.";
                  case BLOCKED -> isHalfBack() ? "Rollback incomplete." : "Blocked.";
                  case INTERRUPTED -> "Interrupted.";
                  case WAITING -> "Waiting for approval.";
                  case ROLLED_BACK -> "Rolled back.";
                  case RESTORED -> "On the way back.";
                })
        .orElseGet(() -> report.worker().isPresent() ? "Under way." : "Interrupted.");
  }

  /** The outcome in a sentence or two. */
  public String lead() {
    if (report.run().isEmpty()) {
      long blockers = count(Severity.BLOCKER);
      return report.plan().isBlocked()
          ? Amount.of(blockers, "finding") + " must be decided first. Neither cluster was touched."
          : "Nothing was applied yet: neither cluster was touched. "
              + Amount.of(progress.steps(), "step")
              + " for "
              + Amount.of(report.plan().objects().size(), "object")
              + ".";
    }
    RunTrace run = report.run().get();
    String took = DurationText.of(Duration.between(run.began(), run.last()));
    return run.outcome()
        .map(outcome -> lead(outcome, took))
        .orElseGet(
            () ->
                progress()
                    + report
                        .worker()
                        .map(process -> ". At work: " + process + ".")
                        .orElse(
                            ". No process of this machine works on it: resume looks at both"
                                + " clusters, and goes on."));
  }

  private String lead(Outcome outcome, String took) {
    return switch (outcome) {
      case DONE ->
          Amount.of(progress.done(), "step")
              + " done in "
              + took
              + ", and the target was compared with the plan.";
      case BLOCKED -> blocked();
      case INTERRUPTED -> progress() + ". It stopped at a checkpoint and can be resumed.";
      case WAITING -> progress() + ". It waits for approval at a gate.";
      case ROLLED_BACK ->
          "The source works as before the run; what ended there meanwhile stays ended.";
      case RESTORED ->
          "What was in transit is back at the source. What works at the target stays there until it"
              + " is brought back by a plan of its own.";
    };
  }

  private String blocked() {
    if (progress.failed() > 0) {
      return progress() + ". What depends on the failed steps did not start; the rest is done.";
    }
    return report.otherProblems().stream()
        .findFirst()
        .map(problem -> capital(RefText.in(problem.what())) + ".")
        .orElseGet(() -> progress() + ".");
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
  }

  /** Whether a rollback was begun that could not put everything back. */
  private boolean isHalfBack() {
    return report.otherProblems().stream().anyMatch(p -> p.code() == ErrorCode.M2401);
  }

  /** The run is done; what went wrong after that is the prune's. */
  private boolean isPrunedInPart() {
    return report.run().flatMap(RunTrace::outcome).filter(Outcome.DONE::equals).isPresent()
        && !report.otherProblems().isEmpty();
  }

  private boolean isBack() {
    return report.run().flatMap(RunTrace::outcome).filter(Outcome.ROLLED_BACK::equals).isPresent();
  }

  private String progress() {
    StringBuilder text =
        new StringBuilder(
            Amount.of(progress.done()) + " of " + Amount.of(progress.steps(), "step") + " done");
    if (progress.failed() > 0) {
      text.append(", ").append(Amount.of(progress.failed())).append(" failed");
    }
    boolean waits =
        report.run().flatMap(RunTrace::outcome).filter(Outcome.WAITING::equals).isPresent();
    // What waits at a gate has no end either, and is no step that somebody must look at.
    if (progress.underWay() > 0 && !waits) {
      text.append(", ")
          .append(Amount.of(progress.underWay()))
          .append(report.worker().isPresent() ? " under way" : " in doubt");
    }
    if (progress.notStarted() > 0) {
      text.append(", ").append(Amount.of(progress.notStarted())).append(" not started");
    }
    return text.toString();
  }

  /** Which half happened, whether something runs twice, whether there is a way back. */
  public List<Answer> answers() {
    List<Answer> answers = new ArrayList<>(asked());
    if (!report.plan().startingEmpty().isEmpty() && !isBack()) {
      answers.add(empty());
    }
    return List.copyOf(answers);
  }

  private List<Answer> asked() {
    if (report.run().isEmpty()) {
      return List.of(whatWill(), twiceEver(), backLater());
    }
    return report.pruned().isEmpty()
        ? List.of(whatDid(), twice(), back())
        : List.of(whatDid(), pruned(), twice(), back());
  }

  private Answer pruned() {
    int removed = report.pruned().size();
    return new Answer(
        "What was pruned?",
        Amount.of(removed, "copy", "copies"),
        "Removed from the source, or perhaps so, and not put back. Each is in a vault as it was:"
            + " migrator prune "
            + report.handle()
            + " --undo puts "
            + (removed == 1 ? "it" : "them")
            + " back.",
        some(report.pruned().stream().map(RefText::of).toList()),
        Tone.CALM);
  }

  /** Whoever finds an empty database must not have to search for the reason. */
  private Answer empty() {
    List<ObjectRef> empty = report.plan().startingEmpty();
    return new Answer(
        "What starts empty?",
        Amount.of(empty.size(), "claim or workload", "claims or workloads"),
        "Their data does not travel: at the target their volumes are new, unless somebody"
            + " copied it.",
        empty.stream().map(RefText::of).toList(),
        Tone.CARE);
  }

  private Answer whatWill() {
    return new Answer(
        "What will happen?",
        Amount.of(report.plan().objects().size(), "object") + " move",
        counts()
            + Amount.of(report.plan().leftOut().size(), "object")
            + " stay, each with its reason.",
        List.of(),
        Tone.CALM);
  }

  private Answer twiceEver() {
    return new Answer(
        "Will anything run twice?",
        handOvers.isEmpty() ? "Nothing that must not" : "No",
        handOvers.isEmpty()
            ? "No object of this plan is duplicate-intolerant."
            : Amount.of(handOvers.size(), "duplicate-intolerant object")
                + ": stopped, deleted and proven gone at the source before the target gets them.",
        names(handOvers.stream()),
        Tone.GOOD);
  }

  private Answer backLater() {
    long lasting = count(Severity.IRREVERSIBLE);
    return new Answer(
        "Can I go back?",
        lasting == 0 ? "Yes, at any step" : "Yes, but for " + Amount.of(lasting, "effect"),
        "Until the first deletion, rollback takes everything back; after it, rollback --backward"
            + " plans the way back out of the vault."
            + (lasting == 0 ? "" : " What cannot be undone is listed as irreversible."),
        List.of(),
        lasting == 0 ? Tone.GOOD : Tone.CARE);
  }

  private Answer whatDid() {
    if (isBack()) {
      return new Answer(
          "Which half of it happened?",
          "None is left",
          "The source has all its objects but those that ran to their end there. What was brought"
              + " back there is new: it has another uid and the annotation migrator.dev/origin."
              + " Claims whose volumes were in use at the target stay there.",
          List.of(),
          Tone.CALM);
    }
    return new Answer(
        "Which half of it happened?",
        progress.done() == progress.steps()
            ? "All of it"
            : Amount.of(progress.done()) + " of " + Amount.of(progress.steps(), "step"),
        counts() + progress() + ".",
        List.of(),
        progress.done() == progress.steps() ? Tone.GOOD : tone());
  }

  private Answer twice() {
    List<HandOverTrace> between = handOvers.stream().filter(h -> h.position().isPaused()).toList();
    boolean doubt =
        Stream.concat(
                report.failures().stream().map(RunReport.Failure::problem),
                report.otherProblems().stream())
            .map(Problem::code)
            .anyMatch(DUPLICATE_DOUBTS::contains);
    if (handOvers.isEmpty()) {
      return twiceEver();
    }
    long ended = handOvers.stream().filter(h -> h.position().stage() == Stage.ENDED).count();
    String where =
        "%,d at the target, %,d at the source, %,d paused between%s; the target gets one only after the source is proven without it."
            .formatted(
                handOvers.stream().filter(h -> h.position().stage() == Stage.ACTIVE).count(),
                handOvers.stream().filter(h -> h.position().isAtSource()).count(),
                between.size(),
                ended == 0 ? "" : ", %,d ended at the source".formatted(ended));
    return new Answer(
        "Is anything running twice?",
        doubt ? "Look at the errors" : between.isEmpty() ? "No" : "No, but some are paused",
        "Of " + Amount.of(handOvers.size(), "duplicate-intolerant object") + ": " + where,
        names(between.stream()),
        doubt ? Tone.BAD : between.isEmpty() ? Tone.GOOD : Tone.CARE);
  }

  private Answer back() {
    if (isBack() || isHalfBack()) {
      return new Answer(
          "Can I go back?",
          isBack() ? "You are back" : "Not all the way yet",
          isBack()
              ? "The run was rolled back; it is not resumed. A new plan begins anew."
              : "The errors say what could not be put back, and what to do about it.",
          List.of(),
          isBack() ? Tone.GOOD : Tone.BAD);
    }
    long deleted = deletions(StepTrace.State.DONE);
    long maybe = deletions(StepTrace.State.UNDER_WAY) + deletions(StepTrace.State.FAILED);
    if (deleted + maybe == 0) {
      return new Answer(
          "Can I go back?",
          "Yes: nothing was deleted",
          "The source has everything that it had.",
          List.of(),
          Tone.GOOD);
    }
    return new Answer(
        "Can I go back?",
        "Yes, by a plan of its own",
        Amount.of(deleted, "object")
            + (deleted == 1 ? " was" : " were")
            + " deleted at the source"
            + (maybe == 0 ? "" : ", and " + Amount.of(maybe) + " may have been")
            + ". The run's vault holds each as it was; the way back is planned and reviewed like"
            + " the way there"
            + (report.pruned().isEmpty() ? "." : ", when what was pruned is put back."),
        List.of(),
        Tone.CALM);
  }

  private long deletions(StepTrace.State state) {
    return report.plan().steps().stream()
        .filter(step -> step.is(Verb.DELETE))
        .flatMap(s -> report.run().flatMap(r -> r.step(s.id())).stream())
        .filter(trace -> trace.state() == state)
        .count();
  }

  private String counts() {
    long copied = report.plan().steps().stream().filter(step -> step.is(Verb.COPY)).count();
    long last = report.plan().objects().size() - copied - handOvers.size();
    return "%,d to copy, %,d to hand over, %,d to create last. "
        .formatted(copied, handOvers.size(), last);
  }

  private static List<String> names(Stream<HandOverTrace> some) {
    return some(some.map(h -> RefText.of(h.object())).toList());
  }

  private static List<String> some(List<String> names) {
    return names.size() <= MOST_NAMES
        ? names
        : Stream.concat(
                names.stream().limit(MOST_NAMES),
                Stream.of("and " + Amount.of(names.size() - MOST_NAMES) + " more"))
            .toList();
  }

  private long count(Severity severity) {
    return report.plan().findings().stream().filter(f -> f.severity() == severity).count();
  }
}
