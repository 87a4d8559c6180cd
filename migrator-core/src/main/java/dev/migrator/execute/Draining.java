package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.execute.Descendants.Found;
import dev.migrator.journal.JournalRecord.Drained;
import dev.migrator.journal.JournalRecord.LastScheduled;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.VaultEntry;
import dev.migrator.lifecycle.LifecycleEvent;
import dev.migrator.lifecycle.StepRecords;
import dev.migrator.migration.Migration.HandOver;
import dev.migrator.migration.Migration.OnDrainTimeout;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Problem;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.schedule.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Waits until nothing that the object started still runs, Terminating and Unknown pods included.
 * Never forces anything.
 *
 * <p>The controller may act on an old view of the object for a moment after it was stopped: so two
 * looks, apart by that moment, must show the same.
 */
final class Draining {

  /** How long a controller may not know yet that a CronJob is suspended. */
  private static final Duration SETTLE = Duration.ofMillis(300);

  /** Around a slot the controller may be at work on it. */
  private static final Duration NEAR = Duration.ofSeconds(2);

  /** A detail of a drain's outcome: the uids of what may own something when the object is gone. */
  private static final String OWNERS = "owners";

  private final Run run;

  private final HandOvers handOvers;
  private final Descendants descendants;
  private final Quiescing quiescing;
  private final PodlessJobs podless;
  private final ExcludedMeanwhile excluded;
  private final DiskDraining disks;
  private final Set<String> leaving;

  Draining(Run run, HandOvers handOvers, Descendants descendants, Quiescing quiescing) {
    this.run = run;
    this.handOvers = handOvers;
    this.descendants = descendants;
    this.quiescing = quiescing;
    this.podless = new PodlessJobs(run);
    this.excluded = new ExcludedMeanwhile(run);
    this.disks = new DiskDraining(run, handOvers);
    this.leaving = leaving(run);
  }

  StepResult drain(Step.OnObject step, StepLog log) {
    SourceObject source = new SourceObject(run, step.object());
    return switch (source.ref().groupKind()) {
      // Its deletion, with its own grace period, is what ends a bare Pod.
      case "Pod" -> drained(source, StepResult.done("ends when it is deleted"));
      case "PersistentVolumeClaim", "PersistentVolume" -> disks.drain(step, log);
      default -> wait(step, source, log);
    };
  }

  private StepResult wait(Step.OnObject step, SourceObject source, StepLog log) {
    HandOver settings = run.plan().settings().handover();
    Instant end = run.clock().now().plus(settings.drainTimeout());
    boolean terminated = false;
    GrowingPause pause = new GrowingPause(run.clock());
    Set<String> owners = owners(run, source);
    Optional<Set<String>> before = Optional.empty();
    Optional<ObjectRef> near = Optional.empty();
    while (true) {
      Found found;
      Optional<Manifest> job;
      try {
        found = descendants.of(source.ref(), source.planned().uid(), owners, leaving);
        job = isJob(source) ? source.read() : Optional.empty();
        Optional<StepResult> ended = endOfJob(source, job, found);
        if (ended.isPresent()) {
          return ended.get();
        }
      } catch (ClusterException e) {
        return run.unanswered(step, e);
      }
      if (isQuiet(source, found) && isSeenByItsController(source)) {
        Set<String> now = new HashSet<>(found.any());
        boolean same = before.filter(now::equals).isPresent() && !isOverlooked(near, found);
        if (same || !settles(source)) {
          return quiet(source, found);
        }
        before = Optional.of(now);
        near = settle(source);
        continue;
      }
      before = Optional.empty();
      Optional<StepResult> stays =
          excluded.whileWaiting(step, source, () -> quiescing.setBack(step, source));
      if (stays.isPresent()) {
        return stays.get();
      }
      suspendPodless(step, source, job, found);
      if (run.clock().now().isAfter(end) && settings.onDrainTimeout() != OnDrainTimeout.WAIT) {
        if (settings.onDrainTimeout() == OnDrainTimeout.ABORT || terminated) {
          return late(step, source, job, found, settings);
        }
        terminate(step, source, found);
        terminated = true;
        end = run.clock().now().plus(settings.drainTimeout());
      }
      log.waits(
          run.clock().now(),
          noPod(job, found).orElseGet(() -> "still running: " + some(found.running())));
      pause.pause();
    }
  }

  /** What never had a pod never ends; to suspend it interrupts nothing. */
  private void suspendPodless(Step step, SourceObject source, Optional<Manifest> job, Found found) {
    if (job.filter(live -> podless.mayBeSuspended(live, found)).isPresent()) {
      run.notice(RefText.of(source.ref()) + " is suspended and moves: no pod of it exists");
      suspend(step, source);
    }
  }

  private Optional<String> noPod(Optional<Manifest> job, Found found) {
    return job.flatMap(live -> podless.why(live, found));
  }

  private static boolean isJob(SourceObject source) {
    return source.ref().groupKind().equals("Job.batch");
  }

  private static boolean isQuiet(SourceObject source, Found found) {
    // Safeguard: no-drain
    return found.running().isEmpty() && !isJob(source);
  }

