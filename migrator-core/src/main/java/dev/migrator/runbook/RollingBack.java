package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.execute.Rollback;
import dev.migrator.execute.Whereabouts;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.plan.Plan;
import dev.migrator.plan.TargetNames;
import dev.migrator.report.RunEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The way back. Before the first deletion at the source a run is taken back; after it, what was
 * handed over goes back by a move of its own, from the target to the source, with a plan that can
 * be reviewed.
 */
public final class RollingBack {

  private RollingBack() {}

  /**
   * Takes a run back that has deleted nothing yet.
   *
   * <p>Errors: as {@link Moving}; and M2401 when something was deleted at the source already, with
   * the way back.
   */
  public static RunEvent.RunEnded rollback(Workplace workplace, Plan plan) {
    if (workplace.directory().hasJournal()) {
      // Refused before the journal says that anything was begun: a run that is done stays done.
      requireNothingDeleted(workplace, plan, workplace.directory().readJournal().state());
    }
    return new Moving(workplace, plan)
        .withLocks(
            "rollback",
            (source, target, locks, journal) -> {
              requireNothingDeleted(workplace, plan, journal.state());
              return Rollback.of(
                  plan,
                  source,
                  target,
                  journal,
                  workplace
                      .directory()
                      .vault()
                      .orElseThrow(
                          () ->
                              Problem.of(
                                      ErrorCode.M1006,
                                      "the run has changed nothing, so there is nothing to take"
                                          + " back",
                                      "its vault was never complete")
                                  .exception()),
                  Moving.tools(workplace, locks));
            });
  }

  private static void requireNothingDeleted(Workplace workplace, Plan plan, JournalState journal) {
    List<ObjectRef> deleted = Rollback.deleted(plan, journal);
    if (!deleted.isEmpty()) {
      String run = workplace.directory().run().id();
      throw Problem.of(
              ErrorCode.M2401,
              deleted.size()
                  + " objects were deleted at the source already, so the run cannot just"
                  + " be taken back",
              "the first is " + deleted.getFirst() + "; what was handed over can be handed back",
              "migrator resume " + run + "   (go on forward, which is the shorter way)",
              "migrator rollback " + run + " --backward   (plans the way back, for review)")
          .withState("Nothing was changed by this command.")
          .exception();
    }
  }

  /**
   * The way back.
   *
   * @param plan from the target to the source
   * @param gone was handed over and is no longer at the target, so it is not in the plan
   * @param paused autoscalers that the run paused at the source: they hold what comes back at 0
   */
  public record Way(Plan plan, List<ObjectRef> gone, List<ObjectRef> paused) {
    public Way {
      gone = List.copyOf(gone);
      paused = List.copyOf(paused);
    }
  }

  /**
   * Plans the way back of what was handed over: the same protocol, from the target to the source.
   * Everything else stays where it is.
   *
   * <p>Errors: M2401 when something is half-way: stopped at the source, or at neither cluster.
   * Nothing is left out in silence, and nothing is left stopped.
   *
   * @param source the move's source, where things go back to
   * @param target the move's target, where they are now
   */
  public static Way backward(Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    JournalState journal = directory.readJournal().state();
    HalfWay halfWay = new HalfWay(plan, journal, source, target);
    halfWay.requireNone(directory);
    Set<ObjectRef> back = new HashSet<>();
    Whereabouts.of(plan, journal)
        .forEach(
            (ref, where) -> {
              if (where == Whereabouts.HANDED_OVER) {
                back.add(TargetNames.of(ref, plan.settings().mappings()));
              }
            });
    Plan way =
        Planning.plan(
            target,
            source,
            backwardSettings(plan.settings(), back),
            PlanningOptions.defaults().withOnly(back));
    Set<ObjectRef> planned = way.objectsByRef().keySet();
    return new Way(
        way,
        back.stream().filter(ref -> !planned.contains(ref)).sorted().toList(),
        halfWay.paused(directory));
  }

  private static Migration backwardSettings(Migration forward, Set<ObjectRef> back) {
    List<Migration.Rule> rules = new ArrayList<>();
    back.stream()
        .sorted()
        .forEach(
            ref ->
                rules.add(
                    new Migration.Rule(
                        ref.group(),
                        ref.kind(),
                        ref.namespace(),
                        ref.name(),
                        "",
                        Protection.DUPLICATION)));
    Migration.Classification classes = forward.classification();
    return new Migration(
        forward.name() + "-back",
        new Migration.Scope(Migration.Filter.everything(), "", Migration.Filter.everything()),
        new Migration.Classification(
            classes.label(), false, rules, java.util.Optional.of(Protection.LOSS)),
        inverse(forward.mappings()),
        List.of(),
        forward.gates(),
        // Written for the way there, they may do harm on the way back.
        Map.of(),
        forward.handover(),
        forward.limits());
  }

  private static Migration.Mappings inverse(Migration.Mappings mappings) {
    return new Migration.Mappings(
        inverse(mappings.namespaces()),
        inverse(mappings.storageClasses()),
        inverse(mappings.ingressClasses()),
        inverse(mappings.images()));
  }

  private static Map<String, String> inverse(Map<String, String> names) {
    Map<String, String> inverse = new HashMap<>();
    names.forEach((from, to) -> inverse.put(to, from));
    return inverse;
  }
}
