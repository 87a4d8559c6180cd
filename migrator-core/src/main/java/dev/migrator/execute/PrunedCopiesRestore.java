package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent;
import dev.migrator.journal.Journal;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.Vault;
import dev.migrator.journal.VaultEntry;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
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
public final class PrunedCopiesRestore {

  private static final Duration GOING = Duration.ofMinutes(2);

  private final Run run;
  private final Run home;
  private final Creating creating;
  private final Map<ObjectRef, String> failed = new LinkedHashMap<>();
  private int there;

  private PrunedCopiesRestore(Run run, WatchHub watches) {
    this.run = run;
    this.home = run.homeward();
    this.creating = new Creating(home, watches);
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
   * How it ended.
   *
   * @param there how many are at the source now
   * @param failed what is not, and why
   * @param left how many were not looked at, because the run shall stop
   */
  public record Outcome(int there, Map<ObjectRef, String> failed, int left) {
    public Outcome {
      failed = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(failed));
    }
  }

  /**
   * Puts everything back.
   *
   * <p>Errors: none are thrown for an object; they are in the outcome.
   *
   * @param journal of the prune
   * @param vault likewise
   */
  public static Outcome of(
      Plan plan,
      ClusterSide source,
      ClusterSide target,
      Journal journal,
      Vault vault,
      RunTools tools) {
    Run run = Run.of(plan, source, target, journal, vault, tools);
    try (WatchHub watches = new WatchHub(source.cluster())) {
      return new PrunedCopiesRestore(run, watches).all();
    }
  }

  private Outcome all() {
    List<PlannedObject> missing = missing(run.plan(), run.journal().state());
    int along = missingAlong(run.plan(), run.journal().state(), run.vault()).size();
    int looked = 0;
    try {
      // What is there may still go, as long as a removal may be under way.
      LateRequests.await(run, quiet(missing));
      for (PlannedObject object : missing) {
        run.clock().checkpoint();
        note(object.ref(), putBack(object));
        looked++;
      }
      putBackWhatWentAlong();
    } catch (StoppedException e) {
      return new Outcome(there, failed, missing.size() + along - looked);
    }
    return new Outcome(there, failed, 0);
  }

  private void putBackWhatWentAlong() {
    List<ObjectRef> missing = missingAlong(run.plan(), run.journal().state(), run.vault());
    if (missing.isEmpty()) {
      return;
    }
    List<ObjectRef> removed =
        announced(run.plan(), run.journal().state())
            .map(PlannedObject::ref)
            .filter(ref -> run.vault().entry(ref).isPresent())
            .toList();
    CascadeRestore.Outcome outcome = new CascadeRestore(run, home, creating).bringBack(removed);
    for (ObjectRef ref : missing) {
      note(
          ref,
          Optional.ofNullable(outcome.failed().get(ref))
              .or(() -> Optional.ofNullable(outcome.left().get(ref)))
              .or(() -> notThere(ref)));
    }
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
    if (why.isPresent()) {
      failed.put(ref, why.get());
      run.journal().append(new StepOutcome(run.clock().now(), step(ref), Result.FAILED, Map.of()));
      run.notice(RefText.of(ref) + " " + why.get());
      return;
    }
    there++;
    run.journal().append(new StepOutcome(run.clock().now(), step(ref), Result.DONE, Map.of()));
    run.events()
        .accept(
            new RunEvent.StepDone(
                run.clock().now(), step(ref), Phase.COPY, "put back at the source"));
  }

  /** Empty when the source has it, else why not. */
  private Optional<String> putBack(PlannedObject object) {
    try {
      Optional<String> held = held(object);
      if (held.isPresent() || atSource(object).isPresent()) {
        return held;
      }
      PlannedObject back = home.planned(object.ref());
      Manifest asItWas = run.vaulted(object.ref());
      Manifest definition = home.definition(back, asItWas);
      Manifest body = home.marked(back, creating.withOwners(back, asItWas, definition));
      run.intend(step(object.ref()), object.uid(), "", Run.digest(body));
      String doing = "putting back " + RefText.of(object.ref());
      CreateOutcome outcome = creating.send(step(object.ref()), doing, back, asItWas, body, false);
      return switch (outcome) {
        case CreateOutcome.Stored stored -> Optional.empty();
        case CreateOutcome.Refused refused -> Optional.of(refused.result().words());
      };
    } catch (ClusterException e) {
      return Optional.of("could not be put back: " + e.failure().detail());
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
