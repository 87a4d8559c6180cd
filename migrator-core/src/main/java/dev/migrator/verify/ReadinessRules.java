package dev.migrator.verify;

import static dev.migrator.verify.Readiness.current;
import static dev.migrator.verify.Readiness.failed;
import static dev.migrator.verify.Readiness.inProgress;
import static dev.migrator.verify.StatusFields.condition;
import static dev.migrator.verify.StatusFields.isTrue;
import static dev.migrator.verify.StatusFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.verify.Readiness.Status;
import dev.migrator.verify.Readiness.Surroundings;
import dev.migrator.verify.StatusFields.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules in kstatus' order: being deleted, not yet observed, Reconciling, Stalled, the kind's
 * rule, the Ready condition.
 *
 * <p>Where we differ from kstatus: a Job is Current when complete or suspended, not while it runs;
 * a failed Pod is Failed; a container that crashes again and again is InProgress, because what it
 * waits for may still be on its way; a DaemonSet that no node wants and a custom resource that says
 * nothing are to be looked at again.
 */
final class ReadinessRules {

  /** One of these tells of a custom resource; the first that is there decides. */
  private static final List<String> POSITIVE =
      List.of("Ready", "Available", "Healthy", "Programmed", "Accepted");

  /**
   * Groups of the API server itself: their kinds without a rule work as soon as they are stored.
   */
  private static final Set<String> BUILT_IN =
      Set.of(
          "",
          "apps",
          "autoscaling",
          "batch",
          "extensions",
          "policy",
          "admissionregistration.k8s.io",
          "apiextensions.k8s.io",
          "apiregistration.k8s.io",
          "certificates.k8s.io",
          "coordination.k8s.io",
          "discovery.k8s.io",
          "events.k8s.io",
          "flowcontrol.apiserver.k8s.io",
          "networking.k8s.io",
          "node.k8s.io",
          "rbac.authorization.k8s.io",
          "resource.k8s.io",
          "scheduling.k8s.io",
          "storage.k8s.io");

  private ReadinessRules() {}

  static boolean isBuiltIn(String group) {
    return BUILT_IN.contains(group);
  }

  static Readiness judge(Manifest object, Surroundings environment) {
    if (object.isBeingDeleted()) {
      return new Readiness(Status.TERMINATING, "is being deleted");
    }
    JsonNode observed = object.at("status", "observedGeneration");
    JsonNode generation = object.at("metadata", "generation");
    if (observed.isNumber() && generation.isNumber() && observed.asLong() != generation.asLong()) {
      return inProgress("generation " + generation.asLong() + " is not observed yet");
    }
    Optional<Condition> reconciling = condition(object, "Reconciling").filter(Condition::isTrue);
    if (reconciling.isPresent()) {
      return inProgress(reconciling.get().words());
    }
    Optional<Condition> stalled = condition(object, "Stalled").filter(Condition::isTrue);
    if (stalled.isPresent()) {
      return failed(stalled.get().words());
    }
    return switch (object.ref().groupKind()) {
      case "Deployment.apps", "Deployment.extensions" -> WorkloadRules.deployment(object);
      case "StatefulSet.apps" -> WorkloadRules.statefulSet(object);
      case "DaemonSet.apps", "DaemonSet.extensions" -> WorkloadRules.daemonSet(object);
      case "ReplicaSet.apps", "ReplicaSet.extensions", "ReplicationController" ->
          WorkloadRules.replicaSet(object);
      case "Job.batch" -> WorkloadRules.job(object);
      case "Pod" -> WorkloadRules.pod(object);
      case "CronJob.batch" -> current();
      case "PersistentVolumeClaim" -> claim(object, environment);
      case "PersistentVolume" -> volume(object);
      case "Namespace" -> current();
      case "Service" -> service(object, environment);
      case "CustomResourceDefinition.apiextensions.k8s.io" -> definition(object);
      case "APIService.apiregistration.k8s.io" -> mustBeTrue(object, "Available");
      case "HorizontalPodAutoscaler.autoscaling" -> autoscaler(object);
      case "PodDisruptionBudget.policy" -> budget(object);
      default -> byCondition(object);
    };
  }

