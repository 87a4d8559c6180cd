package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
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
import dev.migrator.lifecycle.WayBack;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
public final class Restoring {

  private final Run run;
  private final Run home;
  private final Undoing undoing;
  private final TargetCopyRemoval removing;
  private final Deleting deleting;
  private final Creating creating;
  private final Activation waking;
  private final Autoscalers autoscalers;
  private final Descendants started;
  private final LateRequests open;
  private final Map<ObjectRef, StepId> works;
  private final Map<ObjectRef, Step.Quiesce> stops = new HashMap<>();
  private final WayBackProgress account;

  private Restoring(Run run, WatchHub watches) {
    this.run = run;
    this.home = run.homeward();
    HandOvers handOvers = new HandOvers(run.plan(), run.journal().state());
    this.undoing = new Undoing(run);
    this.removing = new TargetCopyRemoval(run, Map.of());
    this.account = new WayBackProgress(run);
    this.deleting =
        new Deleting(run, handOvers, descendants(run.source(), Dependants.atSource(run)));
    this.creating = new Creating(home, watches);
    this.waking = new Activation(home, new HandOvers(home.plan(), run.journal().state()));
    this.autoscalers = new Autoscalers(run);
    this.started =
        descendants(
            run.target(), new Dependants(run.target(), run.clock(), run.threads(), Set.of()));
    // Before anything is set back, which is written down under the same steps.
    this.open = LateRequests.of(run.journal().state());
    this.works = works(run.plan());
    for (Step step : run.plan().steps()) {
      if (step instanceof Step.Quiesce quiesce) {
        stops.put(quiesce.object(), quiesce);
      }
    }
  }

