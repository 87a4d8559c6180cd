package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.event.StepText;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.plan.HandedOverDisks;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Brings back to the source what a run left in transit: stopped there, or deleted there and not at
 * work at the target. The hand-over mirrored, with the vault as the source: what does nothing yet
 * at the target goes, the source is seen to be without the object and all that it had started, and
 * only then it is created there, inert first. What works at the target stays; a plan brings it
 * back.
 *
 * <p>Crash: the journal forbids going on forward from here. Every act looks first and is announced,
 * so that it can be begun again.
 *
 * <p>Source: docs/adr/0026
 */
public final class Restoring implements StepAction {

  private static final StepResult RESTORED = StepResult.done("not in transit any more");

  private final Run run;
  private final Run home;
  private final SettingBack settingBack;
  private final TargetCopyRemoval removing;
  private final Deleting deleting;
  private final Creating creating;
  private final Activation waking;
  private final Activation finishing;
  private final Autoscalers autoscalers;
  private final Descendants started;
  private final LateRequests open;
  private final Map<ObjectRef, StepId> works;
  private final HandedOverDisks disks;
  private final TransitCopies copies;
  private final ReservedVolumes reserved;

  private Restoring(Run run, WatchHub watches) {
    this.run = run;
    this.home = run.homeward();
    HandOvers handOvers = new HandOvers(run.plan(), run.journal().state());
    this.settingBack = new SettingBack(run);
    this.removing = new TargetCopyRemoval(run, Map.of());
    this.deleting =
        new Deleting(run, handOvers, descendants(run.source(), Dependants.atSource(run)));
    this.creating = new Creating(home, watches);
    this.waking = new Activation(home, new HandOvers(home.plan(), run.journal().state()));
    this.finishing = new Activation(run, handOvers);
    this.autoscalers = new Autoscalers(run);
    this.started =
        descendants(
            run.target(), new Dependants(run.target(), run.clock(), run.threads(), Set.of()));
    // Before anything is set back, which is written down under the same steps.
    this.open = LateRequests.of(run.journal().state());
    this.works = works(run.plan());
    this.disks = HandedOverDisks.of(run.plan());
    this.copies = new TransitCopies(run, disks);
    this.reserved = new ReservedVolumes(run, disks);
  }

