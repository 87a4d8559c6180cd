package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.journal.VaultEntry;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts back at the source what a prune removed there, from the prune's own vault: what others need
 * first. What is there is left as it is.
 *
 * <p>Crash: each create is announced on disk and carries the run's mark, so it can be begun again:
 * what is there already is found.
 *
 * <p>Source: docs/adr/0033
 */
public final class PrunedCopiesRestore implements StepAction {

  private static final Duration GOING = Duration.ofMinutes(2);

  private final Run run;
  private final Run home;
  private final Creating creating;
  private final Optional<Instant> quiet;

  private PrunedCopiesRestore(Run run, WatchHub watches) {
    this.run = run;
    this.home = run.homeward();
    this.creating = new Creating(home, watches);
    this.quiet = quiet(missing(run.plan(), run.journal().state()));
  }

  /** Under this name a prune's journal has the removal of a copy. */
  public static StepId removal(ObjectRef object) {
    return StepId.of(Verb.PRUNE, object);
  }

  private static StepId step(ObjectRef object) {
    return StepId.of(Verb.UNDO_PRUNE, object);
  }

  /** What a prune removed or may have removed, and did not put back; what others need first. */
  public static List<PlannedObject> missing(Plan plan, JournalState prune) {
    return announced(plan, prune)
        .filter(object -> prune.status(step(object.ref())) != StepStatus.DONE)
        .toList();
  }

  /** What a prune removed, or may have; what others need first. */
  private static Stream<PlannedObject> announced(Plan plan, JournalState prune) {
    return plan.created().stream()
        .filter(object -> prune.step(removal(object.ref())).intent().isPresent());
  }

  /**
   * What went along with what a prune removed, and is not back; owners before what they own.
   *
   * @param vault of the prune
   */
  public static List<ObjectRef> missingAlong(Plan plan, JournalState prune, Vault vault) {
    Set<String> gone =
        announced(plan, prune)
            .flatMap(object -> vault.entry(object.ref()).stream())
            .map(VaultEntry::uid)
            .collect(Collectors.toSet());
    return CascadeRestore.went(vault, plan.objectsByRef().keySet(), gone).stream()
        .map(VaultEntry::ref)
        .filter(ref -> prune.status(step(ref)) != StepStatus.DONE)
        .toList();
  }

  /** Whether putting the object back was tried. */
  public static boolean isTried(JournalState prune, ObjectRef object) {
    return prune.status(step(object)) != StepStatus.NOT_STARTED;
  }

