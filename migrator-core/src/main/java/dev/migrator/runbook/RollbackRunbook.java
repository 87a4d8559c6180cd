package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.PausedScalers;
import dev.migrator.execute.Restoring;
import dev.migrator.execute.Rollback;
import dev.migrator.execute.TargetRemovalDecision;
import dev.migrator.execute.WayBackDecision;
import dev.migrator.journal.JournalRecord;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The way back. Before the first deletion at the source a run is taken back; after it, what was
 * handed over goes back by a move of its own, from the target to the source, with a plan that can
 * be reviewed.
 */
public final class RollbackRunbook {

  private RollbackRunbook() {}

  /**
   * Takes a run back that has deleted nothing yet, or whose objects are all back at the source.
   *
   * <p>Errors: as {@link ApplyRunbook}; M1006 when the run changed nothing; and M1110 when
   * something was deleted at the source already, with the way back.
   */
  public static RunEvent.RunEnded rollback(RunContext runContext, Plan plan) {
    if (runContext.directory().hasJournal()) {
      // Refused before the journal says that anything was begun: a run that is done stays done.
      JournalState known = runContext.directory().readJournal().state();
      vault(runContext);
      requireNone(
          away(plan, known, lookAt(runContext, plan, known)), runContext.directory(), known);
    }
    return ApplyRunbook.prepared(runContext, plan)
        .withLocks(
            "rollback",
            (source, target, locks, journal) -> {
              Rollback.noteReturned(
                  journal,
                  runContext.time().now(),
                  lookAt(runContext, plan, journal.state()).returned());
              requireNone(
                  Rollback.away(plan, journal.state()), runContext.directory(), journal.state());
              return Rollback.of(
                  plan,
                  source,
                  target,
                  journal,
                  vault(runContext),
                  OtherRuns.relyingOn(runContext.directory(), plan),
                  ApplyRunbook.tools(runContext, locks));
            });
  }

  /**
   * What {@link #rollback} would do. Looks, and changes nothing.
   *
   * <p>Errors: M1006 and M1110 as there; M1103, M1201 other clusters; M1401 to M1403 when a cluster
   * does not say.
   */
  public static RollbackPreview foreseen(
      Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    JournalState journal = directory.readJournal().state();
    Vault vault = vault(directory);
    InTransit inTransit = new InTransit(plan, journal, source, target);
    requireNone(away(plan, journal, inTransit), directory, journal);
    Preparation preparation = Preparation.of(plan, source, target, true);
    // Who may not list autoscalers has paused none.
    List<ObjectRef> paused = PausedScalers.any(journal) ? inTransit.paused(directory) : List.of();
    TargetRemovalDecision.Decision decision =
        new TargetRemovalDecision(
                plan,
                directory.run().id(),
                preparation.sourceSide(),
                preparation.targetSide(),
                journal,
                vault,
                OtherRuns.relyingOn(directory, plan))
            .decide();
    Set<ObjectRef> stopped = inTransit.objects().keySet();
    Set<ObjectRef> going = Set.copyOf(decision.going());
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    List<Step.OnObject> steps =
        Rollback.steps(plan, journal).stream()
            .filter(
                step ->
                    step.is(Verb.TIDY)
                        || (step.is(Verb.SET_BACK)
                            ? stopped.contains(step.object())
                            : Optional.ofNullable(objects.get(step.object()))
                                .map(
                                    o ->
                                        TargetNames.of(
                                            o.ref(), o.apiVersion(), plan.settings().mappings()))
                                .filter(going::contains)
                                .isPresent()))
            .toList();
    Set<StepId> ids = steps.stream().map(Step::id).collect(Collectors.toSet());
    return new RollbackPreview(
        steps.stream()
            .map(step -> step.waiting(step.needs().stream().filter(ids::contains).toList()))
            .toList(),
        Stream.concat(stopped.stream(), paused.stream()).toList(),
        decision);
  }

  private static List<ObjectRef> away(Plan plan, JournalState journal, InTransit inTransit) {
    List<ObjectRef> away = new ArrayList<>(Rollback.away(plan, journal));
    if (!away.isEmpty()) {
      away.removeAll(inTransit.returned());
    }
    return away;
  }

  private static InTransit lookAt(RunContext runContext, Plan plan, JournalState journal) {
    return new InTransit(plan, journal, runContext.source(), runContext.target());
  }

