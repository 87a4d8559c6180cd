package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.wiring.Surroundings;
import dev.migrator.journal.RunFile;
import dev.migrator.plan.Plan;
import dev.migrator.report.Listing;
import dev.migrator.runbook.Roles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the ClusterRole that a plan needs. */
@Command(
    name = "rbac",
    description =
        "Prints the ClusterRole that applying a plan, or its way back, needs in one of the"
            + " clusters.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "To make a plan, get and list on everything is enough, in both clusters.",
      "",
      "Examples:",
      "  migrator rbac move.plan.yaml --role source | kubectl --context old apply -f -",
      "  migrator rbac move.plan.yaml --role source --backward | kubectl --context old apply -f -"
    })
public final class RbacCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Parameters(paramLabel = "PLAN", description = "The plan file.")
  private String file = "";

  @Option(
      names = "--role",
      required = true,
      paramLabel = "source|target",
      description = "The cluster that the role is for.")
  private Roles.Side side = Roles.Side.SOURCE;

  @Option(
      names = "--backward",
      description = "For the way back: rollback, and the plan that rollback --backward writes.")
  private boolean backward;

  @Mixin private FormOption form = new FormOption();

  @Mixin private ClusterOptions clusters = new ClusterOptions();

  RbacCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Plan plan = PlanFiles.read(surroundings, file);
    ClusterOptions.Pair logins =
        clusters
            .orElse(
                new RunFile.Login(Optional.empty(), plan.source().context()),
                new RunFile.Login(Optional.empty(), plan.target().context()))
            .absolute(surroundings::path);
    try (OpenClusters open = OpenClusters.of(surroundings, logins, plan.settings().limits())) {
      print(
          backward
              ? Roles.backward(plan, open.source(), open.target(), side)
              : Roles.role(plan, open.source(), open.target(), side));
      return 0;
    }
  }

  private void print(ObjectNode role) {
    List<ObjectNode> rules = new ArrayList<>();
    role.withArray("rules").forEach(rule -> rules.add((ObjectNode) rule));
    role.remove("rules");
    surroundings
        .console()
        .document(form.form().orElse(Listing.Form.YAML), role, Map.of("rules", rules.stream()));
  }
}
