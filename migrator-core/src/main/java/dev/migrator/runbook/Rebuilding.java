package dev.migrator.runbook;

import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.ClusterSide;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Drained;
import dev.migrator.journal.JournalRecord.LastScheduled;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.RunStarted;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalRecord.Vaulted;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.migration.Migration;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Problem;
import dev.migrator.model.SnapshotNames;
import dev.migrator.plan.Activity;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.Verb;
import java.io.Closeable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Makes a lost journal again, from the vault and from what both clusters show. Objects that are at
 * neither cluster are taken for deleted by the lost run only when a person says so.
 *
 * <p>Everything else needs no journal: what was copied carries our mark, what was stopped carries
 * our annotation, and how it was before is in the vault.
 */
public final class Rebuilding {

  private final RunContext runContext;
  private final Plan plan;
  private final ClusterSide source;
  private final ClusterSide target;
  private final Vault vault;

  private Rebuilding(RunContext runContext, Plan plan, Preparation preparation, Vault vault) {
    this.runContext = runContext;
    this.plan = plan;
    this.source = preparation.sourceSide();
    this.target = preparation.targetSide();
    this.vault = vault;
  }

  private static Vault vault(RunContext runContext) {
    return runContext
        .directory()
        .vault()
        // The new journal says that it is complete, so it must be for ever.
        .map(Vault::synced)
        .orElseThrow(
            () ->
                Problem.of(
                        ErrorCode.M2206,
                        "there is no complete vault, so nothing was changed for this run",
                        "without a vault no run changes anything",
                        "migrator plan ...   (and apply it as a new run)")
                    .exception());
  }

  /** What is to be asked before a journal is made again. */
  public record Question(List<ObjectRef> atNeither) {
    public Question {
      atNeither = List.copyOf(atNeither);
    }
  }

  /**
   * Begins a new journal for a run that has lost its own. Nothing is written to a cluster.
   *
   * <p>Errors: M1301 when another process works on the run; M2105 when there is a journal; M2206
   * without a complete vault; M2205 when the person does not confirm.
   *
   * @param confirm asked once, with the duplicate-intolerant objects that neither cluster has: true
   *     when the lost run deleted them, so that they are created at the target
   */
  public static void rebuild(RunContext runContext, Plan plan, Predicate<Question> confirm) {
    Closeable alone = runContext.directory().lock(runContext.holder());
    try {
      Preparation preparation =
          Preparation.of(plan, runContext.source(), runContext.target(), true);
      new Rebuilding(runContext, plan, preparation, vault(runContext)).rebuild(confirm);
    } finally {
      ApplyRunbook.unlock(alone);
    }
  }

