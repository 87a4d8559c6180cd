package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Deletion;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.execute.Descendants.Found;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Deletes the source's object by uid and resourceVersion, then proves that it is gone with all that
 * it started. Never by force; finalizers are waited for.
 *
 * <p>Crash: the intent is on disk before the request. The same request sent twice can only delete
 * the same state of the same object.
 */
final class Deleting {

  /** The garbage collector takes some hundredths of a second, and nothing is active meanwhile. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(20);

  private static final Duration PATIENT = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Reads are consistent: what is whole this long after its deletion was accepted is whole. */
  private static final Duration UNEXPLAINED = Duration.ofMinutes(1);

  private final Run run;
  private final HandOvers handOvers;
  private final Descendants descendants;
  private final DeletionCascade goesAlong;
  private final ExcludedMeanwhile excluded;
  private final GrownClaims grown;
  private final WrittenSinceCapture written;
  private final Set<String> leaving;

  Deleting(Run run, HandOvers handOvers, Descendants descendants) {
    this.run = run;
    this.handOvers = handOvers;
    this.descendants = descendants;
    this.leaving = Draining.leaving(run);
    this.goesAlong = new DeletionCascade(run, leaving);
    this.excluded = new ExcludedMeanwhile(run);
    this.grown = new GrownClaims(run);
    this.written = new WrittenSinceCapture(run);
  }

  StepResult delete(Step.OnObject step) {
    SourceObject source = new SourceObject(run, step.object());
    // What the server said last is tried first: a stale resourceVersion is refused. What only ends
    // by itself says more when it is looked at.
    Optional<Manifest> state =
        handOvers.seen(source.ref()).source().filter(s -> source.inertia().atSource());
    WriteAttempts trials = new WriteAttempts(run, StepText.doing(step));
    RereadAfterFailure reread = RereadAfterFailure.soon(run.clock());
    while (true) {
      try {
        Optional<Manifest> live = state.isPresent() ? state : source.read();
        if (live.isEmpty()) {
          return deleted(source, StepResult.observed("was gone already"));
        }
        if (source.isAnother(live.get())) {
          return source.recreated(live.get());
        }
        if (live.get().isBeingDeleted()) {
          return deleted(source, StepResult.observed("is being deleted"));
        }
        Optional<StepResult> notYet = refusal(source, live.get());
        if (notYet.isPresent()) {
          return notYet.get();
        }
        run.intend(step, live.get().uid(), live.get().resourceVersion(), Optional.empty());
        trials.sends();
        Optional<Manifest> unused =
            run.source()
                .cluster()
                .delete(
                    source.type(),
                    source.ref(),
                    // Safeguards: delete-without-resource-version, delete-without-uid
                    Deletion.foreground(live.get().uid(), live.get().resourceVersion()));
        return deleted(source, StepResult.done("deleted"));
      } catch (ClusterException e) {
        state = Optional.empty();
        trials.failed(e.failure());
        if (!reread.again(e.failure())) {
          return trials.gaveUp(ErrorCode.M2103, e.failure());
        }
      }
    }
  }

  /** Why this state may not be deleted; a changed definition is vaulted first. */
  private Optional<StepResult> refusal(SourceObject source, Manifest live) {
    Optional<StepResult> stays = excluded.beforeDeletion(source, live);
    if (stays.isPresent()) {
      return stays;
    }
    if (!source.isAsVaulted(live)) {
      source.vaultAgain(live);
    }
    boolean stopped = !source.inertia().atSource() || source.inertia().isInert(live);
    return stopped
        // Safeguard: deleted-at-work
        ? goesAlong
            .refusal(source)
            .or(() -> volumeNotRetained(source))
            .or(() -> grown.of(source, live, setGoing()))
            .or(() -> written.refusal(source.ref(), live))
            .or(() -> atWork(source, live))
        : Optional.of(
            run.failed(
                ErrorCode.M2205,
                RefText.of(source.ref())
                    + " was made active again at the source after we had stopped it",
                "it was set back by someone else" + ReconcilerHint.named(live),
                "pause what does that, then: " + run.resume()));
  }

  private List<String> setGoing() {
    return List.of("migrator rollback " + run.id() + "   (sets it going again)", "then plan again");
  }

  /** Asked right before its claim goes: somebody may have given it back what deletes the disk. */
  private Optional<StepResult> volumeNotRetained(SourceObject claim) {
    // Safeguard: volume-not-retained
    if (!claim.ref().groupKind().equals("PersistentVolumeClaim")) {
      return Optional.empty();
    }
    SourceObject volume = new SourceObject(run, DiskDraining.volumeOf(claim.vaulted()));
    Optional<Manifest> live = volume.read().filter(found -> !volume.isAnother(found));
    return live.filter(found -> volume.inertia().isInert(found) && !found.isBeingDeleted())
            .isPresent()
        ? Optional.empty()
        : Optional.of(
            run.failed(
                ErrorCode.M2205,
                RefText.of(claim.ref()) + " is not deleted: its disk could go with it",
                RefText.of(volume.ref())
                    + live.map(found -> " does not retain it any more").orElse(" is gone"),
                run.resume()));
  }

