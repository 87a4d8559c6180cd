package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Served;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.report.StepText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes back what a run did before its first delete: the source's objects are set back, and what
 * was created at the target is removed where it carries our mark and nobody changed it. Everything
 * else is left and told.
 *
 * <p>Crash: every act looks first, so it can be begun again. Before each there is a checkpoint:
 * {@link StoppedException} when the run shall stop.
 */
final class Undoing {

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration GOING = Duration.ofMinutes(2);

  /** A rollback that lasts looks again: somebody may begin to use a copy meanwhile. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final Run run;
  private final HandOvers handOvers;
  private final Quiescing quiescing;
  private final Autoscalers autoscalers;
  private final Removals removals;
  private final Map<ObjectRef, Reason> kept = new HashMap<>();
  private Map<ObjectRef, Reason> staying = Map.of();
  private Set<ObjectRef> atFirst = Set.of();
  private Optional<Instant> decided = Optional.empty();

  /** Whether something stays that was not to: it keeps what it needs. */
  private boolean isNews;

  /**
   * @param relied what other runs count as theirs, named as at the target, and why it stays
   */
  Undoing(Run run, Map<ObjectRef, String> relied) {
    this.run = run;
    this.removals =
        new Removals(
            run.plan(),
            run.id(),
            run.source(),
            run.target(),
            run.journal().state(),
            run.vault(),
            relied);
    this.handOvers = new HandOvers(run.plan(), run.journal().state());
    this.quiescing = new Quiescing(run, handOvers);
    this.autoscalers = new Autoscalers(run);
  }

  /** Sets the source's object back; empty when it is as it was, else why not. */
  Optional<String> setBack(Step.Quiesce step) {
    run.patience().checkpoint();
    SourceObject source = new SourceObject(run, step.object());
    if (source.inertia().fields().isEmpty()) {
      return Optional.empty();
    }
    StepId back = StepId.of(Verb.ROLL_BACK, step.object());
    Optional<StepResult> failed = quiescing.giveBack(back, StepText.doing(step), source);
    if (failed.isEmpty()) {
      run.journal().append(new StepOutcome(run.patience().now(), back, Result.DONE, Map.of()));
    }
    return failed.map(StepResult::words);
  }

