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
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.plan.Plan;
import dev.migrator.report.Listing;
import dev.migrator.report.PlanView;
import dev.migrator.report.Printable;
import dev.migrator.report.RefText;
import dev.migrator.report.RunEvent;
import dev.migrator.runbook.Pruning;
import java.util.LinkedHashMap;
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
      "definitions and volumes stay. Everything that is removed is in the run's vault.",
      "",
      "Examples:",
      "  migrator prune latest --dry-run",
      "  migrator prune latest --dry-run -o json",
      "  migrator prune latest"
    })
public final class PruneCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private IdentityOption identity = new IdentityOption();
  @Mixin private YesOption yes = new YesOption();
  @Mixin private EventsOption events = new EventsOption();

  @Mixin private FormOption form = new FormOption();

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dryRun;

  PruneCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    form.requireDryRun(dryRun, "what would be removed", "migrator prune latest --dry-run -o json");
    KnownRun known = KnownRun.of(surroundings, run, clusters).with(identity, surroundings);
    Plan plan = known.plan();
    Console console = surroundings.console();
    Pruning.PrunePlan prune;
    try (OpenClusters open = known.open(surroundings)) {
      prune = Pruning.plan(open.source(), open.target(), known.directory(), plan);
    }
    if (form.form().isPresent()) {
      document(known, prune, form.form().get());
      return 0;
    }
    show(plan, prune);
    String command = "migrator prune " + known.id();
    if (dryRun || prune.removed().isEmpty()) {
      console.say(prune.removed().isEmpty() ? "There is nothing to remove." : "Next:  " + command);
      return 0;
    }
    Confirmation.Changed changed =
        new Confirmation.Changed(
            "source", known.logins().source().context(), clusters.namesSource());
    if (!Confirmation.given(surroundings, changed, yes.yes(), command)) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    return new MovingSession(surroundings, known.directory(), plan, Set.of(), events)
        .run(
            "prune",
            known.logins(),
            (workplace, same) -> Pruning.prune(workplace, same, prune),
            (ended, took) -> ended(plan, ended));
  }

  private int ended(Plan plan, RunEvent.RunEnded ended) {
    Console console = surroundings.console();
    ended.problems().forEach(problem -> ProblemOutput.say(console, problem));
    console.print(
        "%s removed from %s, and kept in the run's vault."
            .formatted(
                Amount.of(ended.done(), "copy was", "copies were"), plan.source().context()));
    return ended.problems().isEmpty()
        ? 0
        : ended.problems().getFirst().code().category().exitCode();
  }

  private void document(KnownRun known, Pruning.PrunePlan prune, Listing.Form wanted) {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("removed", prune.removed().stream().map(copy -> PlanView.item(copy.ref())));
    lists.put(
        "kept",
        prune.kept().entrySet().stream()
            .map(e -> PlanView.item(e.getKey()).put("why", e.getValue())));
    surroundings.console().document(wanted, known.head("PruneView"), lists);
  }

  private void show(Plan plan, Pruning.PrunePlan prune) {
    Console console = surroundings.console();
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
