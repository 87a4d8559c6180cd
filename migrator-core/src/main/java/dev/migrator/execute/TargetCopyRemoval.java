package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Served;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.lifecycle.StepStatus;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Removes from the target what a run created there, where it carries our mark and nobody changed
 * it. Everything else is left and told. Safe for use by many threads.
 *
 * <p>Crash: each deletion is announced, by uid and resourceVersion. It looks first, so it can be
 * begun again.
 */
final class TargetCopyRemoval implements StepAction {

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration GOING = Duration.ofMinutes(2);

  private static final Duration LEAST = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Run run;
  private final RemovalLook look;
  private final Optional<Instant> quiet;
  private final ReentrantLock waiting = new ReentrantLock();
  private final List<ObjectRef> withData = new CopyOnWriteArrayList<>();

  /** What is left to wait for what others hold: all of it together is waited for but once. */
  private volatile Duration patience = GOING;

  /**
   * Looks at the journal now: before anything is set back, which is written down under the same
   * steps.
   *
   * @param relied what other runs count as theirs, named as at the target, and why it stays
   */
  TargetCopyRemoval(Run run, Map<ObjectRef, String> relied) {
    this.run = run;
    this.look = new RemovalLook(run, relied);
    this.quiet = LateRequests.of(run.journal().state()).quiet();
  }

  /**
   * What became of what the run created for an object.
   *
   * @param how in words
   * @param kept why it stays; empty when nothing of ours is at the target any more
   */
  record Removal(String how, Optional<StayReason> kept) {

    private static final Removal NOTHING =
        new Removal("nothing of this run is at the target", Optional.empty());

    private static Removal kept(StayReason why) {
      return new Removal("", Optional.of(why));
    }

    private static Removal failed(String why) {
      return kept(StayReason.of(why));
    }
  }

  /** Claims that stay for the data of their volumes. */
  List<ObjectRef> withData() {
    return List.copyOf(withData);
  }

  @Override
  public StepResult run(Step.OnObject step, StepLog log) {
    awaitLateRequests();
    PlannedObject object = run.planned(step.object());
    ObjectRef there = run.atTarget(object);
    Consumer<String> waits = why -> log.waits(run.clock().now(), why);
    Removal removal;
    try {
      removal =
          removed(
              object,
              copy ->
                  look.staying(there, waits)
                      .or(() -> missedAtSource(object))
                      .or(() -> changed(object, copy).map(StayReason::of)),
              waits);
    } catch (ClusterException | ProblemException e) {
      look.keep(there, StayReason.of("could not be looked at"));
      throw e;
    }
    Optional<StayReason> kept = removal.kept();
    // What stays against the decision keeps what it needs, too.
    kept.ifPresent(why -> look.keep(there, why));
    if (kept.isEmpty()) {
      if (!removal.equals(Removal.NOTHING)) {
        return StepResult.done(removal.how());
      }
      return isAnnounced(object)
          ? StepResult.observed("was removed already")
          : new StepResult.NotNeeded(removal.how());
    }
    if (!kept.get().isData()) {
      return WayBackExecution.failed(run, object.ref(), kept.get().words());
    }
    // Data that stays by design is no failure.
    run.notice(RefText.of(object.ref()) + " " + kept.get().words());
    if (object.ref().groupKind().equals("PersistentVolumeClaim")) {
      withData.add(object.ref());
    }
    return new StepResult.NotNeeded("stays at the target for the data of its volumes");
  }

  /** What is removed could be created once more by a request that is still on its way. */
  private void awaitLateRequests() {
    waiting.lock();
    try {
      // Safeguard: rollback-does-not-wait
      LateRequests.await(run, quiet, run::notice);
    } finally {
      waiting.unlock();
    }
  }

  /** As {@link #run}, if it does nothing yet; to the end, also when the run shall stop. */
  Removal removeInert(PlannedObject object, Consumer<String> waits) {
    Removal removal =
        removed(
            object,
            copy ->
                isHeld(object, copy)
                    ? changed(object, copy).map(StayReason::of)
                    : Optional.of(StayReason.of("is at work at the target")),
            waits);
    boolean wasCreated =
        run.journal().state().status(StepId.of(Verb.CREATE_INERT, object.ref()))
            != StepStatus.NOT_STARTED;
    if (removal.kept().isEmpty() && (wasCreated || isAnnounced(object))) {
      run.journal().append(new StepOutcome(run.clock().now(), step(object), Result.DONE, Map.of()));
    }
    return removal;
  }

