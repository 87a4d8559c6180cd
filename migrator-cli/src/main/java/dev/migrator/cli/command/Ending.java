package dev.migrator.cli.command;

import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.ProblemOutput;
import dev.migrator.cli.output.RunStatus;
import dev.migrator.cli.output.Style;
import dev.migrator.cli.wiring.Signals;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Position;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.runbook.PruneUndo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says how a process ended its work on a run, and gives the exit code. */
final class Ending {

  private static final int MOST_PROBLEMS = 5;
  private static final int MOST_NAMES = 5;

  private final Console console;
  private final RunDirectory directory;
  private final Plan plan;
  private final ContinueCommand again;
  private final int before;
  private final String run;

  /**
   * @param before how many steps earlier processes had done
   * @param again the command that goes on with what has ended for now
   */
  Ending(Console console, RunDirectory directory, Plan plan, int before, ContinueCommand again) {
    this.console = console;
    this.directory = directory;
    this.plan = plan;
    this.before = before;
    this.again = again;
    this.run = directory.run().id();
  }

  /**
   * @param signal what asked the run to stop, if anything did
   */
  int say(RunEvent.RunEnded ended, Signals.Signal signal, Duration took) {
    return switch (ended.outcome()) {
      case DONE -> done(ended, took);
      case ROLLED_BACK -> {
        console.print("Run " + run + " was rolled back: the source works as before.");
        yield 0;
      }
      case RESTORED -> {
        console.print(
            "%d brought back: nothing of run %s is in transit any more."
                .formatted(ended.done(), run));
        yield 0;
      }
      case BLOCKED -> blocked(ended);
      case WAITING -> waiting(ended);
      case INTERRUPTED -> interrupted(ended, signal);
    };
  }

  private int done(RunEvent.RunEnded ended, Duration took) {
    Optional<String> nothing = PlanHeader.nothingMoves(plan);
    if (nothing.isPresent()) {
      console.print(Style.WARNING.on(console.terminal().results(), nothing.get()));
    }
    console.print(
        Style.GOOD.on(
            console.terminal().results(),
            "Done: %s%s in %s, %s -> %s, verified."
                .formatted(
                    Amount.of(ended.done(), "step"),
                    before == 0
                        ? ""
                        : " (%s before, %s now)"
                            .formatted(Amount.of(before), Amount.of(ended.done() - before)),
                    text(took),
                    plan.source().context(),
                    plan.target().context())));
    status()
        .map(RunStatus::leftOutByHand)
        .filter(left -> !left.isEmpty())
        .ifPresent(
            left ->
                console.say(
                    "Left out with resume --leave-out, and still at the source: "
                        + left.stream()
                            .limit(MOST_NAMES)
                            .map(RefText::of)
                            .collect(Collectors.joining(", "))
                        + (left.size() > MOST_NAMES
                            ? " and " + (left.size() - MOST_NAMES) + " more"
                            : "")));
    console.say(
        "Next:  "
            + LaterRuns.takenBack(directory, plan)
                .map(
                    first ->
                        "migrator rollback %s   (removes the copies that it left at %s)"
                            .formatted(first, plan.source().context()))
                .orElse("migrator verify " + run + "   (at any time: compares the target again)"));
    return 0;
  }

  private int blocked(RunEvent.RunEnded ended) {
    List<Problem> problems =
        ended.problems().isEmpty()
            ? List.of(Problem.of(ErrorCode.M2101, "the run is blocked", ""))
            : ended.problems();
    for (Problem problem : problems.stream().limit(MOST_PROBLEMS).toList()) {
      ProblemOutput.say(console, complete(problem, ended));
    }
    if (problems.size() > MOST_PROBLEMS) {
      console.say(
          "and %d more:  migrator status %s".formatted(problems.size() - MOST_PROBLEMS, run));
    }
    return problems.getFirst().code().category().exitCode();
  }