  /** Wakes what scales an object that is back at the source; empty when it is, else why not. */
  Optional<String> wakeScalers(ObjectRef back) {
    for (int attempt = 1; ; attempt++) {
      run.patience().checkpoint();
      try {
        autoscalers.resume(new SourceObject(run, back));
        return Optional.empty();
      } catch (ClusterException e) {
        if (!SecondLook.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return Optional.of("is back, and what scales it stays paused: " + e.failure().detail());
        }
        run.patience().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }

  /**
   * What became of what the run created for an object.
   *
   * @param how in words
   * @param kept why it stays; empty when nothing of ours is at the target any more
   */
  record Removal(String how, Optional<Reason> kept) {
    private static final Removal NOTHING =
        new Removal("nothing of this run is at the target", Optional.empty());

    private static Removal kept(Reason why) {
      return new Removal("", Optional.of(why));
    }
  }

  /** Removes what the run created for the object, unless it is to stay. */
  Removal remove(PlannedObject object) {
    run.patience().checkpoint();
    ObjectRef there = run.atTarget(object);
    Removal removal =
        remove(
            object,
            copy ->
                staying(there)
                    .or(() -> missedAtSource(object))
                    .or(() -> changed(object, copy).map(Reason::of)));
    if (removal.kept().isPresent()) {
      kept.put(there, removal.kept().get());
      isNews |= !staying.containsKey(there);
    }
    return removal;
  }

  /** As {@link #remove}, if it does nothing yet; to the end, also when the run shall stop. */
  Removal removeInert(PlannedObject object) {
    return remove(
        object,
        copy ->
            isHeld(object, copy)
                ? changed(object, copy).map(Reason::of)
                : Optional.of(Reason.of("is at work at the target")));
  }

  /** Whether the copy is in a form in which it does nothing: some kinds have none. */
  boolean isHeld(PlannedObject object, Manifest copy) {
    return CopyAtTarget.isHeld(run.vaulted(object.ref()), copy);
  }

  private Optional<String> changed(PlannedObject object, Manifest live) {
    Manifest atSource = run.vaulted(object.ref());
    return CopyAtTarget.changed(run.definition(object, atSource), atSource, live);
  }

  /** Asked right before it goes: what was decided a moment ago may have been the last look. */
  private Optional<Reason> missedAtSource(PlannedObject object) {
    return run.source()
            .get(object.ref(), object.sourceApiVersion())
            .filter(live -> !live.isBeingDeleted())
            .isPresent()
        ? Optional.empty()
        : Optional.of(Reason.of(SourceLook.GONE));
  }

  /** Why it stays as it was decided, or as it is now where that was long ago. */
  private Optional<Reason> staying(ObjectRef there) {
    Instant now = run.patience().now();
    boolean isOld = decided.filter(then -> then.plus(FRESH).isAfter(now)).isEmpty() || isNews;
    if (isOld) {
      decide();
    }
    Optional<Reason> reason = Optional.ofNullable(staying.get(there));
    Instant end = now.plus(GOING);
    // What is in it may be on its way out, unless it was to stay from the beginning.
    while (reason.isPresent()
        && CopyAtTarget.HOLDERS.contains(there.groupKind())
        && !atFirst.contains(there)
        && run.patience().now().isBefore(end)) {
      run.patience().pauseAnyway(Duration.ofSeconds(1));
      decide();
      reason = Optional.ofNullable(staying.get(there));
    }
    return reason;
  }

  private void decide() {
    staying = removals.decide(kept).staying();
    if (decided.isEmpty()) {
      atFirst = Set.copyOf(staying.keySet());
    }
    isNews = false;
    decided = Optional.of(run.patience().now());
  }

  private Removal remove(PlannedObject object, Function<Manifest, Optional<Reason>> reasons) {
    ObjectRef ref = run.atTarget(object);
    Optional<ResourceType> type;
    try {
      type = run.target().typeByAsking(ref.kind(), object.apiVersion());
    } catch (ClusterException e) {
      return Removal.kept(Reason.of("could not be removed: " + e.failure().detail()));
    }
    if (type.isEmpty() || object.alreadyThere()) {
      return Removal.NOTHING;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Manifest> live = run.target().cluster().get(type.get(), ref);
        if (live.isEmpty() || !run.made(live.get(), object)) {
          return Removal.NOTHING;
        }
        if (!live.get().isBeingDeleted()) {
          Optional<Reason> keeps = reasons.apply(live.get());
          if (keeps.isPresent()) {
            return Removal.kept(keeps.get());
          }
          Optional<Manifest> unused =
              run.target()
                  .cluster()
                  .delete(
                      type.get(),
                      ref,
                      Deletion.foreground(live.get().uid(), live.get().resourceVersion()));
        }
        return new Removal(
            "removed from the target", gone(type.get(), ref, live.get().uid()).map(Reason::of));
      } catch (ClusterException e) {
        if (isNoLongerServed(run.target().cluster(), type.get(), e)) {
          // Its definition went a moment ago, and took it along.
          return Removal.NOTHING;
        }
        if (!SecondLook.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return Removal.kept(Reason.of("could not be removed: " + e.failure().detail()));
        }
        run.patience().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }

  /** A 404 alone says it of nothing: a proxy answers so, too. */
  private static boolean isNoLongerServed(
      Cluster cluster, ResourceType type, ClusterException answer) {
    if (!(answer.failure() instanceof ClusterFailure.NotFound)) {
      return false;
    }
    try {
      return new Served("target", cluster.discover())
          .type(type.kind(), type.apiVersion())
          .isEmpty();
    } catch (ClusterException e) {
      return false;
    }
  }

  private Optional<String> gone(ResourceType type, ObjectRef ref, String uid) {
    Instant end = run.patience().now().plus(GOING);
    Duration pause = PAUSE;
    while (true) {
      Optional<Manifest> live = run.target().cluster().get(type, ref);
      if (live.isEmpty() || !live.get().uid().equals(uid)) {
        return Optional.empty();
      }
      if (run.patience().now().isAfter(end)) {
        return Optional.of(
            "is being deleted, held by finalizers " + live.get().at("metadata", "finalizers"));
      }
      run.patience().pauseAnyway(pause);
      pause = pause.compareTo(Duration.ofSeconds(2)) < 0 ? pause.multipliedBy(2) : pause;
    }
  }
}