  /** A controller that has not seen the last change may still start what it wanted before. */
  private static boolean isSeenByItsController(Optional<Manifest> live) {
    return live.map(
            object ->
                !object.has("status", "observedGeneration")
                    || object.at("status", "observedGeneration").asLong()
                        >= object.at("metadata", "generation").asLong())
        .orElse(true);
  }

  private boolean isSeenByItsController(SourceObject source) {
    // What was not told to stop has no change to be seen.
    return source.ref().group().equals("batch")
        || !source.inertia().atSource()
        || isSeenByItsController(source.read());
  }

  /** A CronJob's controller starts something by the clock, and others nobody knows. */
  private static boolean settles(SourceObject source) {
    // Safeguard: no-settling
    return source.ref().groupKind().equals("CronJob.batch") || source.ref().isForeign();
  }

  /**
   * Gives the controller the time to show what it has begun.
   *
   * @return the Job of the slot that is near, whether it exists or not
   */
  private Optional<ObjectRef> settle(SourceObject source) {
    Instant now = run.clock().now();
    Instant until = handOvers.seen(source.ref()).quiescedAt().orElse(now).plus(SETTLE);
    Optional<Instant> slot =
        source.ref().isForeign()
            ? Optional.empty()
            : new CronTimes(source.vaulted(), run.plan().settings().handover().missedRuns())
                .slotNear(run.source().cluster().serverTime(), NEAR);
    Duration left = Duration.between(now, until);
    if (slot.isPresent()) {
      // The server's clock counts, not ours; past the slot by as much as it could be away.
      Duration past = Duration.between(run.source().cluster().serverTime(), slot.get()).plus(NEAR);
      left = past.compareTo(left) > 0 ? past : left;
    }
    if (left.isPositive()) {
      run.clock().pause(left);
    }
    return slot.map(
        time ->
            new ObjectRef(
                "batch",
                "Job",
                source.ref().namespace(),
                CronSchedule.jobName(source.ref().name(), time)));
  }

  /** Whether the Job exists although the list does not show it: a list may come from a cache. */
  private boolean isOverlooked(Optional<ObjectRef> near, Found found) {
    Optional<ResourceType> jobs = run.source().type("Job", "batch/v1");
    return near.isPresent()
        && jobs.isPresent()
        && !found.any().contains("job/" + near.get().name())
        && run.source().cluster().get(jobs.get(), near.get()).isPresent();
  }

  private StepResult quiet(SourceObject source, Found found) {
    if (source.ref().groupKind().equals("CronJob.batch")) {
      Optional<Instant> last =
          new CronTimes(
                  handOvers
                      .seen(source.ref())
                      .source()
                      .or(source::read)
                      .orElseGet(() -> source.vaulted()),
                  run.plan().settings().handover().missedRuns())
              .lastScheduled(found.jobs());
      // A look that came later may see less: finished Jobs are tidied away.
      Optional<Instant> known = run.journal().state().lastScheduled(source.ref());
      run.journal()
          .append(new LastScheduled(run.clock().now(), source.ref(), CronTimes.later(last, known)));
    }
    return drained(source, StepResult.done("nothing runs", owners(source, found)));
  }

  /** The kinds of Kubernetes go with their owner; of other things the owner may go first. */
  private static Map<String, String> owners(SourceObject source, Found found) {
    Set<String> owners = new TreeSet<>(found.owners());
    owners.remove(source.planned().uid());
    return owners.isEmpty() || !source.ref().isForeign()
        ? Map.of()
        : Map.of(OWNERS, String.join(" ", owners));
  }

  /**
   * The uids by which what an object has started is found, also when the object is gone: those that
   * were seen while it was drained, and those in the vault, which has what goes along with it also
   * when the journal is lost.
   */
  static Set<String> owners(Run run, SourceObject source) {
    Set<String> uids = new HashSet<>(Set.of(source.planned().uid()));
    if (!source.ref().isForeign()) {
      return uids;
    }
    run.journal()
        .state()
        .step(StepId.of(Verb.DRAIN, source.ref()))
        .outcome()
        .map(outcome -> outcome.details().getOrDefault(OWNERS, ""))
        .filter(owners -> !owners.isEmpty())
        .ifPresent(owners -> uids.addAll(List.of(owners.split(" "))));
    return run.vault().withOwned(uids);
  }

  /**
   * The uids of all that leaves the source: what two of them share ends with the second, so that
   * both wait for its work.
   */
  static Set<String> leaving(Run run) {
    Set<String> leaving = new HashSet<>();
    run.plan().handedOver().forEach(ref -> leaving.add(run.planned(ref).uid()));
    return Set.copyOf(leaving);
  }

