package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.StayReason;
import dev.migrator.execute.WayBackEnding;
import dev.migrator.execute.WayBackExecution;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.Verb;
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
              WayBackEnding ending = ending(runContext.directory());
              tell(
                  runContext,
                  new RunEvent.RunStarted(
                      runContext.time().now(),
                      runContext.directory().run().id(),
                      prunePlan.removed().size(),
                      0));
              WayBackExecution.Outcome outcome;
              source.guardBy(locks);
              try (PruneRecord record = PruneRecord.begin(runContext, source, plan, now.plan())) {
                outcome =
                    WayBackExecution.of(
                        plan,
                        source,
                        target,
                        record.journal(),
                        record.vault(),
                        ApplyRunbook.tools(runContext, locks),
                        steps(prunePlan),
                        Map.of(
                            Verb.PRUNE,
                            new SourceCopyRemoval(runContext, source, target, plan, now, record)),
                        1);
                record.end(ending.ending(outcome));
              }
              // The run stays what it was: done. What could not be removed can be pruned again.
              journal.append(
                  new JournalRecord.RunFinished(
                      runContext.time().now(), JournalRecord.Ending.DONE));
              RunEvent.RunEnded ended = ending.event(runContext.time().now(), outcome);
              tell(runContext, ended);
              return ended;
            });
  }

  /** A step for each copy, in the order in which they go: what needs others comes first. */
  private static List<Step.OnObject> steps(PrunePlan prune) {
    return prune.removed().stream()
        .map(copy -> new Step.OnObject(Verb.PRUNE, copy.ref(), List.of()))
        .toList();
  }

  private static WayBackEnding ending(RunDirectory directory) {
    return new WayBackEnding(
        "the prune",
        RunEvent.Outcome.DONE,
        ErrorCode.M2103,
        ": ",
        failed -> Amount.of(failed, "copy", "copies") + " could not be removed from the source",
        left -> Amount.of(left, "copy is", "copies are") + " still at the source",
        "migrator prune " + directory.run().id());
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

  private static void tell(RunContext runContext, RunEvent event) {
    runContext.events().accept(event);
  }
}