  /** The step after which each works at the target. */
  private static Map<ObjectRef, StepId> works(Plan plan) {
    Map<ObjectRef, StepId> works = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step.is(Verb.ACTIVATE) || step.is(Verb.CREATE)) {
        works.put(((Step.OnObject) step).object(), step.id());
      }
    }
    return works;
  }

  private Descendants descendants(ClusterSide side, Dependants dependants) {
    return new Descendants(side, new SharedLists(side.cluster(), run.clock()), dependants);
  }

  /** The step that brings the object back. */
  static Step.OnObject step(ObjectRef object) {
    return new Step.OnObject(Verb.RESTORE, object, List.of());
  }

  /** What is in transit by what the journal says, in the plan's order. */
  public static List<ObjectRef> toBringBack(Plan plan, JournalState journal) {
    return Lifecycle.of(plan, journal).handedOver(WayBack.SET_GOING, WayBack.BRING_BACK);
  }

  /**
   * Brings everything back that is in transit. What somebody else changed stays and is named.
   *
   * <p>Errors: none are thrown for an object; they are in the ending, which is then Blocked.
   */
  public static RunEvent.RunEnded of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      RunTools tools) {
    Run run = Run.of(plan, source, target, journal, vault, tools);
    try (WatchHub watches = new WatchHub(source.cluster())) {
      Restoring restoring = new Restoring(run, watches);
      WayBackDecision.RESTORE.commit(journal, tools.time().now());
      List<Step.OnObject> steps =
          new ArrayList<>(
              RestoreSteps.of(
                  Lifecycle.of(plan, journal.state()),
                  restoring.disks,
                  restoring.open,
                  toBringBack(plan, journal.state())));
      steps.addAll(TransferTidying.stepsBack(plan, journal.state(), false));
      run.events().accept(new RunEvent.RunStarted(run.clock().now(), run.id(), steps.size(), 0));
      WayBackExecution.Outcome outcome =
          WayBackExecution.of(
              run,
              tools,
              steps,
              Map.of(
                  Verb.SET_BACK,
                  restoring::startAgain,
                  Verb.REMOVE_COPY,
                  restoring::leaveTarget,
                  Verb.RESERVE,
                  restoring::reserve,
                  Verb.RESTORE,
                  restoring,
                  Verb.TIDY,
                  new TransferTidying(run)::back),
              1);
      return restoring
          .ending()
          .of(run, outcome.left() == 0 ? CascadeRestore.afterAll(run, outcome) : outcome);
    }
  }

  private WayBackEnding ending() {
    return new WayBackEnding(
        "the way back of run " + run.id(),
        Outcome.RESTORED,
        ErrorCode.M2401,
        " ",
        failed -> Amount.of(failed, "object") + " could not be brought back to the source",
        left -> "what is in transit may still be so",
        run.resume());
  }

  /** Whatever comes of it is looked at again when no late request can undo it. */
  private StepResult startAgain(Step.OnObject step, StepLog log) {
    SourceObject source = new SourceObject(run, step.object());
    try {
      if (source.read().filter(live -> isThere(source, live)).isEmpty()) {
        return new StepResult.NotNeeded("the source does not have it");
      }
      StepResult result = settingBack.setBack(step);
      return result instanceof StepResult.Failed
          ? new StepResult.NotNeeded(result.words())
          : result;
    } catch (ClusterException e) {
      return new StepResult.NotNeeded("was not looked at: " + e.failure().detail());
    }
  }

  @Override
  public StepResult run(Step.OnObject step, StepLog log) {
    ObjectRef ref = step.object();
    Consumer<String> waits = why -> log.waits(run.clock().now(), why);
    // Safeguard: restore-does-not-wait
    LateRequests.await(run, open.quiet(ref), waits);
    run.clock().checkpoint();
    try {
      return settled(ref, waits);
    } catch (ClusterException e) {
      return failed(ref, "could not be brought back: " + e.failure().detail());
    }
  }

  private StepResult failed(ObjectRef ref, String why) {
    return WayBackExecution.failed(run, ref, why);
  }

  private static boolean isThere(SourceObject source, Manifest live) {
    return !source.isAnother(live) && !live.isBeingDeleted();
  }

  /** Brings one object back to where it belongs. */
  private StepResult settled(ObjectRef ref, Consumer<String> waits) {
    PlannedObject object = run.planned(ref);
    SourceObject source = new SourceObject(run, ref);
    Optional<Manifest> live = source.read();
    if (live.filter(source::isAnother).isPresent()) {
      return run.made(live.get(), object)
          ? woken(object, source)
          : failed(
              ref,
              "was created again at the source by someone else" + ReconcilerHint.named(live.get()));
    }
    if (live.filter(o -> isThere(source, o)).isPresent()) {
      Step.OnObject step = SettingBack.step(ref);
      StepResult result = settingBack.setBack(step);
      if (result instanceof StepResult.Failed) {
        return WayBackExecution.failed(run, ref, result);
      }
      if (result instanceof StepResult.Done) {
        note(step.id(), Result.DONE);
      }
      return RESTORED;
    }
    if (Lifecycle.hasEnded(run.journal().state(), ref)) {
      run.notice(RefText.of(ref) + " ran to its end at the source: it is not begun again");
      note(StepId.of(Verb.PROVE_ABSENT, ref), Result.OBSERVED);
      return new StepResult.NotNeeded("it ran to its end");
    }
    Optional<Manifest> there = copies.atTarget(object);
    return switch (copies.copy(object, there)) {
      case WORKS -> handedOver(object, source, there.orElseThrow());
      case FOREIGN ->
          failed(ref, "is not brought back: the target has one that this run did not create");
      case NONE, INERT -> {
        if (there.isPresent() && copies.goesOn(ref)) {
          yield finished(object, source);
        }
        Optional<String> without = reserved.missingFor(ref);
        if (without.isPresent()) {
          yield failed(ref, without.get());
        }
        StepResult restored = restore(object, source, there.map(Manifest::uid), waits);
        yield restored instanceof StepResult.Done ? woken(object, source) : restored;
      }
    };
  }

  /** Its disk stays at the target with what works on it: it is brought to its end there, too. */
  private StepResult finished(PlannedObject object, SourceObject source) {
    ObjectRef ref = object.ref();
    StepId last = Optional.ofNullable(works.get(ref)).orElseThrow();
    StepResult finished =
        finishing.wake(
            last,
            Verb.ACTIVATE.doing(RefText.of(ref)),
            object,
            source.original(),
            () ->
                source
                    .read()
                    .map(live -> failed(ref, "is at the source again, and at the target")));
    if (!(finished instanceof StepResult.Done)) {
      return WayBackExecution.failed(run, ref, finished);
    }
    note(last, Result.OBSERVED);
    run.notice(
        RefText.of(ref)
            + " works at the target with what shares its disk: it is handed over, and stays there"
            + " for now");
    return new StepResult.NotNeeded("it is at work at the target");
  }

  private void note(StepId step, Result result) {
    run.journal().append(new StepOutcome(run.clock().now(), step, result, Map.of()));
  }

  /**
   * The hand-over had come to its end, and nobody wrote it down. A disk that is in use there comes
   * to its end now: what works with it is not taken from it.
   */
  private StepResult handedOver(PlannedObject object, SourceObject source, Manifest there) {
    ObjectRef ref = object.ref();
    StepId last = Optional.ofNullable(works.get(ref)).orElseThrow();
    if (disks.isDisk(ref) && there.annotations().containsKey(Origin.HELD)) {
      StepResult finished =
          finishing.wake(
              last,
              Verb.ACTIVATE.doing(RefText.of(ref)),
              object,
              source.original(),
              Optional::empty);
      if (!(finished instanceof StepResult.Done)) {
        return WayBackExecution.failed(run, ref, finished);
      }
    }
    note(last, Result.OBSERVED);
    run.notice(
        RefText.of(ref) + " is at work at the target: it is handed over, and stays there for now");
    return new StepResult.NotNeeded("it is at work at the target");
  }

  /** Of a disk, and of what works with one: nothing of it stays there when the disk goes. */
  private StepResult leaveTarget(Step.OnObject step, StepLog log) {
    ObjectRef ref = step.object();
    PlannedObject object = run.planned(ref);
    Consumer<String> waits = why -> log.waits(run.clock().now(), why);
    LateRequests.await(run, open.quiet(ref), waits);
    run.clock().checkpoint();
    try {
      if (copies.copy(object, copies.atTarget(object)) != TransitCopies.Copy.INERT
          || copies.goesOn(ref)) {
        // Whatever else is there is looked at when it is restored.
        return new StepResult.NotNeeded("nothing inert of it is at the target");
      }
      return reserved
          .stillUsed(ref, waits)
          .or(() -> copyThatStays(object, waits))
          .map(why -> failed(ref, why))
          .orElseGet(() -> StepResult.done("gone from the target"));
    } catch (ClusterException e) {
      return failed(ref, "could not be looked at: " + e.failure().detail());
    }
  }

  /** The volume is at the source, held, and takes the claim that comes back. */
  private StepResult reserve(Step.OnObject step, StepLog log) {
    ObjectRef ref = step.object();
    PlannedObject object = run.planned(ref);
    Consumer<String> waits = why -> log.waits(run.clock().now(), why);
    LateRequests.await(run, open.quiet(ref), waits);
    run.clock().checkpoint();
    try {
      SourceObject source = new SourceObject(run, ref);
      Optional<Manifest> live = source.read();
      if (live.filter(o -> !o.isBeingDeleted()).isPresent()) {
        return reserved.reserve(step, source, live.get());
      }
      return switch (copies.copy(object, copies.atTarget(object))) {
        case NONE -> restore(object, source, Optional.empty(), waits);
        case INERT, WORKS, FOREIGN ->
            new StepResult.NotNeeded("the target has it, with what works with it");
      };
    } catch (ClusterException e) {
      return failed(ref, "could not be made ready: " + e.failure().detail());
    }
  }

  private StepResult restore(
      PlannedObject object, SourceObject source, Optional<String> copy, Consumer<String> waits) {
    ObjectRef ref = object.ref();
    Optional<String> held =
        deleting
            .awaitAbsent(source, waits)
            .map(StepResult::words)
            .or(() -> copyThatStays(object, waits))
            .or(() -> leftAtTarget(object, copy, waits));
    if (held.isPresent()) {
      return failed(ref, held.get());
    }
    PlannedObject back = home.planned(ref);
    Manifest asItWas = source.vaulted();
    Manifest definition = home.definition(back, asItWas);
    Manifest body =
        home.held(
            source.inertia(), home.marked(back, creating.withOwners(back, asItWas, definition)));
    Step step = step(ref);
    run.intend(step, object.uid(), "", Run.digest(body));
    CreateOutcome outcome =
        creating.send(step.id(), StepText.doing(step), back, asItWas, body, false);
    return switch (outcome) {
      case CreateOutcome.Stored stored ->
          ref.groupKind().equals("PersistentVolumeClaim")
              ? BoundVolume.awaited(home, back)
                  .map(unbound -> WayBackExecution.failed(run, ref, unbound))
                  .orElse(RESTORED)
              : RESTORED;
      case CreateOutcome.Refused refused -> WayBackExecution.failed(run, ref, refused.result());
    };
  }

  /** Why the inert copy does not go from the target; empty when it is gone. */
  private Optional<String> copyThatStays(PlannedObject object, Consumer<String> waits) {
    // Safeguard: restore-leaves-the-copy
    return reserved
        .deletedWith(object.ref())
        .or(() -> removing.removeInert(object, waits).kept().map(StayReason::words));
  }

  /** It did nothing there, unless somebody else had woken it meanwhile: that is waited for. */
  private Optional<String> leftAtTarget(
      PlannedObject object, Optional<String> copy, Consumer<String> waits) {
    Set<String> copies = new HashSet<>();
    copy.ifPresent(copies::add);
    // An earlier process may have removed it.
    run.journal()
        .state()
        .step(StepId.of(Verb.CREATE_INERT, object.ref()))
        .outcome()
        .ifPresent(o -> copies.add(o.details().getOrDefault("uid", "")));
    Instant end = run.clock().now().plus(run.plan().settings().handover().drainTimeout());
    while (true) {
      Set<String> left = new TreeSet<>();
      for (String uid : copies) {
        left.addAll(started.of(run.atTarget(object), uid).any());
      }
      if (left.isEmpty()) {
        return Optional.empty();
      }
      String why = "still has at the target: " + String.join(", ", left);
      if (run.clock().now().isAfter(end)) {
        return Optional.of(why);
      }
      waits.accept(why);
      run.clock().pause(Duration.ofSeconds(1));
    }
  }

  private StepResult woken(PlannedObject object, SourceObject source) {
    Step step = step(object.ref());
    StepResult result =
        waking.wake(
            step.id(),
            StepText.doing(step),
            home.planned(object.ref()),
            source.original(),
            () -> stillAtTarget(object));
    if (!(result instanceof StepResult.Done)) {
      return WayBackExecution.failed(run, object.ref(), result);
    }
    autoscalers.resume(source);
    return RESTORED;
  }

  private Optional<StepResult> stillAtTarget(PlannedObject object) {
    return switch (copies.copy(object, copies.atTarget(object))) {
      case NONE -> Optional.empty();
      case INERT, WORKS, FOREIGN ->
          Optional.of(
              run.failed(
                  ErrorCode.M2205,
                  RefText.of(object.ref()) + " is at the target again, though it was not there",
                  "it is at the source, too, and does nothing there"));
    };
  }
}
