package dev.migrator.execute;

import dev.migrator.check.SnapshotClasses;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.model.SnapshotNames;
import dev.migrator.plan.CarriedData;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Carries the data of a claim as a snapshot: taken at the source, made known at the target, from
 * which its provisioner makes a volume.
 *
 * <p>Crash: every object is announced before it is created and carries the run's mark, so that the
 * next process finds it. A snapshot of another run is never taken for this one's: its data may be
 * old.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volume-snapshots/">Volume
 * Snapshots</a>; docs/adr/0052
 */
final class SnapshotTransfer {

  private static final Duration SHORTEST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Details of the outcome of a capture. */
  private static final String CONTENT = "content";

  private final Run run;
  private final Run homeward;
  private final CarriedData carried;
  private final Creating atSource;
  private final Creating atTarget;
  private final DiskUse use;

  SnapshotTransfer(Run run, Creating atTarget, WatchHub watches) {
    this.run = run;
    this.homeward = run.homeward();
    this.carried = CarriedData.of(run.plan());
    this.atSource = new Creating(homeward, watches);
    this.atTarget = atTarget;
    this.use = new DiskUse(run.source(), new SharedLists(run.source().cluster(), run.clock()));
  }

  /** What is waited for: the value when it is there, and till then why not. */
  private record Look<T>(Optional<T> value, String why, boolean isFinal) {

    static <T> Look<T> seen(T value) {
      return new Look<>(Optional.of(value), "", true);
    }

    static <T> Look<T> notYet(String why) {
      return new Look<>(Optional.empty(), why, false);
    }
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    final transient StepResult result;

    Refused(StepResult result) {
      super(result.words());
      this.result = result;
    }
  }

