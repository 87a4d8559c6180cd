package dev.migrator.cli.command;

import static java.util.stream.Collectors.joining;

import dev.migrator.cli.option.BackwardOptions;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.option.YesOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.report.PlanReport;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.Unlocking;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The way back of a run that handed over something, as a person goes it. */
final class BackwardRollback {

  private final Environment environment;
  private final KnownRun known;
  private final ClusterOptions clusters;
  private final YesOption yes;
  private final EventsOption events;
  private final BackwardOptions options;

  BackwardRollback(
      Environment environment,
      KnownRun known,
      ClusterOptions clusters,
      YesOption yes,
      EventsOption events,
      BackwardOptions options) {
    this.options = options;
    this.environment = environment;
    this.known = known;
    this.clusters = clusters;
    this.yes = yes;
    this.events = events;
  }

  /** What is in transit first; then the plan for what was handed over. */
  int plan(Optional<String> planFile) {
    known.directory().requireFree();
    String file = planFile.orElse("back.plan.yaml");
    PlanFiles.requireWritable(environment, file);
    PlanKeyFiles key = PlanKeyFiles.toWrite(environment, file);
    Map<ObjectRef, String> inTransit;
    try (OpenClusters open = known.open(environment)) {
      inTransit =
          RollbackRunbook.whereInTransit(
              open.source(), open.target(), known.directory(), known.plan());
    }
    if (!inTransit.isEmpty()) {
      int exitCode = restore(inTransit);
      if (exitCode != 0) {
        return exitCode;
      }
    }
    return planned(file, key);
  }

  private int restore(Map<ObjectRef, String> inTransit) {
    Plan plan = known.plan();
    Console console = environment.console();
    String source = plan.source().context();
    console.say(
        Amount.of(inTransit.size(), "object")
            + " of run "
            + known.id()
            + (inTransit.size() == 1 ? " is" : " are")
            + " in transit and will be brought back to "
            + source
            + ":");
    inTransit.forEach((ref, where) -> console.say("  " + RefText.of(ref) + " " + where));
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
    if (!Confirmation.given(environment, changed, yes.yes(), again)) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    return new MovingSession(environment, known.directory(), plan, Set.of(), events)
        .run("rollback --backward", known.logins(), RollbackRunbook::restore);
  }

  private int planned(String name, PlanKeyFiles key) {
    RollbackRunbook.Way way;
    try (OpenClusters open = known.open(environment)) {
      way =
          RollbackRunbook.backward(
              open.source(),
              open.target(),
              known.directory(),
              known.plan(),
              options.choices(key.key()));
      Unlocking.removeDead(
          open.source(),
          open.target(),
          known.directory(),
          environment.time().now(),
          environment.process() + " (rollback --backward)");
    }
    if (way.plan().objects().isEmpty() && way.gone().isEmpty() && way.staying().isEmpty()) {
      environment
          .console()
          .say(
              isRolledBack()
                  ? "Run " + known.id() + " was rolled back: nothing of it is left."
                  : "Nothing is handed over, so there is no way back to plan.  Next:  migrator"
                      + " rollback "
                      + known.id()
                      + "   (removes the copies from "
                      + known.plan().target().context()
                      + ")");
      return 0;
    }
    Plan back = way.plan();
    key.keepFor(back);
    StringBuilder text = new StringBuilder();
    PlanFile.write(back, text);
    PlanFiles.write(environment, name, text);
    Console console = environment.console();
    console.print(new PlanReport(back).lines());
    sayWhatIsNotInIt(way);
    String saved =
        "Saved %s: the way back, from %s to %s"
            .formatted(Shell.word(name), back.source().context(), back.target().context());
    if (back.isBlocked()) {
      console.say(saved + ". It is blocked: do what the blockers say; that plans it again.");
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    console.say(saved + ".  Next:  migrator apply " + Shell.word(name));
    console.say(
        "Then:  migrator rollback %s   (removes the copies from %s)"
            .formatted(known.id(), back.source().context()));
    return 0;
  }

  private boolean isRolledBack() {
    return known
        .directory()
        .readJournal()
        .state()
        .finished()
        .filter(end -> end.ending() == JournalRecord.Ending.ROLLED_BACK)
        .isPresent();
  }

  private void sayWhatIsNotInIt(RollbackRunbook.Way way) {
    Console console = environment.console();
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
    way.staying()
        .forEach(
            (ref, reason) ->
                console.say(
                    RefText.of(ref)
                        + " was handed over and is not in the plan: it stays at "
                        + way.plan().source().context()
                        + " ("
                        + reason
                        + ")."));
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
