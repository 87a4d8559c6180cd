package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.BackwardOptions;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.IdentityOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.option.YesOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.Style;
import dev.migrator.cli.output.Terminal;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.report.Listing;
import dev.migrator.report.PlanReport;
import dev.migrator.report.PlanView;
import dev.migrator.runbook.RollbackPreview;
import dev.migrator.runbook.RollbackRunbook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "is removed from the target if it is unchanged. After it: --backward writes a plan that",
      "hands back what was handed over, by the same protocol; look at it and apply it. What is",
      "in transit, stopped or at neither cluster, is brought back to the source before that. What"
          + " the",
      "mappings and modifiers of the move had changed is set back; where somebody changed the same",
      "field at the target since, the plan is blocked until --where-changed says whose value goes.",
      "",
      "Examples:",
      "  migrator rollback latest --dry-run",
      "  migrator rollback latest --dry-run -o json",
      "  migrator rollback latest",
      "  migrator rollback latest --backward --plan-file back.plan.yaml"
    })
public final class RollbackCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private IdentityOption identity = new IdentityOption();
  @Mixin private YesOption yes = new YesOption();
  @Mixin private EventsOption events = new EventsOption();
  @Mixin private FormOption form = new FormOption();

  @Option(names = "--dry-run", description = "Only say what would be taken back.")
  private boolean dryRun;

  @Option(
      names = "--backward",
      description = "Bring back what is in transit, and plan the way back of what was handed over.")
  private boolean backward;

  @Mixin private BackwardOptions options = new BackwardOptions();

  @Option(
      names = "--plan-file",
      paramLabel = "FILE",
      description = "Where --backward saves its plan (default: back.plan.yaml).")
  private Optional<String> planFile = Optional.empty();

  RollbackCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    requireFitting();
    KnownRun known = KnownRun.of(environment, run, clusters).with(identity, environment);
    if (!known.directory().hasJournal()) {
      throw Problem.of(
              ErrorCode.M1006,
              "run " + known.id() + " has changed nothing",
              "there is nothing to roll back")
          .exception();
    }
    return backward
        ? new BackwardRollback(environment, known, clusters, yes, events, options).plan(planFile)
        : rollback(known);
  }

  /** Errors: M1001. */
  private void requireFitting() {
    if (dryRun && backward) {
      throw Problem.of(
              ErrorCode.M1001,
              "--dry-run does not go with --backward",
              "that only writes a plan, and asks first where something must be brought back before",
              "migrator rollback RUN --backward")
          .exception();
    }
    if (options.isGiven() && !backward) {
      throw Problem.of(
              ErrorCode.M1001,
              "--without-api and --where-changed go with --backward",
              "a run that is taken back makes no plan",
              "migrator rollback latest --backward")
          .exception();
    }
    form.requireDryRun(
        dryRun, "what would be taken back", "migrator rollback RUN --dry-run -o json");
  }

  private int rollback(KnownRun known) {
    Plan plan = known.plan();
    String again = "migrator rollback " + known.id();
    if (dryRun) {
      dryRun(known, again);
      return 0;
    }
    known.directory().requireFree();
    if (!yes.yes()) {
      // What is looked at here is for the eyes only: the rollback looks again, under its locks.
      Console console = environment.console();
      console.say(named(known, foreseen(known), again, console.terminal()));
    }
    Confirmation.Changed changed =
        new Confirmation.Changed(
            "target", known.logins().target().context(), clusters.namesTarget());
    if (!Confirmation.given(environment, changed, yes.yes(), again)) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    return new MovingSession(environment, known.directory(), plan, Set.of(), events)
        .run("rollback", known.logins(), RollbackRunbook::rollback);
  }

  private RollbackPreview foreseen(KnownRun known) {
    try (OpenClusters open = known.open(environment)) {
      return RollbackRunbook.foreseen(
          open.source(), open.target(), known.directory(), known.plan());
    }
  }

  private void dryRun(KnownRun known, String again) {
    Console console = environment.console();
    RollbackPreview foreseen = foreseen(known);
    if (form.form().isPresent()) {
      document(known, foreseen, form.form().get());
      return;
    }
    boolean nothing =
        foreseen.setBack().isEmpty() && foreseen.removed().isEmpty() && foreseen.kept().isEmpty();
    if (!nothing) {
      console.print(named(known, foreseen, again, console.terminal().results()).stream());
    }
    console.say(
        nothing
            ? "There is nothing to roll back."
            : "This was a dry run: nothing was changed.  Next:  " + again);
  }

  /** What cannot be taken back stands last, next to the question. */
  private static List<String> named(
      KnownRun known, RollbackPreview foreseen, String again, Terminal terminal) {
    Plan plan = known.plan();
    String all = again + " --dry-run -o yaml";
    List<String> lines = new ArrayList<>(new PlanReport(plan).summary());
    lines.add("Rolls back run " + known.id() + ". After that it cannot be resumed.");
    if (!foreseen.setBack().isEmpty()) {
      lines.add(
          "Will be set back as it was at the source %s: %d"
              .formatted(plan.source().context(), foreseen.setBack().size()));
      lines.addAll(Confirmation.shortened(RefText.byKind(foreseen.setBack()), all));
    }
    lines.add(
        Style.WARNING.on(
            terminal,
            "Will be deleted at the target %s, if unchanged since: %d"
                .formatted(plan.target().context(), foreseen.removed().size())));
    lines.addAll(Confirmation.shortened(RefText.byKind(foreseen.removed()), all));
    if (!foreseen.kept().isEmpty()) {
      lines.add(
          "Stays at the target %s: %d".formatted(plan.target().context(), foreseen.kept().size()));
      lines.addAll(
          Confirmation.shortened(
              foreseen.kept().entrySet().stream()
                  .map(e -> "  " + RefText.of(e.getKey()) + " " + e.getValue())
                  .toList(),
              all));
    }
    return lines;
  }

  private void document(KnownRun known, RollbackPreview foreseen, Listing.Form wanted) {
    Map<String, Stream<ObjectNode>> lists = new LinkedHashMap<>();
    lists.put("steps", foreseen.steps().stream().map(new PlanView(known.plan())::step));
    lists.put("setBack", foreseen.setBack().stream().map(PlanView::item));
    lists.put("removed", foreseen.removed().stream().map(PlanView::item));
    lists.put(
        "kept",
        foreseen.kept().entrySet().stream()
            .map(e -> PlanView.item(e.getKey()).put("why", e.getValue())));
    environment.console().document(wanted, known.head("RollbackView"), lists);
  }
}
