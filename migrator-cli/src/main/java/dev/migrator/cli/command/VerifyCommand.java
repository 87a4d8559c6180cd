package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.IdentityOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.ProblemOutput;
import dev.migrator.cli.output.Style;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.execute.TargetCheck;
import dev.migrator.execute.WayBackDecision;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.report.PlanView;
import dev.migrator.runbook.Verifying;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares both clusters with the expected result of a run. */
@Command(
    name = "verify",
    description = "Compares both clusters with the expected result of a run. Changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 everything is as planned; 22 it is not.",
      "",
      "Examples:",
      "  migrator verify latest",
      "  migrator verify r-7f3a -o json"
    })
public final class VerifyCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private IdentityOption identity = new IdentityOption();
  @Mixin private FormOption form = new FormOption();

  VerifyCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    KnownRun known = KnownRun.of(environment, run, clusters).with(identity, environment);
    List<TargetCheck.Mismatch> wrong;
    try (OpenClusters open = known.open(environment)) {
      wrong = Verifying.verify(open.source(), open.target(), known.directory(), known.plan());
    }
    show(wrong, known);
    return wrong.isEmpty() ? 0 : ErrorCode.Category.VERIFICATION.exitCode();
  }

  private void show(List<TargetCheck.Mismatch> wrong, KnownRun known) {
    Plan plan = known.plan();
    Console console = environment.console();
    if (form.form().isPresent()) {
      console.document(
          form.form().get(),
          known
              .head("Verification")
              .put("objects", plan.objects().size())
              .put("asPlanned", wrong.isEmpty()),
          Map.of(
              "differences",
              wrong.stream()
                  .map(mismatch -> PlanView.item(mismatch.ref()).put("what", mismatch.what()))));
      return;
    }
    wrong.forEach(
        mismatch ->
            console.print(
                "%-52s %s".formatted(RefText.of(mismatch.ref()), Printable.of(mismatch.what()))));
    if (wrong.isEmpty()) {
      console.print(
          Style.GOOD.on(
              console.terminal().results(),
              Amount.of(plan.objects().size(), "object is", "objects are")
                  + " as planned at "
                  + plan.target().context()));
    } else {
      ProblemOutput.say(console, problem(wrong, known));
    }
  }

  private static Problem problem(List<TargetCheck.Mismatch> wrong, KnownRun known) {
    TargetCheck.Mismatch first = wrong.getFirst();
    return Problem.of(
            ErrorCode.M2301,
            Amount.of(wrong.size())
                + " of "
                + Amount.of(known.plan().objects().size(), "object")
                + (wrong.size() == 1 ? " is" : " are")
                + " not as planned",
            (wrong.size() == 1 ? "" : "the first: ")
                + RefText.of(first.ref())
                + ": "
                + Printable.of(first.what()),
            next(known.id(), known.directory().readJournal().state()))
        .withState("This command changed nothing.");
  }

  private static String next(String run, JournalState journal) {
    Optional<JournalRecord.Ending> ending =
        journal.finished().map(JournalRecord.RunFinished::ending);
    if (ending.filter(JournalRecord.Ending.DONE::equals).isPresent()) {
      return "migrator verify " + run + "   (when they are mended at the target)";
    }
    if (ending.filter(JournalRecord.Ending.ROLLED_BACK::equals).isPresent()) {
      return "migrator status " + run + "   (the run was rolled back)";
    }
    return WayBackDecision.command(journal, run)
        .orElse("migrator resume " + run + "   (the run is not done)");
  }
}
