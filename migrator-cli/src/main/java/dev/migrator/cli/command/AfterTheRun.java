package dev.migrator.cli.command;

import dev.migrator.journal.Replay;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.Position;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.runbook.PruneUndo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What came to pass with the objects of a run beside it, as far as the folder of all runs tells.
 *
 * @param pruned what prunes of the run removed from the source, and nobody put back
 * @param handedOver what another run between the same clusters handed over, by that run's id
 * @param isPruneInterrupted whether its last prune has left what it was to remove
 */
record AfterTheRun(
    List<ObjectRef> pruned, Map<ObjectRef, String> handedOver, boolean isPruneInterrupted) {

  static final AfterTheRun NOTHING = new AfterTheRun(List.of(), Map.of(), false);

  AfterTheRun {
    pruned = List.copyOf(pruned);
    handedOver = Map.copyOf(handedOver);
  }

  static AfterTheRun of(RunDirectory directory, Plan plan) {
    Map<ObjectRef, String> handedOver = new HashMap<>();
    if (!plan.handedOver().isEmpty()) {
      directory.others().stream()
          .filter(RunDirectory::hasJournal)
          .forEach(other -> note(handedOver, other, plan));
    }
    return new AfterTheRun(
        PruneUndo.missing(directory, plan), handedOver, PruneUndo.isInterrupted(directory, plan));
  }

  /** A run whose plan or journal is damaged tells nothing. */
  private static void note(Map<ObjectRef, String> handedOver, RunDirectory other, Plan plan) {
    try {
      Replay replay = other.readJournal();
      if (replay.header().sourceUid().equals(plan.source().uid())
          && replay.header().targetUid().equals(plan.target().uid())) {
        Map<ObjectRef, Position> places =
            Lifecycle.of(PlanFiles.of(other), replay.state()).handedOver();
        places.forEach(
            (ref, place) -> {
              if (place.stage() == Stage.ACTIVE) {
                handedOver.put(ref, other.run().id());
              }
            });
      }
    } catch (ProblemException e) {
      // Whoever asks for that run is told.
      return;
    }
  }
}