  /** What cannot be told to stop at the source may have begun since it was seen to do nothing. */
  private Optional<StepResult> atWork(SourceObject source, Manifest live) {
    if (source.inertia().atSource() || source.ref().groupKind().equals("Pod")) {
      return Optional.empty();
    }
    Found found =
        descendants.of(source.ref(), source.planned().uid(), Draining.owners(run, source), leaving);
    boolean still =
        source.ref().groupKind().equals("Job.batch")
            ? !Descendants.isFinished(live) && !Draining.waits(live, found)
            : !found.running().isEmpty();
    return still
        ? Optional.of(
            run.failed(
                ErrorCode.M2205,
                RefText.of(source.ref())
                    + " is at work again at the source: it is not deleted while it runs",
                found.running().isEmpty()
                    ? "it is not suspended any more"
                    : String.join(", ", found.running()),
                "to wait for its end: " + run.resume()))
        : Optional.empty();
  }

  private StepResult deleted(SourceObject source, StepResult result) {
    handOvers.move(source.ref(), LifecycleEvent.DELETE);
    return result;
  }

  StepResult proveAbsent(Step.OnObject step, StepLog log) {
    SourceObject source = new SourceObject(run, step.object());
    try {
      return awaitAbsent(source, why -> log.waits(run.clock().now(), why))
          .orElseGet(
              () -> {
                boolean ended = Lifecycle.hasEnded(run.journal().state(), source.ref());
                handOvers.move(
                    source.ref(), ended ? LifecycleEvent.END : LifecycleEvent.PROVE_ABSENT);
                return StepResult.done("absent");
              });
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  /**
   * Waits until the source has neither the object nor anything that it started; empty when that is
   * so.
   *
   * @param waits hears what is there still, when it lasts
   */
  Optional<StepResult> awaitAbsent(SourceObject source, Consumer<String> waits) {
    Instant begin = run.clock().now();
    Instant end = begin.plus(run.plan().settings().handover().drainTimeout());
    Duration pause = FIRST_LOOK;
    Set<String> owners = Draining.owners(run, source);
    while (true) {
      Optional<Manifest> live = source.read();
      if (live.isPresent() && source.isAnother(live.get())) {
        return Optional.of(source.recreated(live.get()));
      }
      String why = live.map(Deleting::held).orElseGet(() -> left(source, owners));
      // Safeguard: absence-not-proven
      if (live.isEmpty() && why.isEmpty()) {
        return Optional.empty();
      }
      Instant now = run.clock().now();
      boolean whole = live.filter(o -> !o.isBeingDeleted()).isPresent();
      if (whole && (now.isAfter(end) || now.isAfter(begin.plus(UNEXPLAINED)))) {
        return Optional.of(back(source));
      }
      if (now.isAfter(end)) {
        return Optional.of(
            run.failed(
                ErrorCode.M2104,
                RefText.of(source.ref()) + " does not go from the source",
                why,
                "find out what holds it; nothing is forced; then: " + run.resume()));
      }
      if (pause.compareTo(PATIENT) > 0) {
        waits.accept(why);
        run.clock().pause(pause);
      } else {
        // What is between two clusters is brought to its end, also when the run shall stop.
        run.clock().pauseAnyway(pause);
      }
      pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
    }
  }

  /**
   * Never deleted again by itself: nobody knows how old the state is that came back, what it has
   * begun, and what else came back with it.
   */
  private StepResult back(SourceObject source) {
    return run.failed(
        ErrorCode.M2205,
        RefText.of(source.ref()) + " is at the source, though it was deleted there",
        "it has the same uid and is not being deleted: the source may have been restored from a"
            + " backup, and then what was handed over before is there again, too",
        "find out what else came back: migrator verify " + run.id(),
        "stop and delete it at the source, then: " + run.resume());
  }

  private static String held(Manifest live) {
    return live.isBeingDeleted() ? DeletionBlockers.words(live) : "is still there";
  }

  /**
   * @param owners grows by what is seen: it may be gone before what it owns
   */
  private String left(SourceObject source, Set<String> owners) {
    Found found = descendants.of(source.ref(), source.planned().uid(), owners, Set.of());
    owners.addAll(found.owners());
    return found.any().isEmpty() ? "" : "still there: " + String.join(", ", found.any());
  }
}
