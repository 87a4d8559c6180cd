package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.IdentityOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.option.YesOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.ProblemOutput;
import dev.migrator.cli.output.Style;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import dev.migrator.report.Listing;
import dev.migrator.report.PlanView;
import dev.migrator.runbook.PrunePlan;
import dev.migrator.runbook.PruneUndo;
import dev.migrator.runbook.Pruning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes the copies that a finished move left at the source. */
@Command(
    name = "prune",
    description = "Removes the copies that a finished move left at the source.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Only what is at the target and equal, and unchanged at the source since it moved."
          + " Namespaces,",
      "definitions and volumes stay, and so does what belongs to the whole cluster, unless it is"
          + " asked",
      "for by name and nothing else uses it. Each prune keeps what it removes in a vault of its"
          + " own:",
      "--undo puts everything back that the run's prunes removed.",
      "",
      "Examples:",
      "  migrator prune latest --dry-run",
      "  migrator prune latest --dry-run -o json",
      "  migrator prune latest",
      "  migrator prune latest --cluster-scoped reports,urgent",
      "  migrator prune latest --undo"
    })
public final class PruneCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private IdentityOption identity = new IdentityOption();
  @Mixin private YesOption yes = new YesOption();
  @Mixin private EventsOption events = new EventsOption();

  @Mixin private FormOption form = new FormOption();

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dryRun;

  @Option(
      names = "--cluster-scoped",
      paramLabel = "NAME",
      split = ",",
      description = "Also remove these, which are in no namespace; repeat it, or join with commas.")
  private List<String> clusterScoped = List.of();

  @Option(
      names = "--undo",
      description = "Put back at the source what the run's prunes removed there.")
  private boolean undo;

  PruneCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    form.requireDryRun(dryRun, "what would be removed", "migrator prune RUN --dry-run -o json");
    KnownRun known = KnownRun.of(environment, run, clusters).with(identity, environment);
    if (!dryRun) {
      known.directory().requireFree();
    }
    return undo ? undo(known) : prune(known);
  }

  private int prune(KnownRun known) {
    Plan plan = known.plan();
    Console console = environment.console();
    PrunePlan prune;
    try (OpenClusters open = known.open(environment)) {
      prune =
          Pruning.plan(
              open.source(), open.target(), known.directory(), plan, Set.copyOf(clusterScoped));
    }
    if (form.form().isPresent()) {
      document(known, prune, form.form().get());
      return 0;
    }
    show(plan, prune);
    String command =
        "migrator prune "
            + known.id()
            + (clusterScoped.isEmpty()
                ? ""
                : " --cluster-scoped " + Shell.word(String.join(",", clusterScoped)));
    if (dryRun || prune.removed().isEmpty()) {
      console.say(prune.removed().isEmpty() ? "There is nothing to remove." : "Next:  " + command);
      return 0;
    }
    if (!confirmed(known, command)) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    return new MovingSession(environment, known.directory(), plan, Set.of(), events)
        .run(
            "prune",
            known.logins(),
            (runContext, same) -> Pruning.prune(runContext, same, prune),
            (ended, took) ->
                ended(
                    ended,
                    "%s removed from %s, and kept in a vault of this prune."
                        .formatted(copies(ended), plan.source().context()),
                    "migrator prune " + known.id() + " --undo   (puts them back)"));
  }

  private boolean confirmed(KnownRun known, String command) {
    Confirmation.Changed changed =
        new Confirmation.Changed(
            "source", known.logins().source().context(), clusters.namesSource());
    return Confirmation.given(environment, changed, yes.yes(), command);
  }

  private static String copies(RunEvent.RunEnded ended) {
    return Amount.of(ended.done(), "copy was", "copies were");
  }

  private int undo(KnownRun known) {
    Console console = environment.console();
    List<ObjectRef> missing = PruneUndo.missing(known.directory(), known.plan());
    String source = known.plan().source().context();
    missing.forEach(ref -> console.print("  put back  " + RefText.of(ref)));
    String command = "migrator prune " + known.id() + " --undo";
    if (missing.isEmpty() || dryRun) {
      console.say(missing.isEmpty() ? "There is nothing to put back." : "Next:  " + command);
      return 0;
    }
    console.say(
        "%s at %s will be created again where it has none."
            .formatted(Amount.of(missing.size(), "copy", "copies"), source));
    if (!confirmed(known, command)) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    return new MovingSession(environment, known.directory(), known.plan(), Set.of(), events)
        .run(
            PruneUndo.COMMAND,
            known.logins(),
            PruneUndo::undo,
            (ended, took) ->
                ended(
                    ended,
                    "%s put back at %s.".formatted(copies(ended), source),
                    "migrator verify " + known.id()));
  }

  private int ended(RunEvent.RunEnded ended, String what, String next) {
    Console console = environment.console();
    ended.problems().forEach(problem -> ProblemOutput.say(console, problem));
    console.print(what);
    if (ended.problems().isEmpty()) {
      console.say("Next:  " + next);
    }
    return ended.problems().isEmpty()
        ? 0
        : ended.problems().getFirst().code().category().exitCode();
  }

  private void document(KnownRun known, PrunePlan prune, Listing.Form wanted) {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("removed", prune.removed().stream().map(copy -> PlanView.item(copy.ref())));
    lists.put(
        "kept",
        prune.kept().entrySet().stream()
            .map(e -> PlanView.item(e.getKey()).put("why", e.getValue())));
    environment.console().document(wanted, known.head("PruneView"), lists);
  }

  private void show(Plan plan, PrunePlan prune) {
    Console console = environment.console();
    prune
        .kept()
        .forEach(
            (ref, why) ->
                console.print("  stays   %-48s %s".formatted(RefText.of(ref), Printable.of(why))));
    prune.removed().forEach(copy -> console.print("  remove  " + RefText.of(copy.ref())));
    console.say(
        Style.WARNING.on(
            console.terminal(),
            "%s at %s can be removed, %s."
                .formatted(
                    Amount.of(prune.removed().size(), "copy", "copies"),
                    plan.source().context(),
                    Amount.of(prune.kept().size(), "stays", "stay"))));
  }
}