  /**
   * Puts everything back.
   *
   * <p>Errors: none are thrown for an object; they are in the outcome.
   *
   * @param journal of the prune
   * @param vault likewise
   */
  public static WayBackExecution.Outcome of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      RunTools tools) {
    Run run = Run.of(plan, source, target, journal, vault, tools);
    try (WatchHub watches = new WatchHub(source.cluster())) {
      PrunedCopiesRestore restore = new PrunedCopiesRestore(run, watches);
      List<Step.OnObject> steps =
          missing(plan, journal.state()).stream()
              .map(o -> new Step.OnObject(Verb.UNDO_PRUNE, o.ref(), List.of()))
              .toList();
      int along = missingAlong(plan, journal.state(), vault).size();
      if (!restore.isQuiet()) {
        return new WayBackExecution.Outcome(0, Map.of(), steps.size() + along);
      }
      // One after the other, in their order: what others need comes first.
      WayBackExecution.Outcome outcome =
          WayBackExecution.of(run, tools, steps, Map.of(Verb.UNDO_PRUNE, restore), 1);
      return outcome.then(
          outcome.left() == 0
              ? restore.putBackWhatWentAlong()
              : new WayBackExecution.Outcome(0, Map.of(), along));
    }
  }

  @Override
  public StepResult run(Step.OnObject step, StepLog log) {
    return putBack(run.planned(step.object()));
  }

  /**
   * Waits: what is there may still go, as long as a removal may be under way. False when the run
   * shall stop.
   */
  private boolean isQuiet() {
    try {
      LateRequests.await(run, quiet, run::notice);
      return true;
    } catch (StoppedException e) {
      return false;
    }
  }

  private WayBackExecution.Outcome putBackWhatWentAlong() {
    List<ObjectRef> missing = missingAlong(run.plan(), run.journal().state(), run.vault());
    if (missing.isEmpty()) {
      return new WayBackExecution.Outcome(0, Map.of(), 0);
    }
    List<ObjectRef> removed =
        announced(run.plan(), run.journal().state())
            .map(PlannedObject::ref)
            .filter(ref -> run.vault().entry(ref).isPresent())
            .toList();
    Map<ObjectRef, String> failed = new LinkedHashMap<>();
    try {
      CascadeRestore.Outcome outcome = new CascadeRestore(run, home, creating).bringBack(removed);
      for (ObjectRef ref : missing) {
        Optional<String> why =
            Optional.ofNullable(outcome.failed().get(ref))
                .or(() -> Optional.ofNullable(outcome.left().get(ref)))
                .or(() -> notThere(ref));
        why.ifPresent(words -> failed.put(ref, words));
        note(ref, why);
      }
    } catch (StoppedException e) {
      return new WayBackExecution.Outcome(0, failed, missing.size());
    }
    return new WayBackExecution.Outcome(missing.size() - failed.size(), failed, 0);
  }

  private Optional<String> notThere(ObjectRef ref) {
    try {
      return run.source().find(ref).isPresent()
          ? Optional.empty()
          : Optional.of("went along, and what owned it is not back");
    } catch (ClusterException e) {
      return Optional.of("was not looked at: " + e.failure().detail());
    }
  }

  private Optional<Instant> quiet(List<PlannedObject> missing) {
    List<Instant> ends = new ArrayList<>();
    for (PlannedObject object : missing) {
      JournalState.StepState state = run.journal().state().step(removal(object.ref()));
      if (state.status() != StepStatus.DONE) {
        state.intent().ifPresent(intent -> ends.add(LateRequests.until(intent.at())));
      }
    }
    return ends.stream().max(Instant::compareTo);
  }

  private void note(ObjectRef ref, Optional<String> why) {
    Result result = why.isPresent() ? Result.FAILED : Result.DONE;
    run.journal().append(new StepOutcome(run.clock().now(), step(ref), result, Map.of()));
    why.ifPresent(words -> run.notice(RefText.of(ref) + " " + words));
  }

  private StepResult putBack(PlannedObject object) {
    ObjectRef ref = object.ref();
    try {
      Optional<String> held = held(object);
      if (held.isPresent()) {
        return WayBackExecution.failed(run, ref, held.get());
      }
      if (atSource(object).isPresent()) {
        return StepResult.observed("is at the source");
      }
      PlannedObject back = home.planned(ref);
      Manifest asItWas = run.vaulted(ref);
      Manifest definition = home.definition(back, asItWas);
      Manifest body = home.marked(back, creating.withOwners(back, asItWas, definition));
      run.intend(step(ref), object.uid(), "", Run.digest(body));
      String doing = "putting back " + RefText.of(ref);
      CreateOutcome outcome = creating.send(step(ref), doing, back, asItWas, body, false);
      return switch (outcome) {
        case CreateOutcome.Stored stored -> StepResult.done("put back at the source");
        case CreateOutcome.Refused refused -> WayBackExecution.failed(run, ref, refused.result());
      };
    } catch (ClusterException e) {
      return WayBackExecution.failed(run, ref, "could not be put back: " + e.failure().detail());
    }
  }

  private Optional<Manifest> atSource(PlannedObject object) {
    return home.target().get(object.ref(), object.sourceApiVersion());
  }

  /** Waits for what is being deleted; why it does not go, in words. */
  private Optional<String> held(PlannedObject object) {
    Instant end = run.clock().now().plus(GOING);
    while (true) {
      Optional<Manifest> live = atSource(object);
      if (live.isEmpty() || !live.get().isBeingDeleted()) {
        return Optional.empty();
      }
      if (run.clock().now().isAfter(end)) {
        return Optional.of(DeletionBlockers.words(live.get()));
      }
      run.clock().pause(Duration.ofSeconds(1));
    }
  }
}