  private static void requireNone(
      List<ObjectRef> away, RunDirectory directory, JournalState journal) {
    if (!away.isEmpty()) {
      String run = directory.run().id();
      boolean isDone =
          journal.finished().filter(end -> end.ending() == JournalRecord.Ending.DONE).isPresent();
      List<String> next = new ArrayList<>();
      if (!isDone && WayBackDecision.of(journal).isEmpty()) {
        next.add("migrator resume " + run + "   (go on forward, which is the shorter way)");
      }
      next.add(
          "migrator rollback "
              + run
              + (isDone
                  ? " --backward   (plans the way back)"
                  : " --backward   (brings back what is in transit, and plans the way back of the"
                      + " rest)"));
      throw Problem.of(
              ErrorCode.M1110,
              Amount.of(away.size(), "object")
                  + (isDone
                      ? " left the source when the run was done, so it cannot just be taken back"
                      : " left the source already, or may have, so the run cannot just be taken"
                          + " back"),
              "the first is "
                  + RefText.of(away.getFirst())
                  + "; what was handed over can be handed back",
              next.toArray(String[]::new))
          .withState("This command changed nothing.")
          .exception();
    }
  }

  /**
   * What the run left in transit, and where it is; in the plan's order. Empty when every hand-over
   * is either done or was not begun.
   *
   * <p>Errors: M1401 to M1403 when a cluster does not say.
   */
  public static Map<ObjectRef, String> whereInTransit(
      Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    return new InTransit(plan, directory.readJournal().state(), source, target).objects();
  }

  /**
   * Brings back to the source what the run left in transit; what works at the target stays there.
   * From here on the run does not go on forward.
   *
   * <p>Errors: as {@link ApplyRunbook}; and M1006 when the run changed nothing.
   *
   * <p>Crash: it is begun again by the same command.
   */
  public static RunEvent.RunEnded restore(RunContext runContext, Plan plan) {
    ApplyRunbook moving = ApplyRunbook.prepared(runContext, plan);
    if (runContext.directory().hasJournal()) {
      moving.requireRightsToRestore(
          Restoring.toBringBack(plan, runContext.directory().readJournal().state()));
    }
    return moving.withLocks(
        "rollback --backward",
        (source, target, locks, journal) ->
            Restoring.of(
                plan,
                source,
                target,
                journal,
                vault(runContext),
                ApplyRunbook.tools(runContext, locks)));
  }

  private static Vault vault(RunContext runContext) {
    return vault(runContext.directory());
  }

  private static Vault vault(RunDirectory directory) {
    return directory
        .vault()
        .orElseThrow(
            () ->
                Problem.of(
                        ErrorCode.M1006,
                        "the run has changed nothing, so there is nothing to roll back",
                        "its vault was never complete",
                        "migrator plan ...   (a new plan, and a new run)")
                    .exception());
  }

  /**
   * The way back.
   *
   * @param plan from the target to the source
   * @param gone was handed over and is no longer at the target, so it is not in the plan
   * @param staying was handed over and stays at the target, each with the reason
   * @param paused autoscalers that the run paused at the source: they hold what comes back at 0
   */
  public record Way(
      Plan plan,
      List<ObjectRef> gone,
      SortedMap<ObjectRef, String> staying,
      List<ObjectRef> paused) {
    public Way {
      gone = List.copyOf(gone);
      staying = Collections.unmodifiableSortedMap(new TreeMap<>(staying));
      paused = List.copyOf(paused);
    }
  }

  /**
   * Plans the way back of what was handed over: the same protocol, from the target to the source.
   * Everything else stays where it is.
   *
   * <p>Errors: M1110 when something is in transit: stopped at the source, or at neither cluster.
   * {@link #restore} brings that back first; nothing is left out in silence. And when a prune
   * removed copies that nobody tried to put back.
   *
   * @param source the move's source, where things go back to
   * @param target the move's target, where they are now
   */
  public static Way backward(Cluster source, Cluster target, RunDirectory directory, Plan plan) {
    return backward(source, target, directory, plan, BackwardChoices.none());
  }

