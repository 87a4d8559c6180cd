package dev.migrator.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cluster.Cluster;
import dev.migrator.journal.RunFile;
import dev.migrator.journal.Vault;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.report.Listing;
import dev.migrator.runbook.Roles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the roles that making a plan, applying it, or its way back, needs. */
@Command(
    name = "rbac",
    description =
        "Prints the roles that applying a plan, or its way back, needs in one of the clusters;"
            + " without a plan, those that making one needs.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  migrator rbac --role source --source-context old --user ann | kubectl --context old apply"
          + " -f -",
      "  migrator rbac move.plan.yaml --role source --user ann | kubectl --context old apply -f -",
      "  migrator rbac move.plan.yaml --role source --backward | kubectl --context old apply -f -"
    })
public final class RbacCommand implements Callable<Integer> {

  /** Requests per second: it asks once what the cluster serves. */
  private static final int UNLIMITED = 0;

  private final Environment environment;

  @Parameters(
      paramLabel = "PLAN",
      arity = "0..1",
      description = "The plan file. Without it: what making a plan needs.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--role",
      required = true,
      paramLabel = "source|target",
      description = "The cluster that the roles are for.")
  private Roles.Where where = Roles.Where.SOURCE;

  @Option(
      names = "--backward",
      description = "For the way back: rollback, and the plan that rollback --backward writes.")
  private boolean backward;

  @ArgGroup private @Nullable Bound bound;

  /** As kubectl create rolebinding calls them. */
  static final class Bound {

    @Option(
        names = "--user",
        paramLabel = "NAME",
        description = "Also binds the roles to the user.")
    private Optional<String> user = Optional.empty();

    @Option(
        names = "--group",
        paramLabel = "NAME",
        description = "Also binds the roles to the group.")
    private Optional<String> group = Optional.empty();

    @Option(
        names = "--serviceaccount",
        paramLabel = "NAMESPACE:NAME",
        description = "Also binds the roles to the ServiceAccount.")
    private Optional<String> serviceAccount = Optional.empty();

    Optional<Roles.Subject> subject() {
      return user.map(name -> new Roles.Subject("User", "", name))
          .or(() -> group.map(name -> new Roles.Subject("Group", "", name)))
          .or(() -> serviceAccount.map(Bound::serviceAccount));
    }

    private static Roles.Subject serviceAccount(String text) {
      int colon = text.indexOf(':');
      if (colon <= 0 || colon == text.length() - 1) {
        throw Problem.of(
                ErrorCode.M1001,
                "--serviceaccount " + text + " is no NAMESPACE:NAME",
                "a ServiceAccount is in a namespace",
                "migrator rbac ... --serviceaccount ops:migrator")
            .exception();
      }
      return new Roles.Subject(
          "ServiceAccount", text.substring(0, colon), text.substring(colon + 1));
    }
  }

  @Mixin private FormOption form = new FormOption();

  @Mixin private ClusterOptions clusters = new ClusterOptions();

  RbacCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Optional<Roles.Subject> subject = Optional.ofNullable(bound).flatMap(Bound::subject);
    print(file.map(name -> ofPlan(name, subject)).orElseGet(() -> toPlan(subject)));
    return 0;
  }

  private List<ObjectNode> ofPlan(String name, Optional<Roles.Subject> subject) {
    Plan plan = PlanFiles.read(environment, name);
    ClusterOptions.Pair logins =
        clusters
            .orElse(
                new RunFile.Login(Optional.empty(), plan.source().context()),
                new RunFile.Login(Optional.empty(), plan.target().context()))
            .absolute(environment::path);
    try (OpenClusters open = OpenClusters.of(environment, logins, plan.settings().limits())) {
      return backward
          ? Roles.toGoBack(plan, vaulted(name), open.source(), open.target(), where, subject)
          : Roles.toApply(plan, open.source(), open.target(), where, subject);
    }
  }

  /** Of a run's own copy of its plan, what the run put into the vault beside it. */
  private Set<ObjectRef> vaulted(String name) {
    return Vault.kept(environment.disk(), environment.path(name).resolveSibling("vault"));
  }

  private List<ObjectNode> toPlan(Optional<Roles.Subject> subject) {
    if (backward) {
      throw Problem.of(
              ErrorCode.M1001,
              "--backward needs a plan",
              "the way back is that of what a plan moves",
              "migrator rbac move.plan.yaml --role source --backward")
          .exception();
    }
    RunFile.Login login =
        ClusterOptions.Pair.absolute(
            where == Roles.Where.SOURCE ? clusters.source() : clusters.target(), environment::path);
    try (Cluster cluster = environment.connections().open(login, UNLIMITED)) {
      return Roles.toPlan(cluster, where, subject);
    }
  }

  private void print(List<ObjectNode> objects) {
    environment
        .console()
        .document(
            form.form().orElse(Listing.Form.YAML),
            Json.object().put("apiVersion", "v1").put("kind", "List"),
            Map.of("items", objects.stream()));
  }
}