  private static Readiness claim(Manifest object, Surroundings environment) {
    String phase = text(object, "status", "phase");
    if (phase.equals("Bound")) {
      return current();
    }
    if (phase.equals("Lost")) {
      return failed("its PersistentVolume is lost");
    }
    return environment.bindsLate()
        ? new Readiness(Status.CURRENT, "waits for its first consumer")
        : inProgress(phase.isEmpty() ? "has no phase yet" : "is " + StatusFields.oneLine(phase));
  }

  private static Readiness volume(Manifest object) {
    String phase = text(object, "status", "phase");
    return switch (phase) {
      case "Failed" -> failed(StatusFields.oneLine(text(object, "status", "message")));
      case "Pending", "" -> inProgress("is Pending");
      default -> current();
    };
  }

  private static Readiness service(Manifest object, Surroundings environment) {
    String type = text(object, "spec", "type");
    if (type.equals("ExternalName")) {
      return current();
    }
    if (text(object, "spec", "clusterIP").isEmpty()) {
      return inProgress("has no clusterIP yet");
    }
    if (type.equals("LoadBalancer") && object.at("status", "loadBalancer", "ingress").isEmpty()) {
      return inProgress("has no load balancer address yet");
    }
    boolean selects = !object.at("spec", "selector").isEmpty();
    if (selects && environment.readyEndpoints().orElse(1) == 0) {
      return inProgress("has no ready endpoint");
    }
    return current();
  }

  private static Readiness definition(Manifest object) {
    Optional<Condition> refused = condition(object, "NamesAccepted").filter(Condition::isFalse);
    return refused.isPresent() ? failed(refused.get().words()) : mustBeTrue(object, "Established");
  }

  private static Readiness autoscaler(Manifest object) {
    if (object.apiVersion().equals("autoscaling/v1")) {
      // Version 1 has no conditions.
      return current();
    }
    Readiness able = mustBeTrue(object, "AbleToScale");
    if (able.status() != Status.CURRENT) {
      return able;
    }
    boolean disabled =
        condition(object, "ScalingActive")
            .filter(c -> c.reason().equals("ScalingDisabled"))
            .isPresent();
    return disabled
        ? new Readiness(Status.CURRENT, "its target has 0 replicas")
        : mustBeTrue(object, "ScalingActive");
  }

  private static Readiness budget(Manifest object) {
    long healthy = StatusFields.number(object, -1, "status", "currentHealthy");
    long desired = StatusFields.number(object, -1, "status", "desiredHealthy");
    if (healthy < 0 || desired < 0) {
      return inProgress("has no status yet");
    }
    return healthy >= desired ? current() : inProgress(healthy + " of " + desired + " healthy");
  }

  private static Readiness mustBeTrue(Manifest object, String type) {
    if (isTrue(object, type)) {
      return current();
    }
    return inProgress(
        condition(object, type).map(Condition::words).orElse("does not say " + type + " yet"));
  }

  private static Readiness byCondition(Manifest object) {
    boolean builtIn = isBuiltIn(object.ref().group());
    JsonNode conditions = object.at("status", "conditions");
    for (String type : builtIn ? List.of("Ready") : POSITIVE) {
      Optional<Condition> condition = condition(conditions, type);
      if (condition.isPresent()) {
        return byCondition(object, condition.get());
      }
    }
    if (builtIn) {
      return current();
    }
    // Routes of the gateway API report for each parent.
    JsonNode parents = object.at("status", "parents");
    for (JsonNode parent : parents) {
      Optional<Condition> accepted = condition(parent.path("conditions"), "Accepted");
      if (accepted.isPresent() && !accepted.get().isTrue()) {
        return byCondition(object, accepted.get());
      }
    }
    return parents.isEmpty()
        ? new Readiness(Status.CURRENT, "has no condition that tells", true)
        : current();
  }

  private static Readiness byCondition(Manifest object, Condition condition) {
    long generation = StatusFields.number(object, -1, "metadata", "generation");
    if (condition.observedGeneration() >= 0 && condition.observedGeneration() < generation) {
      return inProgress(
          condition.type() + " speaks of generation " + condition.observedGeneration());
    }
    return condition.isTrue() ? current() : inProgress(condition.words());
  }
}