  /**
   * As {@link #backward(Cluster, Cluster, RunDirectory, Plan)}, with what a person decides.
   *
   * <p>What the move changed in a definition is set back; where that cannot be told, the plan is
   * blocked by a finding with the object's name.
   */
  public static Way backward(
      Cluster source, Cluster target, RunDirectory directory, Plan plan, BackwardChoices choices) {
    JournalState journal = directory.readJournal().state();
    InTransit inTransit = new InTransit(plan, journal, source, target);
    inTransit.requireNone(directory);
    requireUnpruned(PruneUndo.neverTried(directory, plan, source), directory);
    Set<ObjectRef> handedOver =
        Set.copyOf(Lifecycle.of(plan, journal).handedOver(WayBack.MOVE_BACK));
    List<PlannedObject> objects =
        plan.objects().stream().filter(object -> handedOver.contains(object.ref())).toList();
    BackwardSettings settings = new BackwardSettings(plan);
    Set<ObjectRef> back = objects.stream().map(settings::there).collect(Collectors.toSet());
    String again = choices.command(directory.run().id());
    OriginalDefinitions.Known known =
        known(target, directory, plan, settings, objects, choices, again);
    Plan way =
        Planning.plan(
            target,
            source,
            settings.of(back, known.originals()),
            new PlanningOptions(
                    UnreadOnTheWayBack.of(target, plan, back, choices.withoutApis()),
                    plan.reading().helmReleases(),
                    false)
                .saying(again)
                .withOnly(back)
                .withKey(choices.key()));
    Set<ObjectRef> gone = new TreeSet<>(back);
    gone.removeAll(way.objectsByRef().keySet());
    SortedMap<ObjectRef, String> staying = new TreeMap<>();
    way.leftOut().stream()
        .filter(one -> gone.remove(one.ref()))
        .forEach(one -> staying.put(one.ref(), one.reason()));
    return new Way(
        copiesStay(way, plan, settings).withFindings(ofPlanned(known.findings(), way)),
        List.copyOf(gone),
        staying,
        inTransit.paused(directory));
  }

  /** Somebody chose of the claims that the move copied that their data does not go back. */
  private static Plan copiesStay(Plan way, Plan forward, BackwardSettings settings) {
    Set<ObjectRef> copies =
        forward.objects().stream()
            .filter(object -> object.ref().groupKind().equals("PersistentVolumeClaim"))
            .filter(object -> !object.isHandedOverVolume())
            .map(settings::there)
            .collect(Collectors.toSet());
    return way.withLeftOut(
        way.leftOut().stream()
            .map(
                left ->
                    copies.contains(left.ref()) && left.reason().equals(LeftOut.NOT_PART)
                        ? new LeftOut(left.ref(), LeftOut.COPY_STAYS)
                        : left)
            .toList());
  }

  /** Whether the plan is the way back of what the other moved, as {@link #backward} plans it. */
  public static boolean isWayBack(Plan plan, Plan forward) {
    return BackwardSettings.isWayBack(plan, forward);
  }

  private static OriginalDefinitions.Known known(
      Cluster target,
      RunDirectory directory,
      Plan plan,
      BackwardSettings settings,
      List<PlannedObject> objects,
      BackwardChoices choices,
      String again) {
    if (objects.isEmpty() || !plan.settings().changesDefinitions()) {
      return new OriginalDefinitions.Known(Map.of(), List.of());
    }
    return new OriginalDefinitions(
            vault(directory),
            plan,
            settings,
            new CommandSide("target", target),
            choices.whereChanged(),
            again)
        .of(objects);
  }

  /** Nothing needs to be decided of what stays where it is. */
  private static List<Finding> ofPlanned(List<Finding> findings, Plan way) {
    Set<ObjectRef> planned = way.objectsByRef().keySet();
    return findings.stream()
        .filter(finding -> finding.object().filter(planned::contains).isPresent())
        .toList();
  }

  /** What goes back needs at the source what a prune removed there. */
  private static void requireUnpruned(List<ObjectRef> missing, RunDirectory directory) {
    if (missing.isEmpty()) {
      return;
    }
    String run = directory.run().id();
    throw Problem.of(
            ErrorCode.M1110,
            Amount.of(missing.size(), "copy was", "copies were")
                + " removed from the source by a prune, and what goes back there may need them",
            "the first is " + RefText.of(missing.getFirst()),
            "migrator prune " + run + " --undo   (puts them back from the prune's vault)",
            "then: migrator rollback " + run + " --backward")
        .withState("This command changed nothing.")
        .exception();
  }
}
