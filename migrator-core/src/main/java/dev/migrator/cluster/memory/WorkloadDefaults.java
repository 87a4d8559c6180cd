package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the API server fills into workloads.
 *
 * <p>Source: kubernetes {@code pkg/apis/apps/v1/defaults.go}, {@code pkg/apis/batch/v1/defaults.go}
 */
final class WorkloadDefaults {

  private WorkloadDefaults() {}

  static void apply(Key key, ObjectNode tree) {
    ObjectNode spec = Fill.object(tree, "spec");
    switch (key.kind()) {
      case "Deployment" -> {
        Fill.number(spec, "replicas", 1);
        Fill.number(spec, "revisionHistoryLimit", 10);
        Fill.number(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = Fill.object(spec, "strategy");
        Fill.text(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
          ObjectNode rolling = Fill.object(strategy, "rollingUpdate");
          Fill.text(rolling, "maxUnavailable", "25%");
          Fill.text(rolling, "maxSurge", "25%");
        }
        PodDefaults.template(spec);
      }
      case "ReplicaSet" -> {
        Fill.number(spec, "replicas", 1);
        PodDefaults.template(spec);
      }
      case "ReplicationController" -> {
        Fill.number(spec, "replicas", 1);
        PodDefaults.template(spec);
        if (!spec.has("selector")) {
          spec.set("selector", spec.path("template").path("metadata").path("labels").deepCopy());
        }
      }
      case "StatefulSet" -> statefulSet(spec);
      case "DaemonSet" -> {
        Fill.number(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = Fill.object(spec, "updateStrategy");
        Fill.text(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
          ObjectNode rolling = Fill.object(strategy, "rollingUpdate");
          Fill.number(rolling, "maxUnavailable", 1);
          Fill.number(rolling, "maxSurge", 0);
        }
        PodDefaults.template(spec);
      }
      case "Job" -> {
        job(spec);
        selectPods(tree);
      }
      case "CronJob" -> {
        Fill.text(spec, "concurrencyPolicy", "Allow");
        Fill.flag(spec, "suspend", false);
        Fill.number(spec, "successfulJobsHistoryLimit", 3);
        Fill.number(spec, "failedJobsHistoryLimit", 1);
        ObjectNode template = Fill.object(spec, "jobTemplate");
        Fill.object(template, "metadata");
        PodDefaults.template(Fill.object(template, "spec"));
      }
      default -> throw new IllegalStateException("no workload: " + key);
    }
  }

  private static void statefulSet(ObjectNode spec) {
    Fill.number(spec, "replicas", 1);
    Fill.number(spec, "revisionHistoryLimit", 10);
    Fill.text(spec, "podManagementPolicy", "OrderedReady");
    ObjectNode strategy = Fill.object(spec, "updateStrategy");
    Fill.text(strategy, "type", "RollingUpdate");
    if (strategy.path("type").asText().equals("RollingUpdate")) {
      Fill.number(Fill.object(strategy, "rollingUpdate"), "partition", 0);
    }
    ObjectNode retention = Fill.object(spec, "persistentVolumeClaimRetentionPolicy");
    Fill.text(retention, "whenDeleted", "Retain");
    Fill.text(retention, "whenScaled", "Retain");
    PodDefaults.template(spec);
    for (ObjectNode claim : Fill.each(spec.path("volumeClaimTemplates"))) {
      Fill.text(claim, "apiVersion", "v1");
      Fill.text(claim, "kind", "PersistentVolumeClaim");
      ObjectNode claimSpec = Fill.object(claim, "spec");
      Fill.text(claimSpec, "volumeMode", "Filesystem");
      Quantities.canonicalise(claimSpec.path("resources").path("requests"));
      Fill.text(Fill.object(claim, "status"), "phase", "Pending");
    }
  }

  private static void job(ObjectNode spec) {
    if (!spec.has("completions") && !spec.has("parallelism")) {
      spec.put("completions", 1);
    }
    Fill.number(spec, "parallelism", 1);
    if (!spec.has("backoffLimit")) {
      spec.put("backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
    }
    Fill.text(spec, "completionMode", "NonIndexed");
    Fill.flag(spec, "suspend", false);
    Fill.text(
        spec,
        "podReplacementPolicy",
        spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
    PodDefaults.template(spec);
  }

  /** Gives the Job the selector and the labels that only its own pods have. */
  private static void selectPods(ObjectNode tree) {
    ObjectNode spec = Fill.object(tree, "spec");
    ObjectNode labels =
        Fill.object(Fill.object(Fill.object(spec, "template"), "metadata"), "labels");
    if (!spec.path("manualSelector").asBoolean()) {
      String uid = tree.path("metadata").path("uid").asText();
      String name = tree.path("metadata").path("name").asText();
      for (String prefix : new String[] {"", "batch.kubernetes.io/"}) {
        Fill.text(labels, prefix + "controller-uid", uid);
        Fill.text(labels, prefix + "job-name", name);
      }
      if (!spec.has("selector")) {
        Fill.object(Fill.object(spec, "selector"), "matchLabels")
            .put("batch.kubernetes.io/controller-uid", uid);
      }
    }
    if (!tree.path("metadata").has("labels")) {
      Fill.object(tree, "metadata").set("labels", labels.deepCopy());
    }
  }
}
