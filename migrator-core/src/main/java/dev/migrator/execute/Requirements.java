package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.event.RefText;
import dev.migrator.execute.NeedsAtTarget.Need;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an object needs at the target, looked for while the source still has the object at work: its
 * namespace, and every non-optional reference of what will be created that the source can fill, or
 * that the migration file names. What the plan itself creates comes before, in the plan's order;
 * what a person left out of the run is no part of it.
 *
 * <p>What a controller makes at the target (a certificate's Secret) may come late, so it is waited
 * for; the object goes on at the source meanwhile.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0028
 */
final class Requirements {

  /** What becomes ready sooner by the migration file is not waited for longer, either. */
  private static final Duration LATE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Many objects of a namespace need the same. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private static final int SOME = 5;

  private final Run run;
  private final Map<ObjectRef, Instant> seen = new ConcurrentHashMap<>();

  Requirements(Run run) {
    this.run = run;
  }

  /**
   * Why the object must not be stopped at the source; empty when the target has what it needs.
   *
   * <p>Errors: {@link ClusterException} as the cluster gave it.
   */
  Optional<StepResult> refusal(Step.OnObject step) {
    PlannedObject object = run.planned(step.object());
    Manifest atSource = run.vaulted(step.object());
    List<Need> needs =
        NeedsAtTarget.of(
            atSource, run.definition(object, atSource), run.plan().settings().mappings());
    Instant end = run.clock().now().plus(late());
    boolean isTold = false;
    while (true) {
      List<Need> missing = needs.stream().filter(this::isMissing).toList();
      // Safeguard: needs-not-looked-for
      if (missing.isEmpty()) {
        return Optional.empty();
      }
      if (run.clock().now().isAfter(end)) {
        return Optional.of(refused(step.object(), missing));
      }
      if (!isTold) {
        run.notice(
            RefText.of(step.object())
                + " is not stopped yet: the "
                + run.target().name()
                + " has no "
                + some(missing));
        isTold = true;
      }
      run.clock().pause(PAUSE);
    }
  }

  private Duration late() {
    Duration ready = run.plan().settings().limits().readyTimeout();
    return ready.compareTo(LATE) < 0 ? ready : LATE;
  }

  private boolean isMissing(Need need) {
    boolean isPlanned = need.here().map(run.objects()::containsKey).orElseGet(() -> creates(need));
    return !isPlanned
        && !isSeen(need.there())
        && need.here().filter(here -> isAbsent(run.source(), here)).isEmpty();
  }

  /** Whether it is one of the run's objects under its name at the target. */
  private boolean creates(Need need) {
    return run.plan().objects().stream()
        .anyMatch(object -> run.atTarget(object).equals(need.there()));
  }

  private boolean isSeen(ObjectRef there) {
    Instant now = run.clock().now();
    Instant then = seen.get(there);
    if (then != null && then.plus(FRESH).isAfter(now)) {
      return true;
    }
    boolean isThere = !isAbsent(run.target(), there);
    if (isThere) {
      seen.put(there, now);
    }
    return isThere;
  }

  /** What may not be looked at is not said to be absent. */
  private static boolean isAbsent(ClusterSide side, ObjectRef ref) {
    try {
      return side.find(ref).filter(live -> !live.isBeingDeleted()).isEmpty();
    } catch (ClusterException e) {
      if (e.failure() instanceof ClusterFailure.Forbidden) {
        return false;
      }
      throw e;
    }
  }

  private StepResult refused(ObjectRef ref, List<Need> missing) {
    String target = run.target().name();
    Map<String, List<Need>> whys = new TreeMap<>();
    missing.forEach(need -> whys.computeIfAbsent(why(need), w -> new ArrayList<>()).add(need));
    List<String> words = new ArrayList<>();
    whys.forEach((why, needs) -> words.add(some(needs) + ": " + why));
    return run.failed(
        ErrorCode.M2112,
        RefText.of(ref) + " is not handed over: the " + target + " does not have what it needs",
        String.join("; ", words),
        "create it at the " + target + ", then: " + run.resume(),
        "or plan again");
  }

  private String why(Need need) {
    if (need.here().isEmpty()) {
      return "the migration file names it";
    }
    boolean isLeftOut = run.plan().leftOutByAPerson().contains(need.here().get());
    return isLeftOut
        ? LeftOut.BY_A_PERSON
        : "the " + run.source().name() + " has it, and the plan does not move it";
  }

  private static String some(List<Need> needs) {
    return RefText.some(needs.stream().map(Need::there).toList(), SOME);
  }
}
