package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The status with which the server itself begins an object; controllers do the rest. */
final class InitialStatus {

  private InitialStatus() {}

  static void of(Key key, ObjectNode tree) {
    switch (key.type()) {
      case "Namespace" -> Fill.object(tree, "status").put("phase", "Active");
      case "Pod", "PersistentVolumeClaim", "PersistentVolume" ->
          Fill.object(tree, "status").put("phase", "Pending");
      case "Service", "Ingress.networking.k8s.io" ->
          Fill.object(Fill.object(tree, "status"), "loadBalancer");
      case "Job.batch", "CronJob.batch", "Deployment.apps" -> Fill.object(tree, "status");
      case "ReplicaSet.apps", "ReplicationController" ->
          Fill.object(tree, "status").put("replicas", 0);
      case "StatefulSet.apps" ->
          Fill.object(tree, "status").put("replicas", 0).put("availableReplicas", 0);
      case "DaemonSet.apps" ->
          Fill.object(tree, "status")
              .put("currentNumberScheduled", 0)
              .put("numberMisscheduled", 0)
              .put("desiredNumberScheduled", 0)
              .put("numberReady", 0);
      default -> {}
    }
  }
}
