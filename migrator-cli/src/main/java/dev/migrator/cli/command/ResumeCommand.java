package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.option.GateOptions;
import dev.migrator.cli.option.IdentityOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanHeader;
import dev.migrator.runbook.ApplyRunbook;
import dev.migrator.runbook.Rebuilding;
import dev.migrator.runbook.RunContext;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes on with a run after a failure, an interruption or a crash. */
@Command(
    name = "resume",
    description = "Goes on with a run after a failure, an interruption or a crash.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Looks at both clusters first; what is done is not done again. Asks nothing but at gates,",
      "with --rebuild whether the lost run deleted what is at neither cluster, and with",
      "--leave-out whether what needs the object shall go on without it.",
      "",
      "Examples:",
      "  migrator resume latest",
      "  migrator resume r-7f3a --approve-gate afterCopy",
      "  migrator resume r-7f3a --leave-out tlsroute.gateway.networking.k8s.io/shop/web",
      "  migrator resume r-7f3a --rebuild"
    })
public final class ResumeCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private IdentityOption identity = new IdentityOption();
  @Mixin private GateOptions gates = new GateOptions();
  @Mixin private EventsOption events = new EventsOption();

  @Option(
      names = "--rebuild",
      description =
          "The journal is lost or damaged: make it again from the vault and both clusters.")
  private boolean rebuild;

  @Option(
      names = "--yes",
      description =
          "Answer the question of --rebuild with yes, that it was the lost run that deleted what"
              + " is at neither cluster, and that of --leave-out. Opens no gate.")
  private boolean yes;

  @Option(
      names = "--leave-out",
      paramLabel = "REF",
      description =
          "Go on without this object, kind/namespace/name or kind/name: it stays at the source."
              + " Repeatable. Asks, and names what needs it.")
  private List<String> leaveOut = List.of();

  ResumeCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    KnownRun known = KnownRun.of(environment, run, clusters).with(identity, environment);
    if (!leaveOut.isEmpty()) {
      if (!new LeaveOut(environment, known).agreed(leaveOut, yes)) {
        return ErrorCode.Category.BLOCKED.exitCode();
      }
      known = KnownRun.of(environment, run, clusters).with(identity, environment);
    }
    if (rebuild) {
      DamagedJournal.move(environment, known.directory());
    }
    ApplyCommand.requireGates(known.plan(), gates.approved());
    environment.console().say(PlanHeader.fromTo(known.plan()));
    ApplyCommand.sayCommands(environment.console(), known.plan());
    return new MovingSession(environment, known.directory(), known.plan(), gates.approved(), events)
        .run("resume", known.logins(), rebuild ? this::rebuilt : ApplyRunbook::resume);
  }

  private RunEvent.RunEnded rebuilt(RunContext runContext, Plan plan) {
    String again = "migrator resume " + runContext.directory().run().id() + " --rebuild --yes";
    Rebuilding.rebuild(runContext, plan, question -> deletedByUs(question, again));
    return ApplyRunbook.resume(runContext, plan);
  }

  /** What nobody but a person can know. */
  private boolean deletedByUs(Rebuilding.Question question, String again) {
    Console console = environment.console();
    console.say("Gone from the source or going, not at the target, and in the vault:");
    question.atNeither().forEach(ref -> console.say("  " + RefText.of(ref)));
    console.say("They are created at the target when it was the lost run that deleted them.");
    return Confirmation.given(console, yes, again);
  }
}
