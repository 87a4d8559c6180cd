package dev.migrator.verify;

import static dev.migrator.verify.Readiness.current;
import static dev.migrator.verify.Readiness.failed;
import static dev.migrator.verify.Readiness.inProgress;
import static dev.migrator.verify.StatusFields.condition;
import static dev.migrator.verify.StatusFields.isTrue;
import static dev.migrator.verify.StatusFields.number;
import static dev.migrator.verify.StatusFields.text;

import dev.migrator.model.Amount;
import dev.migrator.model.Manifest;
import dev.migrator.verify.Readiness.Status;
import dev.migrator.verify.StatusFields.Condition;
import java.util.Optional;

/** When the kinds that run containers are Current. Counts that the server leaves out are 0. */
final class WorkloadRules {

  private WorkloadRules() {}

  static Readiness deployment(Manifest object) {
    Optional<Condition> late =
        condition(object, "Progressing").filter(c -> c.reason().equals("ProgressDeadlineExceeded"));
    if (late.isPresent()) {
      return failed(count(object) + ": " + late.get().words());
    }
    long wanted = wanted(object);
    long replicas = status(object, "replicas");
    long updated = status(object, "updatedReplicas");
    long available = status(object, "availableReplicas");
    Optional<Condition> refused = condition(object, "ReplicaFailure").filter(Condition::isTrue);
    if (replicas < wanted) {
      return unready(
          object, refused.map(Condition::words).orElse("created " + replicas + " of " + wanted));
    }
    if (updated < wanted) {
      return unready(object, "updated " + updated + " of " + wanted);
    }
    if (replicas > updated || replicas > wanted) {
      return unready(
          object, Amount.of(replicas - Math.min(updated, wanted), "old pod") + " still there");
    }
    if (available < wanted || status(object, "readyReplicas") < wanted) {
      return unready(object, "available " + available + " of " + wanted);
    }
    if (!isTrue(object, "Available")) {
      return unready(
          object, condition(object, "Available").map(Condition::words).orElse("not yet Available"));
    }
    return current();
  }

  static Readiness statefulSet(Manifest object) {
    long wanted = wanted(object);
    long replicas = status(object, "replicas");
    if (replicas < wanted) {
      return unready(object, "created " + replicas + " of " + wanted);
    }
    if (replicas > wanted) {
      return unready(object, Amount.of(replicas - wanted, "pod") + " too many still there");
    }
    if (status(object, "readyReplicas") < wanted) {
      return unready(object, "");
    }
    if (text(object, "spec", "updateStrategy", "type").equals("OnDelete")) {
      // A person deletes the pods, so how many are updated says nothing.
      return current();
    }
    long partition = number(object, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
    long updated = status(object, "updatedReplicas");
    String revision = text(object, "status", "updateRevision");
    boolean same =
        !revision.isEmpty() && revision.equals(text(object, "status", "currentRevision"));
    if (!same && updated < wanted - partition) {
      return unready(object, "updated " + updated + " of " + Math.max(0, wanted - partition));
    }
    return current();
  }

  static Readiness daemonSet(Manifest object) {
    if (!object.at("status", "observedGeneration").isNumber()) {
      return inProgress("is not observed yet");
    }
    long wanted = status(object, "desiredNumberScheduled");
    long ready = status(object, "numberReady");
    String count = ready + "/" + wanted + " ready";
    if (wanted == 0) {
      return new Readiness(Status.CURRENT, "no node wants its pod", true);
    }
    if (status(object, "currentNumberScheduled") < wanted) {
      return inProgress(
          count + ": created " + status(object, "currentNumberScheduled") + " of " + wanted);
    }
    boolean onDelete = text(object, "spec", "updateStrategy", "type").equals("OnDelete");
    if (!onDelete && status(object, "updatedNumberScheduled") < wanted) {
      return inProgress(
          count + ": updated " + status(object, "updatedNumberScheduled") + " of " + wanted);
    }
    if (ready < wanted || status(object, "numberAvailable") < wanted) {
      return inProgress(
          count + ": available " + status(object, "numberAvailable") + " of " + wanted);
    }
    return current();
  }

  static Readiness replicaSet(Manifest object) {
    Optional<Condition> refused = condition(object, "ReplicaFailure").filter(Condition::isTrue);
    if (refused.isPresent()) {
      return unready(object, refused.get().words());
    }
    long wanted = wanted(object);
    long replicas = status(object, "replicas");
    if (replicas != wanted) {
      return unready(object, "has " + replicas + " pods of " + wanted);
    }
    return status(object, "readyReplicas") < wanted || status(object, "availableReplicas") < wanted
        ? unready(object, "available " + status(object, "availableReplicas") + " of " + wanted)
        : current();
  }

  static Readiness job(Manifest object) {
    Optional<Condition> failed = condition(object, "Failed").filter(Condition::isTrue);
    if (failed.isPresent()) {
      return failed(failed.get().words());
    }
    if (isTrue(object, "Complete")) {
      return current();
    }
    if (object.at("spec", "suspend").asBoolean(false)) {
      return isTrue(object, "Suspended") ? current() : inProgress("is not yet Suspended");
    }
    long succeeded = status(object, "succeeded");
    return inProgress(
        "succeeded "
            + succeeded
            + " of "
            + number(object, 1, "spec", "completions")
            + ", active "
            + status(object, "active"));
  }

  static Readiness pod(Manifest object) {
    String phase = text(object, "status", "phase");
    String why = PodTrouble.of(object).orElse("");
    return switch (phase) {
      case "Succeeded" -> current();
      case "Failed" -> failed(why.isEmpty() ? "pod failed" : why);
      case "Running" -> {
        boolean completed =
            condition(object, "Ready").map(c -> c.reason().equals("PodCompleted")).orElse(false);
        yield isTrue(object, "Ready") || completed
            ? current()
            : inProgress(why.isEmpty() ? "runs but is not ready" : why);
      }
      case "Unknown" -> new Readiness(Status.UNKNOWN, "its node does not answer");
      default ->
          inProgress(
              why.isEmpty()
                  ? "is " + (phase.isEmpty() ? "Pending" : StatusFields.oneLine(phase))
                  : why);
    };
  }

  private static long wanted(Manifest object) {
    return number(object, 1, "spec", "replicas");
  }

  private static long status(Manifest object, String field) {
    return number(object, 0, "status", field);
  }

  private static String count(Manifest object) {
    return status(object, "readyReplicas") + "/" + wanted(object) + " ready";
  }

  private static Readiness unready(Manifest object, String why) {
    return inProgress(why.isEmpty() ? count(object) : count(object) + ": " + why);
  }
}
