package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What every way of carrying the data of a claim does alike: finds the claim, waits until nobody
 * writes to it any more, and makes in either cluster what the data comes by.
 *
 * <p>Crash: every object is announced before it is created and carries the run's mark, so that the
 * next process finds it. What another run made is never taken for this one's: its data may be old.
 *
 * <p>Source: docs/adr/0052
 */
final class ClaimTransfer {

  private final Run run;
  private final CarriedData carried;
  private final DiskUse use;
  private final Place source;
  private final Place target;

  /**
   * One of the two clusters, as what is created there is created.
   *
   * @param where the run as it is seen from the side that creates
   */
  record Place(Run where, Creating creating) {

    ClusterSide side() {
      return where.target();
    }
  }

  ClaimTransfer(Run run, Creating atTarget, WatchHub watches) {
    this.run = run;
    this.carried = CarriedData.of(run.plan());
    this.use = new DiskUse(run.source(), new SharedLists(run.source().cluster(), run.clock()));
    Run homeward = run.homeward();
    this.source = new Place(homeward, new Creating(homeward, watches));
    this.target = new Place(run, atTarget);
  }

  /** What is waited for: the value when it is there, and till then why not. */
  record Look<T>(Optional<T> value, String why, boolean isFinal) {

    static <T> Look<T> seen(T value) {
      return new Look<>(Optional.of(value), "", true);
    }

    static <T> Look<T> notYet(String why) {
      return new Look<>(Optional.empty(), why, false);
    }

    static <T> Look<T> never(String why) {
      return new Look<>(Optional.empty(), why, true);
    }
  }

  /** The step ends here, with this result. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    final transient StepResult result;

    Refused(StepResult result) {
      super(result.words());
      this.result = result;
    }

    /** The step ends here if there is something to say. */
    static void with(Optional<StepResult> result) throws Refused {
      if (result.isPresent()) {
        throw new Refused(result.get());
      }
    }
  }

  /** A step that may be refused on its way. */
  @FunctionalInterface
  interface Work {
    StepResult done() throws Refused;
  }

  /** The result of the work, however it ends. */
  StepResult result(Step.OnObject step, Work work) {
    try {
      return work.done();
    } catch (Refused e) {
      return e.result;
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  Place source() {
    return source;
  }

  Place target() {
    return target;
  }

  CarriedData carried() {
    return carried;
  }

  Manifest claimAtSource(PlannedObject planned) throws Refused {
    return run.source()
        .find(planned.ref())
        .filter(live -> live.uid().equals(planned.uid()) && !live.isBeingDeleted())
        .orElseThrow(() -> noLonger(planned.ref(), "it is gone, or was created anew"));
  }

  Manifest volumeAtSource(Manifest claim) throws Refused {
    return run.source()
        .find(DiskDraining.volumeOf(claim))
        .orElseThrow(() -> noLonger(claim.ref(), "it is bound to no volume"));
  }

  Refused noLonger(ObjectRef claim, String why) {
    return new Refused(
        run.failed(
            ErrorCode.M2205,
            "the data of " + RefText.of(claim) + " cannot be captured at the source",
            why,
            "migrator rollback %s   (or, if something has left the source: migrator rollback %s --backward)"
                .formatted(run.id(), run.id()),
            "then plan again"));
  }

  /** What a stopped workload wrote is on the disk for sure when no node has it any more. */
  void atRest(Step.OnObject step, StepLog log, Manifest claim, Manifest volume) throws Refused {
    // Safeguard: captured-in-use
    if (carried.isCapturedAtRest(step.object())) {
      List<String> users = new DiskWait(run).until(() -> users(claim, volume), log);
      if (!users.isEmpty()) {
        throw new Refused(
            run.failed(
                ErrorCode.M2104,
                "the data of " + RefText.of(claim.ref()) + " was not captured: it is still in use",
                String.join(", ", users),
                "find out what holds it; nothing is forced; then: " + run.resume(),
                "migrator rollback " + run.id() + "   (sets going what was stopped for it)"));
      }
    }
  }

  /** What may write to it now, in words. */
  List<String> users(Manifest claim, Manifest volume) {
    return use.atWork(claim.ref(), volume);
  }

  /**
   * The generation of each workload that is stopped for it, which must not have run since, and the
   * pods that ended before.
   */
  String stoppedAt(ObjectRef claim) {
    Map<String, String> generations = new TreeMap<>();
    if (carried.isCapturedAtRest(claim)) {
      use.podsOfOthers(claim).forEach(pod -> generations.put(pod.uid(), ""));
    }
    for (ObjectRef user : carried.stoppedFor(claim)) {
      run.source()
          .find(user)
          .ifPresent(
              live -> generations.put(live.uid(), live.at("metadata", "generation").asText("")));
    }
    return SnapshotObjects.stoppedAt(generations);
  }

  /** Announces and creates it; one that is there and is the run's own counts as created. */
  Manifest create(Step.OnObject step, Place place, PlannedObject planned, Manifest body)
      throws Refused {
    Manifest marked = place.where().marked(planned, body);
    run.intend(step, planned.uid(), "", Run.digest(marked));
    Manifest stored =
        switch (place.creating().send(StepText.doing(step), marked, false)) {
          case CreateOutcome.Stored there -> there.object();
          case CreateOutcome.Refused refused -> throw new Refused(refused.result());
        };
    // Safeguard: snapshot-of-another-run
    if (!run.made(stored, planned)) {
      throw new Refused(
          run.failed(
              ErrorCode.M2202,
              "the %s has %s of an earlier run"
                  .formatted(place.side().name(), RefText.of(stored.ref())),
              "its data may be old",
              "delete it at the " + place.side().name() + ", then: " + run.resume()));
    }
    return stored;
  }

  /**
   * Looks until it is there.
   *
   * @param patience how long at most; empty for what takes as long as it takes
   */
  <T> T await(Step.OnObject step, StepLog log, Optional<Duration> patience, Supplier<Look<T>> look)
      throws Refused {
    Optional<Instant> end = patience.map(run.clock().now()::plus);
    GrowingPause pause = new GrowingPause(run.clock());
    RereadAfterFailure reread = RereadAfterFailure.unlessStopped(run.clock());
    while (true) {
      Look<T> seen;
      try {
        seen = look.get();
      } catch (ClusterException e) {
        if (!reread.again(e.failure())) {
          throw e;
        }
        continue;
      }
      if (seen.value().isPresent()) {
        return seen.value().get();
      }
      if (seen.isFinal() || end.filter(run.clock().now()::isAfter).isPresent()) {
        throw new Refused(
            run.failed(
                ErrorCode.M2107,
                StepText.doing(step)
                    + ": it is not ready"
                    + patience.map(some -> " after " + some.toMinutes() + "m").orElse(""),
                seen.why()));
      }
      log.waits(run.clock().now(), seen.why());
      pause.pause();
    }
  }
}
