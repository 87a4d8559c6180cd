package dev.migrator.cli.command;

import static java.util.stream.Collectors.joining;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.option.IdentityOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.option.YesOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.execute.Rollback;
import dev.migrator.journal.JournalState;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanFile;
import dev.migrator.report.PlanReport;
import dev.migrator.report.RefText;
import dev.migrator.runbook.RollingBack;
import dev.migrator.runbook.Unlocking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a run back, or plans the way back. */
@Command(
    name = "rollback",
    description = "Takes a run back that deleted nothing yet, or plans the way back.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Before the first deletion at the source: what was stopped there goes on, and what was"
          + " copied",
      "is removed from the target where nobody changed it. After it: --backward writes a plan that",
      "hands back what was handed over, by the same protocol; look at it and apply it. What is",
      "half-way, stopped or at neither cluster, is brought back to the source before that.",
      "",
      "Examples:",
      "  migrator rollback latest",
      "  migrator rollback latest --backward --plan-file back.plan.yaml"
    })
public final class RollbackCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private IdentityOption identity = new IdentityOption();
  @Mixin private YesOption yes = new YesOption();
  @Mixin private EventsOption events = new EventsOption();

  @Option(
      names = "--backward",
      description = "Bring back what is half-way, and plan the way back of what was handed over.")
  private boolean backward;

  @Option(
      names = "--plan-file",
      paramLabel = "FILE",
      description = "Where --backward saves its plan (default: back.plan.yaml).")
  private Optional<String> planFile = Optional.empty();

  RollbackCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    KnownRun known = KnownRun.of(surroundings, run, clusters).with(identity, surroundings);
    if (!known.directory().hasJournal()) {
      throw Problem.of(
              ErrorCode.M1006,
              "run " + known.id() + " has changed nothing",
              "there is nothing to take back")
          .exception();
    }
    return backward ? backward(known) : rollback(known);
  }

  /** What is half-way first; then the plan for what was handed over. */
  private int backward(KnownRun known) {
    Map<ObjectRef, String> halfWay;
    try (OpenClusters open = known.open(surroundings)) {
      halfWay = RollingBack.halfWay(open.source(), open.target(), known.directory(), known.plan());
    }
    if (!halfWay.isEmpty()) {
      int exitCode = restore(known, halfWay);
      if (exitCode != 0) {
        return exitCode;
      }
    }
    return plan(known);
  }

  private int restore(KnownRun known, Map<ObjectRef, String> halfWay) {
    Plan plan = known.plan();
    Console console = surroundings.console();
    String source = plan.source().context();
    console.say(
        Amount.of(halfWay.size(), "object")
            + " of run "
            + known.id()
            + (halfWay.size() == 1 ? " is" : " are")
            + " half-way and will be brought back to "
            + source
            + ":");
    halfWay.forEach((ref, where) -> console.say("  " + RefText.of(ref) + " " + where));
    console.say(
        "What is stopped there goes on; what is gone from there is removed from "
            + plan.target().context()
            + " where it does nothing yet, and created at "
            + source
            + " from the vault. After that the run cannot be resumed.");
    Confirmation.Changed changed =
        new Confirmation.Changed(
            "source", known.logins().source().context(), clusters.namesSource());
    String again = "migrator rollback " + known.id() + " --backward";
    if (!Confirmation.given(surroundings, changed, yes.yes(), again)) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    return new MovingSession(surroundings, known.directory(), plan, Set.of(), events)
        .run("rollback --backward", known.logins(), RollingBack::restore);
  }

  private int rollback(KnownRun known) {
    Plan plan = known.plan();
    Console console = surroundings.console();
    JournalState journal = known.directory().readJournal().state();
    console.say(new PlanReport(plan).summary());
    if (away(known).isEmpty()) {
      console.say(
          "Run %s is taken back: %s set back at %s, and its copies are removed from %s."
              .formatted(
                  known.id(),
                  Amount.of(Rollback.stopped(plan, journal).size(), "object is", "objects are"),
                  plan.source().context(),
                  plan.target().context()));
      Confirmation.Changed changed =
          new Confirmation.Changed(
              "target", known.logins().target().context(), clusters.namesTarget());
      String again = "migrator rollback " + known.id();
      if (!Confirmation.given(surroundings, changed, yes.yes(), again)) {
        return ErrorCode.Category.BLOCKED.exitCode();
      }
    }
    return new MovingSession(surroundings, known.directory(), plan, Set.of(), events)
        .run("rollback", known.logins(), RollingBack::rollback);
  }

  private List<ObjectRef> away(KnownRun known) {
    try (OpenClusters open = known.open(surroundings)) {
      return RollingBack.away(open.source(), open.target(), known.directory(), known.plan());
    }
  }

  private int plan(KnownRun known) {
    RollingBack.Way way;
    try (OpenClusters open = known.open(surroundings)) {
      way = RollingBack.backward(open.source(), open.target(), known.directory(), known.plan());
      Unlocking.removeDead(
          open.source(),
          open.target(),
          known.directory(),
          surroundings.time().now(),
          surroundings.process() + " (rollback --backward)");
    }
    if (way.plan().objects().isEmpty() && way.gone().isEmpty()) {
      surroundings
          .console()
          .say(
              "Nothing is handed over, so there is no way back to plan.  Next:  migrator rollback "
                  + known.id()
                  + "   (removes the copies from "
                  + known.plan().target().context()
                  + ")");
      return 0;
    }
    Plan back = way.plan();
    String name = planFile.orElse("back.plan.yaml");
    StringBuilder text = new StringBuilder();
    PlanFile.write(back, text);
    PlanFiles.write(surroundings, name, text);
    Console console = surroundings.console();
    console.print(new PlanReport(back).lines());
    sayWhatIsNotInIt(known, way);
    console.say(
        "Saved %s: the way back, from %s to %s.  Next:  migrator apply %s"
            .formatted(
                Shell.word(name),
                back.source().context(),
                back.target().context(),
                Shell.word(name)));
    console.say(
        "Then:  migrator rollback %s   (removes the copies from %s)"
            .formatted(known.id(), back.source().context()));
    return back.isBlocked() ? ErrorCode.Category.BLOCKED.exitCode() : 0;
  }

  private void sayWhatIsNotInIt(KnownRun known, RollingBack.Way way) {
    Console console = surroundings.console();
    if (!way.gone().isEmpty()) {
      console.say(
          "Not in the plan, because they were handed over and are no longer at "
              + way.plan().source().context()
              + ": "
              + way.gone().stream().map(RefText::of).collect(joining(", "))
              + ". Their definitions are in the vault of run "
              + known.id()
              + ".");
    }
    String context = way.plan().target().context();
    for (ObjectRef scaler : way.paused()) {
      console.say(
          RefText.of(scaler)
              + " is paused at "
              + context
              + " by run "
              + known.id()
              + ", and holds what comes back at 0 until migrator rollback "
              + known.id()
              + " wakes it, or:  kubectl --context "
              + Shell.word(context)
              + " -n "
              + Shell.word(scaler.namespace())
              + " annotate scaledobjects.keda.sh "
              + Shell.word(scaler.name())
              + " autoscaling.keda.sh/paused-replicas- migrator.dev/paused-");
    }
  }
}