  /** Takes it, when nobody uses the volume any more where its users are stopped. */
  StepResult capture(Step.OnObject step, StepLog log) {
    PlannedObject planned = run.planned(step.object());
    try {
      Manifest claim = claimAtSource(planned);
      Manifest volume =
          run.source()
              .find(DiskDraining.volumeOf(claim))
              .orElseThrow(() -> noLonger(planned.ref(), "it is bound to no volume"));
      // What a stopped workload wrote is on the disk for sure when no node has it any more.
      // Safeguard: captured-in-use
      if (carried.isCapturedAtRest(step.object())) {
        Boolean unused =
            await(
                step,
                log,
                run.plan().settings().handover().drainTimeout(),
                () -> {
                  List<String> users = use.atWork(claim.ref(), volume);
                  return users.isEmpty()
                      ? Look.seen(true)
                      : Look.notYet("in use: " + String.join(", ", users));
                });
      }
      Manifest taken = taken(step, planned, claim, volume, log);
      Manifest content =
          run.source()
              .find(SnapshotObjects.content(SnapshotObjects.contentOf(taken).orElseThrow()))
              .filter(found -> SnapshotObjects.handle(found).isPresent())
              .orElseThrow(() -> noLonger(planned.ref(), "its snapshot has no content"));
      Map<String, String> details = new TreeMap<>();
      details.put(CONTENT, content.name());
      details.put(
          WrittenSinceCapture.STOPPED_AT,
          taken.annotations().getOrDefault(SnapshotObjects.STOPPED_AT, ""));
      return StepResult.done("snapshot " + taken.name() + " is ready", details);
    } catch (Refused e) {
      return e.result;
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private Manifest claimAtSource(PlannedObject planned) throws Refused {
    return run.source()
        .find(planned.ref())
        .filter(live -> live.uid().equals(planned.uid()) && !live.isBeingDeleted())
        .orElseThrow(() -> noLonger(planned.ref(), "it is gone, or was created anew"));
  }

  private Refused noLonger(ObjectRef claim, String why) {
    return new Refused(
        run.failed(
            ErrorCode.M2205,
            "the data of " + RefText.of(claim) + " cannot be captured at the source",
            why,
            "migrator rollback " + run.id(),
            "then plan again"));
  }

  private Manifest taken(
      Step.OnObject step, PlannedObject planned, Manifest claim, Manifest volume, StepLog log)
      throws Refused {
    String driver = volume.at("spec", "csi", "driver").asText("");
    Optional<String> named = snapshotClass(planned.ref());
    Optional<Manifest> chosen = SnapshotClasses.choose(classes(run.source()), driver, named);
    if (chosen.isEmpty()) {
      throw noLonger(
          planned.ref(),
          "the source has no VolumeSnapshotClass of %s, or several and no default"
              .formatted(driver));
    }
    Manifest body =
        SnapshotObjects.toTake(claim, chosen.map(Manifest::name), stoppedAt(step.object()));
    Manifest sent = create(step, homeward, atSource, planned, body);
    return ready(step, log, homeward.target(), sent.ref());
  }

  /** The generation of each workload that is stopped for it: it must not have run since. */
  private String stoppedAt(ObjectRef claim) {
    Map<String, String> generations = new TreeMap<>();
    for (ObjectRef user : carried.stoppedFor(claim)) {
      run.source()
          .find(user)
          .ifPresent(
              live -> generations.put(live.uid(), live.at("metadata", "generation").asText("")));
    }
    return SnapshotObjects.stoppedAt(generations);
  }

  /** Has the target know it; its provisioner makes the volume when the claim is used. */
  StepResult fill(Step.OnObject step, StepLog log) {
    PlannedObject planned = run.planned(step.object());
    ObjectRef there = run.atTarget(planned);
    try {
      String name =
          run.journal()
              .state()
              .details(StepId.of(Verb.CAPTURE, planned.ref()))
              .getOrDefault(CONTENT, "");
      Manifest content =
          run.source()
              .find(SnapshotObjects.content(name))
              .orElseThrow(() -> noLonger(planned.ref(), "its snapshot is gone"));
      Optional<String> chosen =
          SnapshotClasses.choose(
                  classes(run.target()),
                  content.at("spec", "driver").asText(""),
                  snapshotClass(planned.ref()))
              .map(Manifest::name);
      String called = SnapshotNames.of(planned.uid());
      create(
          step, run, atTarget, planned, SnapshotObjects.toImport(there, called, content, chosen));
      Manifest snapshot =
          create(step, run, atTarget, planned, SnapshotObjects.imported(there, called, chosen));
      Manifest imported = ready(step, log, run.target(), snapshot.ref());
      return StepResult.done("the target has snapshot " + imported.name());
    } catch (Refused e) {
      return e.result;
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private Optional<String> snapshotClass(ObjectRef claim) {
    return VolumeRule.snapshotClass(
        run.plan().settings().data().volumes(), claim.namespace(), claim.name());
  }

  private static List<Manifest> classes(ClusterSide side) {
    Optional<ResourceType> type = side.type(SnapshotNames.CLASS, SnapshotNames.API_VERSION);
    return type.map(found -> WholeList.all(side.cluster(), found, ListQuery.all()))
        .orElse(List.of());
  }

  /**
   * @param where the run as it is seen from the side that creates
   */
  private Manifest create(
      Step.OnObject step, Run where, Creating creating, PlannedObject planned, Manifest body)
      throws Refused {
    Manifest marked = where.marked(planned, body);
    run.intend(step, planned.uid(), "", Run.digest(marked));
    Manifest stored =
        switch (creating.send(StepText.doing(step), marked, false)) {
          case CreateOutcome.Stored there -> there.object();
          case CreateOutcome.Refused refused -> throw new Refused(refused.result());
        };
    // Safeguard: snapshot-of-another-run
    if (!where.made(stored, planned)) {
      throw new Refused(
          run.failed(
              ErrorCode.M2202,
              "the %s has %s of an earlier run"
                  .formatted(where.target().name(), RefText.of(stored.ref())),
              "its data may be old",
              "delete it at the " + where.target().name() + ", then: " + run.resume()));
    }
    return stored;
  }

  private Manifest ready(Step.OnObject step, StepLog log, ClusterSide side, ObjectRef snapshot)
      throws Refused {
    return await(
        step,
        log,
        run.plan().settings().limits().readyTimeout(),
        () -> {
          Optional<Manifest> live = side.find(snapshot);
          if (live.isEmpty()) {
            return new Look<>(
                Optional.empty(), RefText.of(snapshot) + " is gone from the " + side.name(), true);
          }
          return SnapshotObjects.contentOf(live.get()).isPresent()
              ? Look.seen(live.get())
              : Look.notYet(
                  SnapshotObjects.error(live.get())
                      .orElse("the snapshot is not ready at the " + side.name()));
        });
  }

  private <T> T await(Step.OnObject step, StepLog log, Duration patience, Supplier<Look<T>> look)
      throws Refused {
    Instant end = run.clock().now().plus(patience);
    Duration pause = SHORTEST;
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
      if (seen.isFinal() || run.clock().now().isAfter(end)) {
        throw new Refused(
            run.failed(
                ErrorCode.M2107,
                StepText.doing(step) + ": it is not ready after " + patience.toMinutes() + "m",
                seen.why()));
      }
      log.waits(run.clock().now(), seen.why());
      run.clock().pause(pause);
      pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
    }
  }
}