  private int waiting(RunEvent.RunEnded ended) {
    Optional<String> gate = status().flatMap(RunStatus::waitingGate);
    Problem problem =
        new Problem(
            ErrorCode.M2204,
            gate.map(name -> "gate " + name + " waits for approval")
                .orElse(ErrorCode.M2204.title()),
            "it is not approved yet" + empty(gate),
            state(ended),
            gate.map(
                    name ->
                        List.of(
                            "migrator resume " + run + "   (asks at gate " + name + ")",
                            "migrator resume " + run + " --approve-gate " + name))
                .orElseGet(() -> List.of("migrator resume " + run)));
    ProblemOutput.say(console, problem);
    return problem.code().category().exitCode();
  }

  /** Before what is handed over works at the target, data can still be copied. */
  private String empty(Optional<String> gate) {
    List<String> empty = plan.startingEmpty().stream().map(RefText::of).toList();
    return empty.isEmpty() || gate.equals(Optional.of("afterRecreate"))
        ? ""
        : "; without their data, unless it is copied first: " + String.join(", ", empty);
  }

  private int interrupted(RunEvent.RunEnded ended, Signals.Signal signal) {
    if (!ended.problems().isEmpty() && ended.problems().getFirst().code() == ErrorCode.M9130) {
      // Another command than resume goes on with it, and it says which.
      ProblemOutput.say(console, ended.problems().getFirst().withState(state(ended)));
      return signal.exitCode();
    }
    ProblemOutput.say(
        console,
        new Problem(
            ErrorCode.M9130,
            "run " + run + " was interrupted at a checkpoint",
            signal == Signals.Signal.INT ? "Ctrl-C" : "a signal asked it to end",
            state(ended),
            List.of(again.command())));
    return signal.exitCode();
  }

  /** With the state of both clusters, and with the run's id where a command is to be typed. */
  private Problem complete(Problem problem, RunEvent.RunEnded ended) {
    List<String> next = new ArrayList<>(again.in(problem).next());
    if (!again.isIn(next)) {
      next.add(again.command() + "   (repeats what failed, and goes on)");
    }
    String state = problem.state().isEmpty() ? state(ended) : problem.state();
    return new Problem(problem.code(), problem.what(), problem.why(), state, next);
  }

  private String state(RunEvent.RunEnded ended) {
    String counts =
        "%d done, %d failed, %d not started."
            .formatted(ended.done(), ended.failed(), ended.notStarted());
    return status().map(status -> counts + " " + clusters(status)).orElse(counts);
  }

  private String clusters(RunStatus status) {
    Map<ObjectRef, Position> stopped = status.stopped();
    String nothing = deleted(status);
    if (stopped.isEmpty()) {
      return nothing;
    }
    List<String> names =
        stopped.entrySet().stream()
            .limit(MOST_NAMES)
            .map(h -> RefText.of(h.getKey()) + " (" + h.getValue().words() + ")")
            .toList();
    return nothing
        + " Between the clusters: "
        + String.join(", ", names)
        + (stopped.size() > MOST_NAMES ? " and " + (stopped.size() - MOST_NAMES) + " more." : ".");
  }

  private String deleted(RunStatus status) {
    if (!PruneUndo.missing(directory, plan).isEmpty()) {
      return "A prune removed copies from the source: they are in its vault, and at the target.";
    }
    return status.anythingDeleted()
        ? "Nothing is lost."
        : "Nothing has been deleted at the source.";
  }

  private Optional<RunStatus> status() {
    return directory.hasJournal()
        ? Optional.of(new RunStatus(plan, directory.readJournal().state()))
        : Optional.empty();
  }

  private static String text(Duration took) {
    return took.compareTo(Duration.ofMinutes(1)) < 0
        ? "%d.%d s".formatted(took.toSeconds(), took.toMillisPart() / 100)
        : "%d:%02d min".formatted(took.toMinutes(), took.toSecondsPart());
  }
}
