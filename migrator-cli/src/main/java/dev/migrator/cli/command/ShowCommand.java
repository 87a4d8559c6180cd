package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cluster.Cluster;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.journal.RunFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.report.Listing;
import dev.migrator.report.PlanGraph;
import dev.migrator.report.PlanReport;
import dev.migrator.report.PlanView;
import dev.migrator.report.WhyText;
import dev.migrator.runbook.PlannedChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a plan, or a part of it. Touches no cluster, but for {@code --diff}, which reads one. */
@Command(
    name = "show",
    description = "Shows a plan, or a part of it. Changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator show move.plan.yaml",
      "  migrator show move.plan.yaml --why deploy/shop/web",
      "  migrator show move.plan.yaml --step 48",
      "  migrator show move.plan.yaml --diff deploy/shop/web",
      "  migrator show move.plan.yaml --left-out -o json",
      "  migrator show move.plan.yaml --graph dot | dot -Tsvg > move.svg"
    })
public final class ShowCommand implements Callable<Integer> {

  private static final int MOST_NAMES = 20;

  private final Environment environment;

  @Parameters(paramLabel = "PLAN", description = "The plan file.")
  private String file = "";

  @ArgGroup private @Nullable Part part;
  @Mixin private ClusterOptions clusters = new ClusterOptions();

  @Mixin private FormOption form = new FormOption();

  /** At most one part of the plan. */
  static final class Part {
    @Option(
        names = "--graph",
        paramLabel = "mermaid|dot",
        description = "The steps and what they need, for a tool that draws graphs.")
    private Optional<Graph> graph = Optional.empty();

    @Option(
        names = "--why",
        paramLabel = "REF",
        description = "Everything known of one object: kind/namespace/name or kind/name.")
    private Optional<String> why = Optional.empty();

    @Option(
        names = "--step",
        paramLabel = "STEP",
        description = "Everything known of one step: its id, or its number from 1.")
    private Optional<String> step = Optional.empty();

    @Option(
        names = "--diff",
        paramLabel = "REF",
        description =
            "What changes in one object on its way. Reads it from the source; Secrets are masked.")
    private Optional<String> diff = Optional.empty();

    @Option(names = "--left-out", description = "What does not travel, and why.")
    private boolean leftOut;
  }

  enum Graph {
    mermaid,
    dot
  }

  ShowCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Plan plan = PlanFiles.read(environment, file);
    Part wanted = part == null ? new Part() : part;
    requireForm(wanted);
    if (wanted.graph.isPresent()) {
      PlanGraph graph = new PlanGraph(plan);
      environment
          .console()
          .copy(
              switch (wanted.graph.get()) {
                case mermaid -> graph.mermaid().stream();
                case dot -> graph.dot().stream();
              });
    } else if (wanted.why.isPresent()) {
      WhyText text = new WhyText(plan);
      ObjectRef ref = one(text.matching(wanted.why.get()), wanted.why.get(), "--why");
      tell(new PlanView(plan).object(ref), text.of(ref));
    } else if (wanted.diff.isPresent()) {
      environment.console().copy(diff(plan, wanted.diff.get()).stream());
    } else if (wanted.step.isPresent()) {
      StepText text = new StepText(plan);
      Step step = step(text, wanted.step.get());
      tell(new PlanView(plan).step(step, text.effect(step)), text.of(step));
    } else if (form.form().isPresent()) {
      list(plan, form.form().get(), wanted.leftOut);
    } else {
      environment.console().print(wanted.leftOut ? leftOut(plan) : new PlanReport(plan).lines());
    }
    return 0;
  }

  private void list(Plan plan, Listing.Form wanted, boolean leftOutOnly) {
    PlanView view = new PlanView(plan);
    Console console = environment.console();
    if (leftOutOnly) {
      console.document(wanted, view.leftOutHead(), Map.of("leftOut", view.leftOut()));
    } else {
      console.document(wanted, view.head(), view.lists());
    }
  }

  private static Stream<String> leftOut(Plan plan) {
    return plan.leftOut().stream()
        .map(l -> "%-60s %s".formatted(RefText.of(l.ref()), RefText.in(l.reason())));
  }

  /** Graphs and differences have a form of their own. */
  private void requireForm(Part wanted) {
    if (form.form().isPresent() && (wanted.graph.isPresent() || wanted.diff.isPresent())) {
      throw Problem.of(
              ErrorCode.M1001,
              "-o does not go with " + (wanted.graph.isPresent() ? "--graph" : "--diff"),
              "that has a form of its own",
              "migrator show " + Shell.word(file) + " -o json")
          .exception();
    }
  }

  private void tell(ObjectNode document, List<String> lines) {
    if (form.form().isPresent()) {
      environment.console().document(form.form().get(), document, Map.of());
    } else {
      environment.console().print(lines.stream());
    }
  }

  private List<String> diff(Plan plan, String typed) {
    ObjectRef ref =
        one(
            plan.objects().stream()
                .map(PlannedObject::ref)
                .filter(planned -> RefText.matches(planned, typed))
                .toList(),
            typed,
            "--diff");
    RunFile.Login source =
        clusters
            .orElse(
                new RunFile.Login(Optional.empty(), plan.source().context()),
                new RunFile.Login(Optional.empty(), plan.target().context()))
            .source();
    int limit = plan.settings().limits().sourceRequestsPerSecond();
    try (Cluster cluster = environment.connections().open(source, limit)) {
      return PlannedChange.of(
          cluster, plan, Optional.ofNullable(plan.objectsByRef().get(ref)).orElseThrow());
    }
  }

  private ObjectRef one(List<ObjectRef> found, String typed, String option) {
    if (found.size() == 1) {
      return found.getFirst();
    }
    String known =
        String.join(", ", found.stream().limit(MOST_NAMES).map(ObjectRef::toString).toList());
    throw Problem.of(
            ErrorCode.M1001,
            found.isEmpty()
                ? "the plan has no object " + typed
                : typed + " is not one object but " + found.size(),
            known,
            "migrator show " + file + " " + option + " kind/namespace/name")
        .exception();
  }

  private Step step(StepText text, String typed) {
    return text.find(typed)
        .orElseThrow(
            () ->
                Problem.of(
                        ErrorCode.M1001,
                        "the plan has no step " + typed,
                        "a step is named by its id or by its number",
                        "migrator show " + file + " -o json")
                    .exception());
  }
}
