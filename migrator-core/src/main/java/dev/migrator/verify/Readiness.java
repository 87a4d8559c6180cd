package dev.migrator.verify;

import dev.migrator.model.Manifest;
import java.util.Collection;
import java.util.OptionalInt;

/**
 * Whether an object works, in the words of kstatus, and why not in words for people.
 *
 * @param message one line, such as {@code 1/3 ready: updated 1 of 3}; empty where there is nothing
 *     to say
 * @param lookAgain true when the status says nothing yet: the object counts as what {@code status}
 *     says only if a second look, after a delay, gives the same
 *     <p>Source: <a
 *     href="https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus">kstatus</a>, with
 *     the exceptions that {@link ReadinessRules} names
 */
public record Readiness(Status status, String message, boolean lookAgain) {

  public Readiness(Status status, String message) {
    this(status, message, false);
  }

  /** What kstatus calls an object's status. */
  public enum Status {
    /** It works, as far as it says. */
    CURRENT,
    /** Its controller is still at it. */
    IN_PROGRESS,
    /** Its controller gave up. */
    FAILED,
    /** It is being deleted. */
    TERMINATING,
    /** It does not say. */
    UNKNOWN
  }

  /**
   * What only other objects can tell.
   *
   * @param bindsLate of a PersistentVolumeClaim: its StorageClass waits for the first consumer, so
   *     Pending is as far as it gets
   * @param readyEndpoints of a Service with a selector: how many endpoints are ready; empty when
   *     nobody looked
   */
  public record Surroundings(boolean bindsLate, OptionalInt readyEndpoints) {

    public static Surroundings unknown() {
      return new Surroundings(false, OptionalInt.empty());
    }
  }

  /** By the object alone. Never throws, whatever the object looks like. */
  public static Readiness of(Manifest object) {
    return of(object, Surroundings.unknown());
  }

  /** By the object and what its surroundings tell. */
  public static Readiness of(Manifest object, Surroundings environment) {
    return ReadinessRules.judge(object, environment);
  }

  /**
   * As {@link #of}, with the most telling reason that the workload's pods give for not being ready.
   *
   * @param pods of this workload only; in any order
   */
  public static Readiness explain(Manifest workload, Collection<Manifest> pods) {
    Readiness readiness = of(workload);
    return switch (readiness.status) {
      case CURRENT, TERMINATING -> readiness;
      case IN_PROGRESS, FAILED, UNKNOWN ->
          PodTrouble.mostTelling(pods).map(readiness::because).orElse(readiness);
    };
  }

  static Readiness current() {
    return new Readiness(Status.CURRENT, "");
  }

  static Readiness inProgress(String message) {
    return new Readiness(Status.IN_PROGRESS, message);
  }

  static Readiness failed(String message) {
    return new Readiness(Status.FAILED, message);
  }

  /** The count of the message, and a better reason behind it. */
  private Readiness because(String reason) {
    int colon = message.indexOf(": ");
    String count =
        message.contains(" ready")
            ? message.substring(0, colon < 0 ? message.length() : colon) + ": "
            : "";
    return new Readiness(status, count + reason, lookAgain);
  }
}
