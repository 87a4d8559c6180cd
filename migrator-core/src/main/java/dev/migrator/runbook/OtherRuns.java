package dev.migrator.runbook;

import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.file.PlanFile;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What other runs of the same folder found at the target and count as theirs, though this run
 * created it: their {@code verify} looks for it, and what they created may need it.
 */
final class OtherRuns {

  private OtherRuns() {}

  /** Named as at the target, with the reason why it stays. */
  static Map<ObjectRef, String> relyingOn(RunDirectory directory, Plan plan) {
    Map<ObjectRef, String> relied = new HashMap<>();
    for (RunDirectory other : directory.others()) {
      read(other, Set.of(Ending.ROLLED_BACK))
          .ifPresent(its -> note(relied, other.run().id(), its.plan(), plan));
    }
    return relied;
  }

  /**
   * A run that has taken something from the source, and has it at work in neither cluster, goes on
   * or back before another one between the same clusters begins or removes anything.
   *
   * <p>Errors: M1301 with the run and its objects.
   */
  static void requireNoneInTransit(RunDirectory directory, Plan plan) {
    for (RunDirectory other : directory.others()) {
      List<ObjectRef> between =
          read(other, Set.of(Ending.ROLLED_BACK, Ending.DONE))
              .filter(its -> isBetween(its.plan(), plan))
              .map(its -> Lifecycle.of(its.plan(), its.journal()).handedOver(WayBack.BRING_BACK))
              .orElse(List.of());
      if (!between.isEmpty()) {
        String run = other.run().id();
        throw Problem.of(
                ErrorCode.M1301,
                "run %s is not finished, and has %s in transit"
                    .formatted(run, Amount.of(between.size(), "object")),
                RefText.of(between.getFirst())
                    + " has left the source, and does not work at the target",
                "migrator resume " + run,
                "migrator rollback " + run + " --backward   (brings it back to the source)")
            .withState("This command changed nothing.")
            .exception();
      }
    }
  }

  private static boolean isBetween(Plan its, Plan plan) {
    Set<String> clusters = Set.of(plan.source().uid(), plan.target().uid());
    return clusters.contains(its.source().uid()) && clusters.contains(its.target().uid());
  }

  private record Other(Plan plan, JournalState journal) {}

  /**
   * Empty for a run that changed nothing, that ended like one of these, or whose plan or journal is
   * damaged: such a one is not verified either. The plan is read last, because it is long.
   */
  private static Optional<Other> read(RunDirectory other, Set<Ending> passedOver) {
    try {
      if (!other.hasJournal()) {
        return Optional.empty();
      }
      JournalState journal = other.readJournal().state();
      if (journal.finished().filter(end -> passedOver.contains(end.ending())).isPresent()) {
        return Optional.empty();
      }
      String text = new String(other.plan(), StandardCharsets.UTF_8);
      return Optional.of(new Other(PlanFile.read(new StringReader(text)), journal));
    } catch (ProblemException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void note(Map<ObjectRef, String> relied, String run, Plan its, Plan plan) {
    if (!its.target().uid().equals(plan.target().uid())) {
      return;
    }
    for (PlannedObject object : its.objects()) {
      if (object.alreadyThere()) {
        relied.put(
            TargetNames.of(object.ref(), object.apiVersion(), its.settings().mappings()),
            "stays: run " + run + " counts it as its own");
      }
    }
  }
}
