package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.PrunedCopiesRestore;
import dev.migrator.execute.StayReason;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.StepId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes the copies that a finished move left at the source: only what is at the target, made from
 * it, equal and no worse, and at the source still as it was when it moved. What takes other things
 * along when it is deleted (namespaces, definitions, volumes) stays, what is cluster-scoped, unless
 * it is asked for by name and nothing else uses it, and what anything that stays needs.
 */
public final class Pruning {

  private static final int SOME = 8;

  private Pruning() {}

  /**
   * Looks, and changes nothing.
   *
   * <p>Errors: M1107 when the run is not done, or what was handed over is not where it should be;
   * M1104 when the source does not say what it serves; as {@link Verifying}.
   */
  public static PrunePlan plan(Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    return plan(source, target, directory, plan, Set.of());
  }

  /**
   * As {@link #plan(Cluster, Cluster, RunDirectory, Plan)}, also with copies in no namespace.
   *
   * @param clusterScoped the names of those that may go, too
   */
  public static PrunePlan plan(
      Cluster source,
      Cluster target,
      RunDirectory directory,
      Plan plan,
      Set<String> clusterScoped) {
    requireDone(directory, directory.hasJournal() ? finished(directory) : Optional.empty());
    return PrunePlanning.decide(source, target, directory, plan, clusterScoped).plan();
  }

  private static Optional<JournalRecord.RunFinished> finished(RunDirectory directory) {
    return directory.readJournal().state().finished();
  }

  private static void requireDone(
      RunDirectory directory, Optional<JournalRecord.RunFinished> finished) {
    if (finished.filter(end -> end.ending() == JournalRecord.Ending.DONE).isEmpty()) {
      String run = directory.run().id();
      boolean isRolledBack =
          finished.filter(end -> end.ending() == JournalRecord.Ending.ROLLED_BACK).isPresent();
      throw Problem.of(
              ErrorCode.M1107,
              "run "
                  + run
                  + (isRolledBack ? " was rolled back" : " is not done")
                  + ", so nothing is removed from the source",
              "the copies at the source are what there is to fall back on",
              (isRolledBack ? "migrator status " : "migrator resume ") + run)
          .exception();
    }
  }

  /**
   * Removes what the prune plan says, each by uid and resourceVersion; what changed meanwhile
   * stays, unless it is only its status.
   *
   * <p>Crash: each removal is announced in the prune's own journal, and what is removed is in its
   * own vault; the rest can be planned and pruned again.
   */
  public static RunEvent.RunEnded prune(RunContext runContext, Plan plan, PrunePlan prunePlan) {
    return ApplyRunbook.prepared(runContext, plan)
        .withLocks(
            JournalState.PRUNE,
            (source, target, locks, journal) -> {
              // Somebody may have taken the run back since the prune was planned.
              requireDone(runContext.directory(), journal.state().finished());
              PrunePlanning.Decision now = decideAgain(runContext, plan, prunePlan);
              source.guardBy(locks);
              tell(
                  runContext,
                  new RunEvent.RunStarted(
                      runContext.time().now(),
                      runContext.directory().run().id(),
                      prunePlan.removed().size(),
                      0));
              RunEvent.RunEnded ended;
              try (PruneRecord record = PruneRecord.begin(runContext, source, plan, now.plan())) {
                SourceCopyRemoval copies =
                    new SourceCopyRemoval(runContext, source, target, plan, now, record);
                ended = removed(runContext, plan, prunePlan, now.plan(), copies, record);
              }
              // The run stays what it was: done. What could not be removed can be pruned again.
              journal.append(
                  new JournalRecord.RunFinished(
                      runContext.time().now(), JournalRecord.Ending.DONE));
              return ended;
            });
  }

