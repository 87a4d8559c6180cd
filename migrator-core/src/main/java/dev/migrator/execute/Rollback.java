package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a run back that has deleted nothing at the source yet: what was stopped goes on, what was
 * copied is removed in the reverse order.
 */
public final class Rollback {

  private final Run run;
  private final Undoing undoing;
  private final TargetCopyRemoval removing;
  private final LateRequests open;
  private final List<Step.Quiesce> late;
  private final WayBackProgress account;
  private final List<ObjectRef> withData = new ArrayList<>();

  private Rollback(Run run, Map<ObjectRef, String> relied) {
    this.run = run;
    this.undoing = new Undoing(run);
    this.removing = new TargetCopyRemoval(run, relied);
    this.account = new WayBackProgress(run);
    // Both before anything is set back, which is written down under the same steps.
    this.open = LateRequests.of(run.journal().state());
    this.late = late();
  }

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
            journal.append(new StepOutcome(now, Restoring.step(ref), Result.OBSERVED, Map.of())));
  }

  /**
   * Everything that was stopped and may still be, in the plan's order; and what scales, when a
   * scaler was paused: that comes before the stop. What was restored is not what was stopped.
   */
  private static List<Step.Quiesce> stopped(Plan plan, JournalState journal) {
    boolean paused = PausedScalers.any(journal);
    Lifecycle places = Lifecycle.of(plan, journal);
    List<Step.Quiesce> stopped = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Quiesce quiesce
          && isAtSource(places.of(quiesce.object()))
          && (journal.status(quiesce.id()) != StepStatus.NOT_STARTED
              || (paused && quiesce.object().group().equals("apps")))) {
        stopped.add(quiesce);
      }
    }
    return stopped;
  }

  /** What is back at the source and may be held at 0 by a scaler that the run paused. */
  private static List<ObjectRef> held(Plan plan, JournalState journal) {
    return PausedScalers.any(journal) ? Lifecycle.of(plan, journal).restored() : List.of();
  }

  private static boolean isAtSource(Position position) {
    return switch (position.wayBack()) {
      case NOTHING, SET_GOING -> position.stage() != Stage.RESTORED;
      case REMOVE_COPY, BRING_BACK, MOVE_BACK, STAYS_DELETED -> false;
    };
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
    return new Rollback(run, relied).run();
  }

  private RunEvent.RunEnded run() {
    List<Step.Quiesce> stopped = stopped(run.plan(), run.journal().state());
    // Safeguard: rollback-trusts-the-journal
    List<PlannedObject> created = run.plan().created();
    account.begin(stopped.size() + created.size());
    try {
      undo(stopped, created);
      bringBackWhatWentAlong();
    } catch (StoppedException e) {
      int left = stopped.size() + created.size() - account.looked();
      return account.interrupted(
          "the rollback", left, Amount.of(left, "object is", "objects are") + " not put back yet");
    }
    return ended();
  }

  private void undo(List<Step.Quiesce> stopped, List<PlannedObject> created) {
    // The source first: what is stopped there is what hurts.
    for (Step.Quiesce step : stopped) {
      note(step.object(), "set back", undoing.setBack(step));
    }
    // Safeguard: rollback-does-not-wait
    awaitLateRequests();
    for (ObjectRef ref : held(run.plan(), run.journal().state())) {
      undoing.wakeScalers(ref).ifPresent(why -> account.keep(ref, why));
    }
    for (List<PlannedObject> together : RemovalOrder.of(run.plan(), created)) {
      removing.remove(together, removal -> note(removal.object().ref(), removal));
    }
  }

  private void bringBackWhatWentAlong() {
    List<ObjectRef> returned = Lifecycle.of(run.plan(), run.journal().state()).restored();
    if (returned.isEmpty()) {
      return;
    }
    Run home = run.homeward();
    try (WatchHub watches = new WatchHub(run.source().cluster())) {
      new CascadeRestore(run, home, new Creating(home, watches))
          .bringBack(returned)
          .failed()
          .forEach(account::keep);
    }
  }

  private void awaitLateRequests() {
    LateRequests.await(run, open.quiet());
    for (Step.Quiesce step : late) {
      undoing.setBack(step).ifPresent(why -> account.keep(step.object(), why));
    }
  }

  /** What may be stopped, or its scaler paused, after it was set back. */
  private List<Step.Quiesce> late() {
    return stopped(run.plan(), run.journal().state()).stream()
        .filter(step -> open.hasPause() || open.has(step.id()))
        .toList();
  }

  private void note(ObjectRef ref, String how, Optional<String> why) {
    account.note(StepId.of(Verb.ROLL_BACK, ref), Phase.COPY, ref, how, why);
  }

  /** Data that stays by design is no failure. */
  private void note(ObjectRef ref, TargetCopyRemoval.Removal removal) {
    Optional<StayReason> data = removal.kept().filter(StayReason::isData);
    if (data.isEmpty()) {
      note(ref, removal.how(), removal.kept().map(StayReason::words));
      return;
    }
    note(ref, "stays at the target for the data of its volumes", Optional.empty());
    run.notice(RefText.of(ref) + " " + data.get().words());
    if (ref.groupKind().equals("PersistentVolumeClaim")) {
      withData.add(ref);
    }
  }

  private void noteData() {
    if (!withData.isEmpty()) {
      run.notice(
          Amount.of(withData.size(), "claim stays", "claims stay")
              + " at the target with data that may be newer: the source goes on with the data that"
              + " it has itself; copy what is needed, then delete them by hand");
    }
  }

  private RunEvent.RunEnded ended() {
    noteData();
    Lifecycle.of(run.plan(), run.journal().state())
        .ended()
        .forEach(
            ref ->
                run.notice(
                    RefText.of(ref)
                        + " ran to its end at the source and stays deleted;"
                        + " its definition is in the vault"));
    return account.ended(
        Ending.ROLLED_BACK, Outcome.ROLLED_BACK, "could not be put back as they were");
  }
}
