package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Asks the target by a dry run whether it will take an object, while the source still has it. What
 * a server stores it may refuse to create anew, and then the object would be in neither cluster:
 * the source, too, may refuse to have it back.
 *
 * <p>Crash: a dry run stores nothing.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run">dry-run</a>,
 * docs/adr/0028
 */
final class TrialCreate {

  private static final Duration SERVED = Duration.ofSeconds(60);

  private final Run run;
  private final InertCreation inertCreation;

  TrialCreate(Run run, InertCreation inertCreation) {
    this.run = run;
    this.inertCreation = inertCreation;
  }

  /** Why the object must not be stopped at the source; empty when the target will take it. */
  Optional<StepResult> refusal(Step.OnObject step) {
    PlannedObject object = run.planned(step.object());
    ObjectRef there = run.atTarget(object);
    Optional<ResourceType> type = served(there, object.apiVersion());
    if (type.isEmpty()) {
      return Optional.of(
          refused(
              object,
              new ClusterFailure.NotFound(
                  object.apiVersion() + " " + there.kind() + " is not served")));
    }
    Manifest body = inertCreation.inert(object);
    Instant counted = run.clock().now().plus(Creating.COUNTED);
    while (true) {
      try {
        Manifest unused = run.target().cluster().prove(type.get(), body);
        return Optional.empty();
      } catch (ClusterException e) {
        if (!isRefusal(e.failure(), body) || !isAbsent(type.get(), there)) {
          return Optional.empty();
        }
        if (!Creating.isUncounted(e.failure()) || run.clock().now().isAfter(counted)) {
          return Optional.of(refused(object, e.failure()));
        }
      }
      run.clock().pause(Duration.ofSeconds(1));
    }
  }

  /** A definition that was just created is served a moment later; until then nothing is known. */
  private Optional<ResourceType> served(ObjectRef there, String apiVersion) {
    Instant end = run.clock().now().plus(SERVED);
    while (true) {
      boolean isLate = run.clock().now().isAfter(end);
      try {
        Optional<ResourceType> type = run.target().typeByAsking(there.kind(), apiVersion);
        if (type.isPresent() || isLate) {
          return type;
        }
      } catch (ClusterException e) {
        // Some servers list a new group before they can tell of it.
        if (isLate) {
          throw e;
        }
      }
      run.clock().pause(Duration.ofMillis(500));
    }
  }

  /**
   * Others say nothing of the object, or that something is in its place: that is looked at next.
   */
  private static boolean isRefusal(ClusterFailure failure, Manifest body) {
    return switch (failure) {
      // A webhook that takes no dry runs, and a port that can be made free, do not count.
      case ClusterFailure.Invalid f ->
          !f.detail().contains("dry run") && !f.detail().contains("already allocated");
      // What passes by itself the create waits for; a quota's count is waited for before.
      case ClusterFailure.Forbidden f -> Creating.isUncounted(f) || !Creating.passes(f, body);
      case ClusterFailure.AlreadyExists f -> false;
      case ClusterFailure.NotFound f -> false;
      case ClusterFailure.Conflict f -> false;
      case ClusterFailure.Unauthorized f -> false;
      case ClusterFailure.Throttled f -> false;
      case ClusterFailure.Expired f -> false;
      case ClusterFailure.Unreachable f -> false;
      case ClusterFailure.OutcomeUnknown f -> false;
    };
  }

  /** What an earlier process created may be what fills a quota. */
  private boolean isAbsent(ResourceType type, ObjectRef there) {
    return run.target().cluster().get(type, there).isEmpty();
  }

  private StepResult refused(PlannedObject object, ClusterFailure failure) {
    return run.failed(
        ErrorCode.M2101,
        RefText.of(object.ref())
            + " is not handed over: the "
            + run.target().name()
            + " would refuse to create it",
        failure.detail(),
        "remove the cause at the " + run.target().name() + ", then: " + run.resume(),
        "or change it at the " + run.source().name() + ", and plan again");
  }
}