  private void rebuild(Predicate<Question> confirm) {
    List<PlannedObject> gone = new ArrayList<>();
    List<Manifest> going = new ArrayList<>();
    List<ObjectRef> ended = new ArrayList<>();
    List<ObjectRef> unexplained = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (!(step instanceof Step.OnObject delete && delete.is(Verb.DELETE))) {
        continue;
      }
      PlannedObject object =
          Optional.ofNullable(plan.objectsByRef().get(delete.object())).orElseThrow();
      Optional<Manifest> live = atSource(object);
      if (live.isEmpty()) {
        gone.add(object);
        if (isAtTarget(object)) {
          continue;
        }
        // Safeguard: ended-job-again
        (mayHaveEnded(object) ? ended : unexplained).add(object.ref());
      } else if (live.get().isBeingDeleted()) {
        going.add(live.get());
        String run = runContext.directory().run().id();
        if (Origin.holder(live.get()).filter(run::equals).isEmpty()) {
          unexplained.add(object.ref());
        }
      }
    }
    if (!unexplained.isEmpty() && !confirm.test(new Question(unexplained))) {
      throw Problem.of(
              ErrorCode.M2205,
              Amount.of(unexplained.size(), "object is", "objects are")
                  + " in neither cluster; the journal has no explanation",
              "the first is " + RefText.of(unexplained.getFirst()) + "; all are in the vault",
              "migrator resume " + runContext.directory().run().id() + " --rebuild")
          .withState("This command changed nothing.")
          .exception();
    }
    ended.forEach(this::tellEnded);
    runContext
        .directory()
        .createJournal(
            plan.source().uid(),
            plan.target().uid(),
            journal -> write(journal, gone, going, ended, !unexplained.isEmpty()));
  }

  /** The planned object, as the source still has it. */
  private Optional<Manifest> atSource(PlannedObject object) {
    return new CommandSide(source)
        .get(object.ref(), object.sourceApiVersion())
        .filter(found -> found.uid().equals(object.uid()));
  }

  /** A Job that was not suspended is deleted when it has ended: to create it would run it twice. */
  private boolean mayHaveEnded(PlannedObject object) {
    return object.ref().groupKind().equals("Job.batch")
        && vault
            .read(object.ref())
            .filter(job -> !job.at("spec", "suspend").asBoolean(false))
            .isPresent();
  }

  private void tellEnded(ObjectRef job) {
    runContext
        .events()
        .accept(
            new RunEvent.Notice(
                runContext.time().now(),
                job
                    + " is at neither cluster: it is taken to have run to its end at the source,"
                    + " and is not created; it is in the vault"));
  }

  private boolean isAtTarget(PlannedObject object) {
    ObjectRef there = TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings());
    return new CommandSide(target)
        .get(there, object.apiVersion())
        .filter(found -> Origin.isOf(found, object.uid()))
        .isPresent();
  }

  /** What its data came by is tidied up, or that was begun: it is not captured anew. */
  private boolean isFilled(PlannedObject claim, List<PlannedObject> gone, List<Manifest> going) {
    if (claim.isCopied()) {
      return isUsedSinceFilled(claim, gone, going);
    }
    ObjectRef there = TargetNames.of(claim.ref(), claim.apiVersion(), plan.settings().mappings());
    return new CommandSide(target)
            .get(there, claim.apiVersion())
            .filter(found -> Origin.isOf(found, runContext.directory().run().id(), claim.uid()))
            .filter(found -> found.at("status", "phase").asText("").equals("Bound"))
            .isPresent()
        && new CommandSide(target)
            .get(
                new ObjectRef(
                    SnapshotNames.GROUP,
                    SnapshotNames.SNAPSHOT,
                    there.namespace(),
                    SnapshotNames.of(claim.uid())),
                SnapshotNames.API_VERSION)
            .isEmpty();
  }

  /**
   * A mover's claim is bound before it is filled. What stands for that: something that needs it has
   * left the source, or is at the target; nothing else writes to it there.
   */
  private boolean isUsedSinceFilled(
      PlannedObject claim, List<PlannedObject> gone, List<Manifest> going) {
    Set<ObjectRef> left = new HashSet<>();
    gone.forEach(object -> left.add(object.ref()));
    going.forEach(object -> left.add(object.ref()));
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    for (ObjectRef user : CarriedData.of(plan).usersOf(claim.ref())) {
      PlannedObject planned = Optional.ofNullable(objects.get(user)).orElseThrow();
      boolean isThere =
          new CommandSide(target)
              .get(
                  TargetNames.of(user, planned.apiVersion(), plan.settings().mappings()),
                  planned.apiVersion())
              .filter(found -> Origin.isOf(found, runContext.directory().run().id(), planned.uid()))
              .isPresent();
      if (isThere || (left.contains(user) && !Activity.endsWhenDeleted(user))) {
        return true;
      }
    }
    return false;
  }

  /** What was stopped before movers read claims, by uid of those; users still there wait for it. */
  private Map<String, String> stoppedForCopies() {
    Map<String, String> stopped = new HashMap<>();
    CommandSide side = new CommandSide(source);
    if (plan.objects().stream().anyMatch(PlannedObject::isCopied)) {
      side.anyVersion("Job.batch")
          .ifPresent(
              type ->
                  side.each(
                      type,
                      job -> {
                        String mark = job.annotations().getOrDefault(Origin.STOPPED_AT, "");
                        Origin.of(job)
                            .filter(made -> made.run().equals(runContext.directory().run().id()))
                            .filter(made -> !mark.isEmpty())
                            .ifPresent(made -> stopped.putIfAbsent(made.sourceUid(), mark));
                      }));
    }
    return stopped;
  }

  private void write(
      Journal journal,
      List<PlannedObject> gone,
      List<Manifest> going,
      List<ObjectRef> ended,
      boolean confirmed) {
    Instant now = runContext.time().now();
    journal.append(new RunStarted(now, "rebuild"));
    journal.append(new Vaulted(now, vault.size()));
    if (confirmed) {
      journal.append(new OperatorDecision(now, "rebuild", "the lost run deleted them"));
    }
    for (PlannedObject object : gone) {
      ObjectRef ref = object.ref();
      journal.append(new Drained(now, ref));
      journal.append(new LastScheduled(now, ref, lastScheduled(ref, now)));
      Map<String, String> details =
          ended.contains(ref)
              ? Map.of("how", "journal made again", StepRecords.ENDED, "unknown")
              : Map.of("how", "journal made again");
      for (Step step : plan.steps()) {
        if (isBefore(step, ref)) {
          journal.append(new StepOutcome(now, step.id(), Result.OBSERVED, details));
        }
      }
    }
    Map<ObjectRef, PlannedObject> objects = plan.objectsByRef();
    Map<String, String> stopped = stoppedForCopies();
    for (ObjectRef claim : plan.objects(step -> step.is(Verb.FILL))) {
      PlannedObject planned = Optional.ofNullable(objects.get(claim)).orElseThrow();
      if (isFilled(planned, gone, going)) {
        Map<String, String> details = new TreeMap<>(Map.of("how", "journal made again"));
        Optional.ofNullable(stopped.get(planned.uid()))
            .ifPresent(mark -> details.put(StepRecords.STOPPED_AT, mark));
        for (Verb verb :
            planned.isCopied()
                ? List.of(Verb.PRECOPY, Verb.CAPTURE, Verb.FILL)
                : List.of(Verb.CAPTURE, Verb.FILL)) {
          journal.append(new StepOutcome(now, StepId.of(verb, claim), Result.OBSERVED, details));
        }
      }
    }
    for (Manifest object : going) {
      ObjectRef ref = object.ref();
      journal.append(new LastScheduled(now, ref, lastScheduled(ref, now)));
      for (Step step : plan.steps()) {
        if (step instanceof Step.OnObject delete
            && delete.is(Verb.DELETE)
            && delete.object().equals(ref)) {
          journal.append(
              new StepIntended(
                  now, step.id(), object.uid(), object.resourceVersion(), Optional.empty()));
        }
      }
    }
  }

  /** The steps that are over when the source no longer has the object. */
  private static boolean isBefore(Step step, ObjectRef ref) {
    return step instanceof Step.OnObject on
        && on.is(Verb.QUIESCE, Verb.DRAIN, Verb.DELETE)
        && on.object().equals(ref);
  }

  /** When runs are caught up, all until now count as done: none may run twice. */
  private Optional<Instant> lastScheduled(ObjectRef ref, Instant now) {
    if (plan.settings().handover().missedRuns() == Migration.MissedRuns.CATCH_UP) {
      return Optional.of(now);
    }
    try {
      return vault.read(ref).flatMap(o -> o.text("status", "lastScheduleTime")).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
