package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.verify.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waits until an object works at the target, and says meanwhile why it does not. One watch a type;
 * when it is silent for long, the server is asked.
 */
final class AwaitingCurrent {

  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final Duration SECOND_LOOK = Duration.ofSeconds(2);

  /** Pods are asked for their reasons no more often than this. */
  private static final Duration REASONS = Duration.ofSeconds(5);

  private final Run run;
  private final WatchHub watches;
  private final LiveReadiness judge;

  AwaitingCurrent(Run run, WatchHub watches) {
    this.run = run;
    this.watches = watches;
    this.judge = new LiveReadiness(run.target());
  }

  StepResult await(Step.OnObject step, StepLog log) {
    PlannedObject object = run.planned(step.object());
    ObjectRef ref = run.atTarget(object);
    try {
      ResourceType type = run.target().requireType(ref.kind(), object.apiVersion());
      watches.follow(type, ref);
      try {
        return wait(type, ref, log);
      } finally {
        watches.forget(type, ref);
      }
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private StepResult wait(ResourceType type, ObjectRef ref, StepLog log) {
    Instant begun = run.clock().now();
    Instant end = begun.plus(run.plan().settings().limits().readyTimeout());
    Instant askPods = begun.plusSeconds(1);
    boolean isSilent = false;
    while (true) {
      // Before the look: what comes after it rings this bell, be it before the wait.
      CompletableFuture<Boolean> bell = watches.news(type, ref);
      Optional<Manifest> known = isSilent ? Optional.empty() : watches.latest(type, ref);
      Optional<Manifest> live = known.isPresent() ? known : run.target().cluster().get(type, ref);
      if (live.isEmpty()) {
        return run.failed(
            ErrorCode.M2107, RefText.of(ref) + " is no longer at the target", "it was deleted");
      }
      Readiness readiness = judge.of(live.get());
      if (readiness.status() == Readiness.Status.CURRENT
          && !isOfAnotherMind(readiness, type, ref)) {
        return StepResult.done(readiness.message());
      }
      Instant now = run.clock().now();
      String why = readiness.message();
      if (Activity.serves(ref) && !now.isBefore(askPods)) {
        why = judge.explained(live.get()).message();
        askPods = now.plus(REASONS);
        log.waits(now, why);
      } else if (!Activity.serves(ref)) {
        log.waits(now, why);
      }
      if (!now.isBefore(end)) {
        return run.failed(
            ErrorCode.M2107,
            ref
                + " is not ready after "
                + run.plan().settings().limits().readyTimeout().toMinutes()
                + "m",
            log.said().isEmpty() ? why : log.said());
      }
      Duration left = Duration.between(now, end);
      Duration slice = Activity.serves(ref) ? REASONS : SILENCE;
      boolean news = run.clock().await(bell, left.compareTo(slice) < 0 ? left : slice).isPresent();
      // A watch that says nothing is not proof that nothing happens.
      isSilent = !news && !run.clock().now().isBefore(begun.plus(SILENCE));
      if (isSilent) {
        begun = run.clock().now();
      } else if (news && watches.latest(type, ref).isEmpty()) {
        // The watch ended: it is opened again.
        watches.follow(type, ref);
      }
    }
  }

  /** What says nothing yet counts only when a second look gives the same. */
  private boolean isOfAnotherMind(Readiness readiness, ResourceType type, ObjectRef ref) {
    if (!readiness.lookAgain()) {
      return false;
    }
    run.clock().pause(SECOND_LOOK);
    return run.target()
        .cluster()
        .get(type, ref)
        .map(live -> judge.of(live).status() != Readiness.Status.CURRENT)
        .orElse(true);
  }
}
