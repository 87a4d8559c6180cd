package dev.migrator.execute;

import dev.migrator.event.StepText;
import dev.migrator.execute.CommandRunner.Ended;
import dev.migrator.migration.Migration.Hook;
import dev.migrator.migration.Migration.HookPoint;
import dev.migrator.model.ErrorCode;
import dev.migrator.plan.Step;
import dev.migrator.report.DurationText;
import dev.migrator.report.HookCall;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the commands of hooks.
 *
 * <p>Crash: the intent is on disk before the command begins. Without an outcome after it, the
 * command is run again, because nobody but itself knows what it did; it is told how often it was
 * begun.
 */
final class Hooks {

  private final Run run;
  private final CommandRunner commands;
  private final Interruption interruption;

  Hooks(Run run, CommandRunner commands, Interruption interruption) {
    this.run = run;
    this.commands = commands;
    this.interruption = interruption;
  }

  /**
   * Runs the command of a step.
   *
   * <p>Errors: {@link StoppedException} when it failed while the run shall stop: the same Ctrl-C
   * may have reached both.
   */
  StepResult run(Step step) {
    HookPoint point = step.command().orElseThrow();
    Hook hook =
        Optional.ofNullable(run.plan().settings().hooks().get(point))
            .orElseThrow(() -> new IllegalStateException(step.id() + " has no command"));
    run.intend(step, "", "", Optional.empty());
    int attempt = run.journal().state().step(step.id()).intents();
    HookCall call = new HookCall(run.plan(), step, point, object(step), run.id(), attempt);
    Ended ended =
        ended(
            new CommandRunner.Command(
                step.id().text(),
                attempt,
                hook.argv(),
                hook.timeout(),
                environment(point, attempt),
                call.text()));
    return switch (ended) {
      case Ended.Exited e ->
          e.code() == 0
              ? StepResult.done("the command ended with 0")
              : failed(step, hook, "the command ended with " + e.code());
      case Ended.TookTooLong e ->
          failed(
              step,
              hook,
              "the command was ended after " + DurationText.of(hook.timeout()) + ", its timeout");
      case Ended.NotStarted e -> failed(step, hook, "the command cannot be run: " + e.why());
    };
  }

  private Ended ended(CommandRunner.Command command) {
    try {
      return commands.run(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private Map<String, String> environment(HookPoint point, int attempt) {
    return Map.of(
        "MIGRATOR_HOOK", point.label(),
        "MIGRATOR_RUN", run.id(),
        "MIGRATOR_ATTEMPT", String.valueOf(attempt));
  }

  private Optional<HookCall.Subject> object(Step step) {
    return step instanceof Step.OnObject on
        ? Optional.of(new HookCall.Subject(on.object(), run.atTarget(run.planned(on.object()))))
        : Optional.empty();
  }

  private StepResult failed(Step step, Hook hook, String why) {
    if (interruption.isRequested()) {
      throw new StoppedException();
    }
    String what = StepText.doing(step) + " failed";
    return switch (hook.onFailure()) {
      case CONTINUE -> {
        run.notice(what + ": " + why + "; the run goes on, as the plan says");
        yield StepResult.done("failed, and may: " + why);
      }
      case ABORT -> run.failed(ErrorCode.M2111, what, why);
    };
  }
}
