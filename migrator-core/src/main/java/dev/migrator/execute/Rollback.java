package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes a run back that has deleted nothing at the source yet: what was stopped goes on, what was
 * copied is removed in the reverse order.
 */
public final class Rollback {

  private Rollback() {}

  /**
   * The objects that are no longer at the source, or may not be, in the plan's order: with any of
   * these the way back is a move of its own. What ran to its end there is not among them.
   */
  public static List<ObjectRef> away(Plan plan, JournalState journal) {
    return Lifecycle.of(plan, journal).handedOver(WayBack.BRING_BACK, WayBack.MOVE_BACK);
  }

  /** Writes down that these are back at the source, by a run of their own. */
  public static void noteReturned(Journal journal, Instant now, List<ObjectRef> returned) {
    returned.forEach(
        ref ->
            journal.append(
                new StepOutcome(now, Restoring.step(ref).id(), Result.OBSERVED, Map.of())));
  }

  /**
   * What is done. What is at the source is listed first, because what is stopped there is what
   * hurts; then the target, where all that is planned may have been created. They wait for none of
   * the other cluster.
   */
  public static List<Step.OnObject> steps(Plan plan, JournalState journal) {
    List<Step.OnObject> steps = new ArrayList<>(SettingBack.steps(plan, journal));
    // Safeguard: rollback-trusts-the-journal
    List<PlannedObject> created = plan.created();
    List<Step.OnObject> tidying = TransferTidying.stepsBack(plan, journal, true);
    RemovalOrder.of(plan, created)
        .forEach(step -> steps.add(TransferTidying.before(step, tidying)));
    steps.addAll(tidying);
    return List.copyOf(steps);
  }

  /**
   * Takes everything back that can be; what somebody changed stays and is named.
   *
   * <p>Crash: the journal forbids going on forward from here; the rollback can be begun again.
   *
   * @param relied what other runs count as theirs, named as at the target, and why it stays
   */
  public static RunEvent.RunEnded of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      Map<ObjectRef, String> relied,
      RunTools tools) {
    Run run = Run.of(plan, source, target, journal, vault, tools);
    WayBackDecision.ROLL_BACK.commit(journal, tools.time().now());
    TargetCopyRemoval removal = new TargetCopyRemoval(run, relied);
    SettingBack settingBack = new SettingBack(run);
    List<Step.OnObject> steps = steps(plan, journal.state());
    run.events().accept(new RunEvent.RunStarted(run.clock().now(), run.id(), steps.size(), 0));
    WayBackExecution.Outcome outcome =
        WayBackExecution.of(
            run,
            tools,
            steps,
            Map.of(
                Verb.SET_BACK,
                settingBack,
                Verb.REMOVE_COPY,
                removal,
                Verb.TIDY,
                new TransferTidying(run)::back),
            1);
    if (outcome.left() == 0) {
      outcome = CascadeRestore.afterAll(run, outcome);
      tellWhatStays(run, removal.withData());
    }
    return ending(run).of(run, outcome);
  }

  private static WayBackEnding ending(Run run) {
    return new WayBackEnding(
        "the rollback of run " + run.id(),
        Outcome.ROLLED_BACK,
        ErrorCode.M2401,
        " ",
        failed -> Amount.of(failed, "object") + " could not be put back as they were",
        left -> Amount.of(left, "object is", "objects are") + " not put back yet",
        run.resume());
  }

  private static void tellWhatStays(Run run, List<ObjectRef> withData) {
    if (!withData.isEmpty()) {
      run.notice(
          Amount.of(withData.size(), "claim stays", "claims stay")
              + " at the target with data that may be newer: the source goes on with the data that"
              + " it has itself; copy what is needed, then delete them by hand");
    }
    Lifecycle.of(run.plan(), run.journal().state())
        .ended()
        .forEach(
            ref ->
                run.notice(
                    RefText.of(ref)
                        + " ran to its end at the source and stays deleted;"
                        + " its definition is in the vault"));
  }
}
