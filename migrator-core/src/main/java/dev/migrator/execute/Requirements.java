package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Step;
import dev.migrator.plan.TargetNames;
import dev.migrator.report.RefText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an object needs at the target, looked for while the source still has the object at work: its
 * namespace, and every non-optional reference that the source can fill. What the plan itself
 * creates comes before, in the plan's order.
 *
 * <p>What a controller makes at the target (a certificate's Secret) may come late, so it is waited
 * for; the object goes on at the source meanwhile.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0028
 */
final class Requirements {

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
  Optional<StepResult> refusal(Step.Quiesce step) {
    Manifest atSource = run.vaulted(step.object());
    Instant end = run.patience().now().plus(LATE);
    boolean isTold = false;
    while (true) {
      List<ObjectRef> missing = missing(atSource);
      if (missing.isEmpty()) {
        return Optional.empty();
      }
      if (run.patience().now().isAfter(end)) {
        return Optional.of(refused(step.object(), missing));
      }
      if (!isTold) {
        run.notice(
            RefText.of(step.object())
                + " is not stopped yet: the "
                + run.target().name()
                + " has no "
                + RefText.some(missing, SOME));
        isTold = true;
      }
      run.patience().pause(PAUSE);
    }
  }

  /** As they are called at the target. */
  private List<ObjectRef> missing(Manifest atSource) {
    List<ObjectRef> missing = new ArrayList<>();
    for (Reference reference : References.of(atSource)) {
      if (reference instanceof Reference.ToObject to && isMissing(to)) {
        missing.add(there(to.target()));
      }
    }
    return missing;
  }

  private boolean isMissing(Reference.ToObject to) {
    return to.strength() != Reference.Strength.WEAK
        && !run.objects().containsKey(to.target())
        && !isSeen(there(to.target()))
        && !isAbsent(run.source(), to.target());
  }

  private boolean isSeen(ObjectRef there) {
    Instant now = run.patience().now();
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

  private ObjectRef there(ObjectRef ref) {
    return TargetNames.of(ref, run.plan().settings().mappings());
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

  private StepResult refused(ObjectRef ref, List<ObjectRef> missing) {
    String target = run.target().name();
    return run.failed(
        ErrorCode.M2112,
        RefText.of(ref) + " is not handed over: the " + target + " does not have what it needs",
        RefText.some(missing, SOME)
            + ": the "
            + run.source().name()
            + " has it, and the plan does not move it",
        "create it at the " + target + ", then: " + run.resume(),
        "or plan again");
  }
}