  /** By this process, or by one that was stopped before it wrote down what became of it. */
  private boolean isAnnounced(PlannedObject object) {
    return run.journal().state().status(step(object)) == StepStatus.IN_DOUBT;
  }

  private static StepId step(PlannedObject object) {
    return StepId.of(Verb.REMOVE_COPY, object.ref());
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
  private Optional<StayReason> missedAtSource(PlannedObject object) {
    // Safeguard: rollback-removes-the-last-copy
    return run.source()
            .get(object.ref(), object.sourceApiVersion())
            .filter(live -> !live.isBeingDeleted())
            .isPresent()
        ? Optional.empty()
        : Optional.of(StayReason.of(SourceLook.GONE));
  }

  /**
   * Removes what the run created for the object, unless it is to stay, and waits until it is gone.
   *
   * @param reasons why a copy stays
   */
  private Removal removed(
      PlannedObject object,
      Function<Manifest, Optional<StayReason>> reasons,
      Consumer<String> waits) {
    ObjectRef ref = run.atTarget(object);
    Optional<ResourceType> type;
    try {
      type = run.target().typeByAsking(ref.kind(), object.apiVersion());
    } catch (ClusterException e) {
      return Removal.failed("could not be removed: " + e.failure().detail());
    }
    if (type.isEmpty() || object.alreadyThere()) {
      return Removal.NOTHING;
    }
    RereadAfterFailure reread = RereadAfterFailure.anyway(run.clock());
    while (true) {
      try {
        Optional<Manifest> live = run.target().cluster().get(type.get(), ref);
        if (live.isEmpty() || !run.made(live.get(), object)) {
          return Removal.NOTHING;
        }
        if (!live.get().isBeingDeleted()) {
          Optional<StayReason> keeps = reasons.apply(live.get());
          if (keeps.isPresent()) {
            return Removal.kept(keeps.get());
          }
          delete(object, type.get(), live.get());
        }
        return gone(type.get(), live.get(), waits);
      } catch (ClusterException e) {
        if (isNoLongerServed(run.target().cluster(), type.get(), e)) {
          // Its definition went a moment ago, and took it along.
          return Removal.NOTHING;
        }
        if (!reread.again(e.failure())) {
          return Removal.failed("could not be removed: " + e.failure().detail());
        }
      }
    }
  }

  private void delete(PlannedObject object, ResourceType type, Manifest live) {
    run.intend(step(object), live.uid(), live.resourceVersion(), Optional.empty());
    Optional<Manifest> unused =
        run.target()
            .cluster()
            .delete(type, live.ref(), Deletion.foreground(live.uid(), live.resourceVersion()));
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

  /** Waits until it is gone: what is in a namespace, or has a finalizer, takes its time. */
  private Removal gone(ResourceType type, Manifest removed, Consumer<String> waits) {
    Instant end = run.clock().now().plus(patience);
    Duration pause = PAUSE;
    for (boolean isFirst = true; ; isFirst = false) {
      Optional<Manifest> live;
      try {
        live = run.target().cluster().get(type, removed.ref());
      } catch (ClusterException e) {
        if (isNoLongerServed(run.target().cluster(), type, e)) {
          return Removal.NOTHING;
        }
        if (!RereadAfterFailure.isWorthIt(e.failure()) || run.clock().now().isAfter(end)) {
          return Removal.failed("is being deleted, and cannot be read: " + e.failure().detail());
        }
        run.clock().pauseAnyway(LONGEST_PAUSE);
        continue;
      }
      if (live.isEmpty() || !live.get().uid().equals(removed.uid())) {
        return new Removal("removed from the target", Optional.empty());
      }
      if (!run.clock().now().isBefore(end)) {
        // Whatever else is held may be so by the same controller that does not run.
        patience = LEAST;
        return Removal.failed(DeletionBlockers.words(live.get()));
      }
      if (!isFirst) {
        waits.accept("waits until it is gone from the target");
      }
      run.clock().pauseAnyway(pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }
}