  /** A Job has no second life: it runs to its end here, or it is suspended and moves. */
  private Optional<StepResult> endOfJob(SourceObject source, Optional<Manifest> live, Found found) {
    if (!isJob(source)) {
      return Optional.empty();
    }
    if (live.isEmpty() && waitedWhenWeDeletedIt(source)) {
      return Optional.of(drained(source, StepResult.observed("was suspended, and is deleted")));
    }
    if (live.isEmpty()) {
      return Optional.of(
          drained(
              source,
              new StepResult.Done(
                  "it is gone from the source", false, Map.of(StepRecords.ENDED, "gone"))));
    }
    if (source.isAnother(live.get())) {
      return Optional.of(source.recreated(live.get()));
    }
    if (Descendants.isFinished(live.get())) {
      return Optional.of(
          drained(
              source,
              new StepResult.Done(
                  "ran to its end at the source", false, Map.of(StepRecords.ENDED, "finished"))));
    }
    return waits(live.get(), found)
            && (!source.isQuiescedByUs(live.get()) || isSuspended(live.get()))
        ? Optional.of(drained(source, StepResult.done("suspended, nothing runs")))
        : Optional.empty();
  }

  /** Pods of it that ended stay: to suspend it deletes only those that run. */
  static boolean waits(Manifest job, Found found) {
    return job.at("spec", "suspend").asBoolean(false)
        && found.running().isEmpty()
        && Descendants.isQuiet(job);
  }

  /** Its controller has seen it: one that is late makes no pod any more. */
  private static boolean isSuspended(Manifest job) {
    for (JsonNode condition : job.at("status", "conditions")) {
      if (condition.path("type").asText().equals("Suspended")
          && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }

  /** It never began, so it is no Job that ran to its end; its journal lost what was seen of it. */
  private boolean waitedWhenWeDeletedIt(SourceObject source) {
    StepId deletion = StepId.of(Verb.DELETE, source.ref());
    return run.journal().state().step(deletion).intent().isPresent()
        && source.vaulted().at("spec", "suspend").asBoolean(false);
  }

  private StepResult drained(SourceObject source, StepResult result) {
    run.journal().append(new Drained(run.clock().now(), source.ref()));
    handOvers.move(source.ref(), LifecycleEvent.DRAIN);
    return result;
  }

  /** Asks running work to end, with its grace period; what does not go is waited for. */
  private void terminate(Step step, SourceObject source, Found found) {
    Optional<ResourceType> jobs = run.source().type("Job", "batch/v1");
    if (isJob(source)) {
      run.notice(
          RefText.of(source.ref())
              + " did not end in time: it is deleted, and begins anew at the target");
      suspend(step, source);
      return;
    }
    for (Manifest job : found.jobs()) {
      if (jobs.isPresent() && !Descendants.isFinished(job) && !job.isBeingDeleted()) {
        run.notice(RefText.of(job.ref()) + " did not end in time: it is deleted at the source");
        // It is not planned, so the vault has it only from here.
        VaultEntry unusedEntry = run.vault().replace(job);
        run.intend(step, job.uid(), "", Optional.empty());
        try {
          Optional<Manifest> unused =
              run.source()
                  .cluster()
                  .delete(
                      jobs.get(),
                      job.ref(),
                      new Deletion(job.uid(), "", Deletion.Propagation.FOREGROUND));
        } catch (ClusterException e) {
          run.notice(RefText.of(job.ref()) + " could not be deleted: " + e.failure().detail());
        }
      }
    }
  }

  /** Ends a Job's pods without ending the Job. */
  private void suspend(Step step, SourceObject source) {
    source
        .read()
        .ifPresent(
            live -> {
              ObjectNode patch = source.inertia().patch();
              Patch.bind(patch, live)
                  .withObjectProperty("annotations")
                  .put(Origin.STOPPED, source.mark(source.original()));
              run.journal()
                  .append(new OriginalState(run.clock().now(), source.ref(), source.original()));
              run.intend(step, live.uid(), live.resourceVersion(), Optional.empty());
              try {
                Manifest unused =
                    run.source().cluster().patch(source.type(), source.ref(), Patch.merge(patch));
              } catch (ClusterException e) {
                run.notice(
                    RefText.of(source.ref()) + " could not be suspended: " + e.failure().detail());
              }
            });
  }

  private StepResult late(
      Step step, SourceObject source, Optional<Manifest> job, Found found, HandOver settings) {
    String time = settings.drainTimeout().toMinutes() + "m: ";
    String why =
        noPod(job, found)
            .map(words -> "after " + time + words)
            .orElseGet(() -> "still running after " + time + some(found.running()));
    Optional<StepResult> notBack =
        source.inertia().fields().isEmpty() ? Optional.empty() : quiescing.setBack(step, source);
    if (notBack.isPresent()) {
      return notBack.get();
    }
    return StepResult.setBack(
        Problem.of(
            ErrorCode.M2104,
            RefText.of(source.ref()) + " was not handed over: what it runs did not end in time",
            why + "; it is set back and goes on at the source",
            run.resume()));
  }

  private static String some(List<String> names) {
    return names.isEmpty()
        ? "it has not ended, or its controller has not seen that it is stopped"
        : String.join(", ", names.subList(0, Math.min(3, names.size())))
            + (names.size() > 3 ? " and " + (names.size() - 3) + " more" : "");
  }
}