  /** Somebody may have changed something since: once more, before the first deletion. */
  private static PrunePlanning.Decision decideAgain(
      RunContext runContext, Plan plan, PrunePlan asked) {
    Map<ObjectRef, String> uids =
        asked.removed().stream()
            .collect(Collectors.toMap(PrunePlan.Copy::ref, PrunePlan.Copy::uid));
    Set<String> names = uids.keySet().stream().map(ObjectRef::name).collect(Collectors.toSet());
    PrunePlanning.Decision now =
        PrunePlanning.decide(
            runContext.source(), runContext.target(), runContext.directory(), plan, names);
    now.plan().removed().stream()
        .filter(copy -> !copy.uid().equals(uids.get(copy.ref())))
        .forEach(
            copy ->
                now.staying()
                    .keep(copy.ref(), StayReason.of("was created since the prune was planned")));
    List<PrunePlan.Copy> removed =
        now.plan().removed().stream()
            .filter(copy -> now.staying().kept(copy.ref()).isEmpty())
            .toList();
    Map<ObjectRef, String> kept = new java.util.TreeMap<>(now.plan().kept());
    now.staying().kept().forEach((ref, reason) -> kept.put(ref, reason.words()));
    return new PrunePlanning.Decision(new PrunePlan(removed, kept), now.staying());
  }

  private static RunEvent.RunEnded removed(
      RunContext runContext,
      Plan plan,
      PrunePlan prunePlan,
      PrunePlan now,
      SourceCopyRemoval copies,
      PruneRecord record) {
    List<String> failed = new ArrayList<>();
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    int looked = 0;
    Map<ObjectRef, PrunePlan.Copy> going =
        now.removed().stream().collect(Collectors.toMap(PrunePlan.Copy::ref, one -> one));
    for (PrunePlan.Copy copy : prunePlan.removed()) {
      if (runContext.interruption().isRequested()) {
        break;
      }
      looked++;
      PlannedObject object = Optional.ofNullable(objects.get(copy.ref())).orElseThrow();
      Optional<String> why =
          Optional.ofNullable(now.kept().get(copy.ref()))
              .or(
                  () ->
                      Optional.ofNullable(going.get(copy.ref()))
                          .flatMap(one -> copies.remove(object, one)));
      record.note(copy.ref(), why);
      tell(runContext, event(runContext, copy, why));
      why.ifPresent(w -> failed.add(RefText.of(copy.ref()) + ": " + w));
    }
    int left = prunePlan.removed().size() - looked;
    record.end(
        switch (outcome(failed, left)) {
          case INTERRUPTED -> JournalRecord.Ending.INTERRUPTED;
          case BLOCKED -> JournalRecord.Ending.BLOCKED;
          default -> JournalRecord.Ending.DONE;
        });
    return ended(runContext, prunePlan, failed, left);
  }

  private static void tell(RunContext runContext, RunEvent event) {
    runContext.events().accept(event);
  }

  private static RunEvent event(RunContext runContext, PrunePlan.Copy copy, Optional<String> why) {
    StepId step = PrunedCopiesRestore.removal(copy.ref());
    return why.isEmpty()
        ? new RunEvent.StepDone(
            runContext.time().now(), step, Phase.VERIFY, "removed from the source")
        : new RunEvent.StepFailed(
            runContext.time().now(),
            step,
            Problem.of(
                ErrorCode.M2103,
                RefText.of(copy.ref()) + " could not be removed from the source",
                why.get(),
                "migrator prune " + runContext.directory().run().id()));
  }

  private static RunEvent.RunEnded ended(
      RunContext runContext, PrunePlan prunePlan, List<String> failed, int left) {
    List<Problem> problems = new ArrayList<>();
    if (left > 0) {
      problems.add(
          Problem.of(
              ErrorCode.M9130,
              "the prune was interrupted at a checkpoint",
              Amount.of(left, "copy is", "copies are") + " still at the source",
              "migrator prune " + runContext.directory().run().id()));
    }
    if (!failed.isEmpty()) {
      problems.add(
          Problem.of(
              ErrorCode.M2103,
              Amount.of(failed.size(), "copy", "copies") + " could not be removed from the source",
              failed.stream().limit(SOME).collect(Collectors.joining("; ")),
              "migrator prune " + runContext.directory().run().id()));
    }
    RunEvent.RunEnded ended =
        new RunEvent.RunEnded(
            runContext.time().now(),
            outcome(failed, left),
            prunePlan.removed().size() - failed.size() - left,
            failed.size(),
            left,
            problems);
    tell(runContext, ended);
    return ended;
  }

  private static RunEvent.Outcome outcome(List<String> failed, int left) {
    if (left > 0) {
      return RunEvent.Outcome.INTERRUPTED;
    }
    return failed.isEmpty() ? RunEvent.Outcome.DONE : RunEvent.Outcome.BLOCKED;
  }
}
