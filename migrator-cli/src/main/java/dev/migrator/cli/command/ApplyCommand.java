package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EmptyVolumesOption;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.option.GateOptions;
import dev.migrator.cli.option.StateOptions;
import dev.migrator.cli.option.YesOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.Style;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.RefText;
import dev.migrator.journal.PlanKeyFile;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.RunFile;
import dev.migrator.journal.VaultKeys;
import dev.migrator.model.Amount;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Shell;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.report.Blockers;
import dev.migrator.report.PlanDiff;
import dev.migrator.report.PlanReport;
import dev.migrator.runbook.ApplyRunbook;
import dev.migrator.runbook.Replanning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Carries out a plan. */
@Command(
    name = "apply",
    description = "Carries out a plan: copies, hands over, recreates, verifies.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Says what will be deleted at the source, and asks before it begins. Gates are not opened by",
      "--yes, but by --approve-gate, or from another terminal by migrator approve. Where volumes",
      "start without their data, --yes needs --accept-empty-volumes beside it.",
      "Without cluster options it uses the contexts that the plan names; it refuses other"
          + " clusters.",
      "",
      "Exit codes: 0 done; 10 to 14 nothing was changed; 20 to 22 something was, and",
      "  migrator resume goes on; 130 or 143 interrupted.",
      "",
      "Examples:",
      "  migrator apply move.plan.yaml",
      "  migrator apply move.plan.yaml --yes --approve-gate afterCopy"
    })
public final class ApplyCommand implements Callable<Integer> {

  private final Environment environment;

  @Parameters(paramLabel = "PLAN", description = "The plan file.")
  private String file = "";

  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private YesOption yes = new YesOption();
  @Mixin private EmptyVolumesOption emptyVolumes = new EmptyVolumesOption();
  @Mixin private GateOptions gates = new GateOptions();
  @Mixin private EventsOption events = new EventsOption();
  @Mixin private StateOptions state = new StateOptions();

  @Option(
      names = "--vault-recipient",
      paramLabel = "RECIPIENT",
      split = ",",
      description =
          "Seal the vault's Secrets to this age recipient (age1...). Repeatable."
              + " Only its identity can resume the run.")
  private Set<String> recipients = new LinkedHashSet<>();

  @Option(
      names = "--replan-changed",
      description =
          "Plan anew what changed at the source since the plan was made, show the difference, and"
              + " ask. New objects stay out.")
  private boolean replanChanged;

  ApplyCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    byte[] bytes = PlanFiles.bytes(environment, file, ErrorCode.M1003);
    Plan plan = PlanFiles.parse(bytes, file);
    requireUnblocked(plan);
    requireGates(plan, gates.approved());
    VaultKeys keys = VaultKeys.of(List.copyOf(recipients), List.of());
    ClusterOptions.Pair logins =
        clusters
            .orElse(
                new RunFile.Login(Optional.empty(), plan.source().context()),
                new RunFile.Login(Optional.empty(), plan.target().context()))
            .absolute(environment::path);
    Optional<PlanKey> key = PlanKeyFiles.of(environment, file, plan);
    sayWithoutKey(plan, key);
    if (replanChanged) {
      Plan again = replanned(plan, key, logins);
      if (!again.equals(plan)) {
        StringBuilder text = new StringBuilder();
        PlanFile.write(again, text);
        return begin(again, text.toString().getBytes(StandardCharsets.UTF_8), key, logins, keys);
      }
    }
    return begin(plan, bytes, key, logins, keys);
  }

  /** Whoever consents knows how strictly the Secrets of the plan are compared. */
  private void sayWithoutKey(Plan plan, Optional<PlanKey> key) {
    if (plan.keyCheck().isPresent() && key.isEmpty()) {
      environment
          .console()
          .say(
              PlanKeyFile.name(Shell.word(file))
                  + " is not there: Secrets are compared by their resourceVersion.");
    }
  }

  private void requireUnblocked(Plan plan) {
    if (!plan.isBlocked()) {
      return;
    }
    String look = "migrator show " + Shell.word(file);
    Optional<String> moved = LaterRuns.ofWayBack(environment, state.directory(environment), plan);
    Blockers.of(
            plan,
            look,
            moved
                .map(run -> "migrator rollback " + run + " --backward")
                .orElse("migrator plan ..."))
        .ifPresent(
            blocked -> {
              throw blocked.exception();
            });
  }

  /** The plan of the same objects as the clusters are now; the difference stands on the screen. */
  private Plan replanned(Plan plan, Optional<PlanKey> key, ClusterOptions.Pair logins) {
    Plan again;
    try (OpenClusters open = OpenClusters.of(environment, logins, plan.settings().limits())) {
      again = Replanning.again(open.source(), open.target(), plan, key);
    }
    PlanDiff diff = PlanDiff.of(plan, again);
    Console console = environment.console();
    if (diff.isEmpty()) {
      console.say("Nothing that is planned has changed since the plan was made.");
      return plan;
    }
    console.say("Changed since the plan was made, and planned anew:");
    console.say(diff.lines().map(line -> "  " + line).toList());
    requireUnblocked(again);
    requireGates(again, gates.approved());
    return again;
  }

  private int begin(
      Plan plan, byte[] bytes, Optional<PlanKey> key, ClusterOptions.Pair logins, VaultKeys keys) {
    if (!confirm(plan, logins.target().context())) {
      return ErrorCode.Category.BLOCKED.exitCode();
    }
    RunDirectory directory =
        RunDirectory.create(
            environment.disk(),
            state.directory(environment),
            new RunFile(
                environment.newRunId().get(),
                environment.time().now(),
                Digest.ofBytes(bytes),
                logins.source(),
                logins.target(),
                RunFile.sealedTo(List.copyOf(recipients))),
            bytes,
            key.filter(k -> plan.keyCheck().isPresent()),
            keys);
    try {
      return new MovingSession(environment, directory, plan, gates.approved(), events)
          .run("apply", logins, ApplyRunbook::apply);
    } catch (ProblemException e) {
      forget(directory);
      throw e;
    }
  }

  /** Errors: M1001 when the plan has no such gate. */
  static void requireGates(Plan plan, Set<String> named) {
    List<String> known =
        plan.steps().stream()
            .filter(Step.Gate.class::isInstance)
            .map(step -> ((Step.Gate) step).name())
            .toList();
    for (String gate : named) {
      if (!known.contains(gate)) {
        throw Problem.of(
                ErrorCode.M1001,
                "the plan has no gate " + gate,
                known.isEmpty() ? "it has none at all" : "it has " + String.join(", ", known),
                "migrator apply --help")
            .exception();
      }
    }
  }

  /** Whoever consents to a plan, perhaps of somebody else, consents to these. */
  static void sayCommands(Console console, Plan plan) {
    List<String> commands = PlanHeader.allCommands(plan);
    if (!commands.isEmpty()) {
      console.say("Commands that the plan runs on this machine:");
      console.say(commands.stream().map(line -> "  " + line).toList());
    }
  }

  /** What cannot be taken back stands last, next to the question. */
  private boolean confirm(Plan plan, String target) {
    Console console = environment.console();
    PlanReport report = new PlanReport(plan);
    console.say(report.summary());
    sayCommands(console, plan);
    if (report.deleted() > 0) {
      console.say(
          Style.WARNING.on(
              console.terminal(),
              "Will be deleted at the source %s, after each was stopped and is in the vault: %d"
                  .formatted(plan.source().context(), report.deleted())));
      console.say(Confirmation.shortened(report.deletions(), "migrator show " + Shell.word(file)));
    }
    String command = "migrator apply " + Shell.word(file);
    if (!plan.startingEmpty().isEmpty()) {
      sayEmpty(console, plan);
      command += " --accept-empty-volumes";
      requireAccepted(plan, command);
    }
    return Confirmation.given(
        environment,
        new Confirmation.Changed("target", target, clusters.namesTarget()),
        yes.yes(),
        command);
  }

  private static void sayEmpty(Console console, Plan plan) {
    console.say(
        Style.WARNING.on(
            console.terminal(),
            "Will start at the target without the data that they have at the source: %d"
                .formatted(plan.startingEmpty().size())));
    console.say(new PlanReport(plan).startingEmpty());
  }

  /** Who says yes beforehand has not read which volumes start empty. */
  private void requireAccepted(Plan plan, String command) {
    if (yes.yes() && !emptyVolumes.accepted()) {
      throw Problem.of(
              ErrorCode.M1501,
              Amount.of(plan.startingEmpty().size(), "claim or workload", "claims or workloads")
                  + " would start without data, and --yes alone does not accept that",
              plan.startingEmpty().stream().map(RefText::of).collect(Collectors.joining(", ")),
              command + " --yes",
              "migrator explain data-stays")
          .withState("This command changed nothing.")
          .exception();
    }
  }

  /**
   * A run that never began is no run: {@code latest} must not mean it. Nothing is changed before
   * the vault is complete.
   */
  private void forget(RunDirectory directory) {
    if (directory.hasJournal() && directory.readJournal().state().vaulted()) {
      return;
    }
    try {
      environment.disk().delete(directory.root());
    } catch (IOException e) {
      environment.console().say("The folder " + directory.root() + " could not be removed.");
    }
  }
}
