package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.PrunedCopiesRestore;
import dev.migrator.execute.RunTools;
import dev.migrator.execute.WayBackEnding;
import dev.migrator.execute.WayBackExecution;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The way back of prunes: puts back at the source what they removed there. */
public final class PruneUndo {

  /** The command's name, for whoever finds the locks taken. */
  public static final String COMMAND = JournalState.PRUNE + " --undo";

  private PruneUndo() {}

  /**
   * What the run's prunes removed, or may have removed, and nobody put back; what others need
   * first.
   */
  public static List<ObjectRef> missing(RunDirectory directory, Plan plan) {
    Set<ObjectRef> missing = new LinkedHashSet<>();
    for (RunDirectory prune : begun(directory)) {
      PrunedCopiesRestore.missing(plan, prune.readJournal().state()).stream()
          .map(PlannedObject::ref)
          .forEach(missing::add);
      prune
          .vault()
          .ifPresent(
              vault ->
                  missing.addAll(
                      PrunedCopiesRestore.missingAlong(plan, prune.readJournal().state(), vault)));
    }
    return List.copyOf(missing);
  }

  /** Of {@link #missing}, what the source lacks and nobody tried to put back. */
  static List<ObjectRef> neverTried(RunDirectory directory, Plan plan, Cluster source) {
    Map<ObjectRef, PlannedObject> open = new LinkedHashMap<>();
    for (RunDirectory prune : begun(directory)) {
      JournalState journal = prune.readJournal().state();
      PrunedCopiesRestore.missing(plan, journal).stream()
          .filter(object -> !PrunedCopiesRestore.isTried(journal, object.ref()))
          .forEach(object -> open.putIfAbsent(object.ref(), object));
    }
    if (open.isEmpty()) {
      return List.of();
    }
    CommandSide side = new CommandSide("source", source);
    return open.values().stream()
        .filter(object -> side.get(object.ref(), object.sourceApiVersion()).isEmpty())
        .map(PlannedObject::ref)
        .toList();
  }

  /** Whether the last prune of the run did not come to its end, and nobody took it back. */
  public static boolean isInterrupted(RunDirectory directory, Plan plan) {
    List<RunDirectory> begun = begun(directory);
    return !begun.isEmpty()
        && begun
            .getLast()
            .readJournal()
            .state()
            .finished()
            .filter(end -> end.ending() != Ending.INTERRUPTED)
            .isEmpty()
        && !missing(directory, plan).isEmpty();
  }

  private static List<RunDirectory> begun(RunDirectory directory) {
    return directory.prunes().stream()
        .filter(RunDirectory::hasJournal)
        .filter(prune -> prune.readJournal().state().vaulted())
        .toList();
  }

  /**
   * Puts everything back that the run's prunes removed.
   *
   * <p>Errors: M1006 when there is nothing to put back; as {@link ApplyRunbook}.
   *
   * <p>Crash: it is begun again by the same command.
   */
  public static RunEvent.RunEnded undo(RunContext runContext, Plan plan) {
    RunDirectory directory = runContext.directory();
    int missing = missing(directory, plan).size();
    if (missing == 0) {
      throw Problem.of(
              ErrorCode.M1006,
              "no prune of run "
                  + directory.run().id()
                  + " removed anything that is still to be"
                  + " put back",
              "there is nothing to take back",
              "migrator status " + directory.run().id())
          .exception();
    }
    return ApplyRunbook.prepared(runContext, plan)
        .withLocks(
            COMMAND,
            (source, target, locks, journal) -> {
              runContext
                  .events()
                  .accept(
                      new RunEvent.RunStarted(
                          runContext.time().now(), directory.run().id(), missing, 0));
              RunTools tools = ApplyRunbook.tools(runContext, locks);
              WayBackExecution.Outcome outcome = new WayBackExecution.Outcome(0, Map.of(), 0);
              for (RunDirectory prune : begun(directory).reversed()) {
                outcome = outcome.then(undo(prune, plan, source, target, tools));
              }
              RunEvent.RunEnded ended = ending(directory).event(runContext.time().now(), outcome);
              runContext.events().accept(ended);
              return ended;
            });
  }

  private static WayBackExecution.Outcome undo(
      RunDirectory prune, Plan plan, ClusterSide source, ClusterSide target, RunTools tools) {
    try (Journal journal = prune.openJournal()) {
      journal.header().requireSame(prune.header(plan.source().uid(), plan.target().uid()));
      Vault vault = prune.vault().map(Vault::synced).orElseThrow();
      return PrunedCopiesRestore.of(plan, source, target, journal, vault, tools);
    }
  }

  private static WayBackEnding ending(RunDirectory directory) {
    return new WayBackEnding(
        "the way back of the prune",
        Outcome.DONE,
        ErrorCode.M2401,
        " ",
        failed -> Amount.of(failed, "copy", "copies") + " could not be put back at the source",
        left -> Amount.of(left, "copy is", "copies are") + " not put back yet",
        "migrator prune " + directory.run().id() + " --undo");
  }
}