  /** The step after which each works at the target. */
  private static Map<ObjectRef, StepId> works(Plan plan) {
    Map<ObjectRef, StepId> works = new HashMap<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Activate || step instanceof Step.Create) {
        works.put(((Step.OnObject) step).object(), step.id());
      }
    }
    return works;
  }

  private Descendants descendants(ClusterSide side, Dependants dependants) {
    return new Descendants(side, new SharedLists(side.cluster(), run.clock()), dependants);
  }

  /** Under this name the journal has what became of the object. */
  static StepId step(ObjectRef object) {
    return StepId.of(Verb.RESTORE, object);
  }

  /** What is in transit by what the journal says, in the plan's order. */
  public static List<ObjectRef> inTransit(Plan plan, JournalState journal) {
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
      return restoring.run();
    }
  }

  private RunEvent.RunEnded run() {
    List<ObjectRef> inTransit = inTransit(run.plan(), run.journal().state());
    account.begin(inTransit.size());
    try {
      // What must wait for late requests goes on meanwhile, where it only has to.
      inTransit.stream().filter(ref -> open.quiet(ref).isPresent()).forEach(this::startAgain);
      for (ObjectRef ref : soonest(inTransit)) {
        // Safeguard: restore-does-not-wait
        LateRequests.await(run, open.quiet(ref));
        run.clock().checkpoint();
        account.note(step(ref), Phase.HAND_OVER, ref, "not in transit any more", settled(ref));
      }
      new CascadeRestore(run, home, creating)
          .bringBack(Lifecycle.of(run.plan(), run.journal().state()).restored())
          .failed()
          .forEach(account::keep);
    } catch (StoppedException e) {
      int left = inTransit.size() - account.looked();
      return account.interrupted(
          "the way back", left, Amount.of(left, "object") + " may still be in transit");
    }
    return account.ended(
        Ending.RESTORED, Outcome.RESTORED, "could not be brought back to the source");
  }

  /** First what need not wait, and of that what only has to go on: it takes one request. */
  private List<ObjectRef> soonest(List<ObjectRef> inTransit) {
    Lifecycle places = Lifecycle.of(run.plan(), run.journal().state());
    return inTransit.stream()
        .sorted(
            Comparator.comparing((ObjectRef ref) -> open.quiet(ref).orElse(Instant.MIN))
                .thenComparing(ref -> places.of(ref).wayBack()))
        .toList();
  }

  /** Whatever comes of it is looked at again when no late request can undo it. */
  private void startAgain(ObjectRef ref) {
    try {
      SourceObject source = new SourceObject(run, ref);
      if (source.read().filter(live -> isThere(source, live)).isPresent()) {
        Optional<String> unused = setBack(ref);
      }
    } catch (ClusterException e) {
      run.notice(RefText.of(ref) + " was not looked at: " + e.failure().detail());
    }
  }

  private static boolean isThere(SourceObject source, Manifest live) {
    return !source.isAnother(live) && !live.isBeingDeleted();
  }

  private Optional<String> setBack(ObjectRef ref) {
    return Optional.ofNullable(stops.get(ref)).flatMap(undoing::setBack);
  }

  /** Brings one object back; empty when it is where it belongs, else why it is not. */
  private Optional<String> settled(ObjectRef ref) {
    PlannedObject object = run.planned(ref);
    SourceObject source = new SourceObject(run, ref);
    try {
      Optional<Manifest> live = source.read();
      if (live.filter(source::isAnother).isPresent()) {
        return run.made(live.get(), object)
            ? woken(object, source)
            : Optional.of(
                "was created again at the source by someone else"
                    + ReconcilerHint.named(live.get()));
      }
      if (live.filter(o -> isThere(source, o)).isPresent()) {
        Optional<String> failed = setBack(ref);
        return failed.isPresent() ? failed : restored(ref);
      }
      if (Lifecycle.hasEnded(run.journal().state(), ref)) {
        run.notice(RefText.of(ref) + " ran to its end at the source: it is not begun again");
        StepId absent = StepId.of(Verb.PROVE_ABSENT, ref);
        run.journal().append(new StepOutcome(run.clock().now(), absent, Result.OBSERVED, Map.of()));
        return Optional.empty();
      }
      Optional<Manifest> there = atTarget(object);
      return switch (copy(object, there)) {
        case WORKS -> handedOver(ref);
        case FOREIGN ->
            Optional.of("is not brought back: the target has one that this run did not create");
        case NONE, INERT -> restore(object, source, there.map(Manifest::uid));
      };
    } catch (ClusterException e) {
      return Optional.of("could not be brought back: " + e.failure().detail());
    }
  }

  /** What the target has under the object's name. */
  private enum Copy {
    NONE,
    INERT,
    WORKS,
    FOREIGN
  }

  private Optional<Manifest> atTarget(PlannedObject object) {
    return run.target().get(run.atTarget(object), object.apiVersion());
  }

  private Copy copy(PlannedObject object, Optional<Manifest> live) {
    if (live.isEmpty()) {
      return Copy.NONE;
    }
    if (!run.made(live.get(), object)) {
      return Copy.FOREIGN;
    }
    return live.get().isBeingDeleted() || removing.isHeld(object, live.get())
        ? Copy.INERT
        : Copy.WORKS;
  }

  /** The hand-over had come to its end, and nobody wrote it down. */
  private Optional<String> handedOver(ObjectRef ref) {
    StepId last = Optional.ofNullable(works.get(ref)).orElseThrow();
    run.journal().append(new StepOutcome(run.clock().now(), last, Result.OBSERVED, Map.of()));
    run.notice(
        RefText.of(ref) + " is at work at the target: it is handed over, and stays there for now");
    return Optional.empty();
  }

  private Optional<String> restore(
      PlannedObject object, SourceObject source, Optional<String> copy) {
    Optional<StepResult> held =
        deleting.awaitAbsent(source, why -> run.notice(RefText.of(source.ref()) + ": " + why));
    if (held.isPresent()) {
      return held.map(StepResult::words);
    }
    // Safeguard: restore-leaves-the-copy
    Optional<String> stays = removing.removeInert(object).kept().map(StayReason::words);
    if (stays.isPresent()) {
      return stays;
    }
    Optional<String> left = leftAtTarget(object, copy);
    if (left.isPresent()) {
      return left;
    }
    PlannedObject back = home.planned(object.ref());
    Manifest asItWas = source.vaulted();
    Manifest definition = home.definition(back, asItWas);
    Manifest body =
        home.held(
            source.inertia(), home.marked(back, creating.withOwners(back, asItWas, definition)));
    run.intend(step(object.ref()), object.uid(), "", Run.digest(body));
    CreateOutcome outcome =
        creating.send(step(object.ref()), doing(object), back, asItWas, body, false);
    return switch (outcome) {
      case CreateOutcome.Stored stored -> woken(object, source);
      case CreateOutcome.Refused refused -> Optional.of(refused.result().words());
    };
  }

  /** It did nothing there, unless somebody else had woken it meanwhile: that is waited for. */
  private Optional<String> leftAtTarget(PlannedObject object, Optional<String> copy) {
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
      if (run.clock().now().isAfter(end)) {
        return Optional.of("still has at the target: " + String.join(", ", left));
      }
      run.clock().pause(Duration.ofSeconds(1));
    }
  }

  private Optional<String> woken(PlannedObject object, SourceObject source) {
    StepResult result =
        waking.wake(
            step(object.ref()),
            doing(object),
            home.planned(object.ref()),
            source.original(),
            () -> stillAtTarget(object));
    if (!(result instanceof StepResult.Done)) {
      return Optional.of(result.words());
    }
    autoscalers.resume(source);
    return restored(object.ref());
  }

  private static String doing(PlannedObject object) {
    return "bringing back " + RefText.of(object.ref());
  }

  private Optional<StepResult> stillAtTarget(PlannedObject object) {
    return switch (copy(object, atTarget(object))) {
      case NONE -> Optional.empty();
      case INERT, WORKS, FOREIGN ->
          Optional.of(
              run.failed(
                  ErrorCode.M2205,
                  RefText.of(object.ref()) + " is at the target again, though it was not there",
                  "it is at the source, too, and does nothing there"));
    };
  }

  private Optional<String> restored(ObjectRef ref) {
    run.journal().append(new StepOutcome(run.clock().now(), step(ref), Result.DONE, Map.of()));
    return Optional.empty();
  }
}
