package dev.migrator.proof;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Map;

/**
 * Whether a stored object makes something happen, and whether a pod or Job may be at work: the
 * checker's own words, from the documentation of the kinds.
 */
final class Activeness {

  /** Where custom resources of the cases say that their controller leaves them alone. */
  private static final Map<String, List<String>> PAUSES =
      Map.of(
          "CronWorkflow", List.of("spec", "suspend"),
          "Kustomization", List.of("spec", "suspend"),
          "HelmRelease", List.of("spec", "suspend"),
          "Schedule", List.of("spec", "paused"));

  private Activeness() {}

  /** Whether the object as it is stored is not suspended. What has no such field is never so. */
  static boolean isAwake(Manifest object) {
    return switch (object.kind()) {
      case "CronJob" -> !object.at("spec", "suspend").asBoolean(false);
      case "Job" -> !object.at("spec", "suspend").asBoolean(false) && !hasEnded(object);
      case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController" ->
          object.at("spec", "replicas").asInt(1) > 0;
      case "DaemonSet" ->
          !object
              .at("spec", "template", "spec", "nodeSelector")
              .path("migrator.dev/hold")
              .asText()
              .equals("nowhere");
      case "Pod" -> mayRun(object);
      // By itself a volume deletes its disk, when its claim is gone.
      case "PersistentVolume" ->
          !object.at("spec", "persistentVolumeReclaimPolicy").asText().equals("Retain");
      case "PersistentVolumeClaim" ->
          !object.annotations().containsKey("migrator.dev/disk-in-transit");
      default ->
          !object
              .at(PAUSES.getOrDefault(object.kind(), List.of("none")).toArray(String[]::new))
              .asBoolean(false);
    };
  }

  /** Whether a pod is not proven stopped, or a Job not proven ended. */
  static boolean mayWork(Manifest object) {
    return switch (object.kind()) {
      case "Pod" -> mayRun(object);
      case "Job" -> !object.at("spec", "suspend").asBoolean(false) && !hasEnded(object);
      default -> false;
    };
  }

  /** Whether it is a pod that is started again whenever it ends. */
  static boolean serves(Manifest object) {
    return object.kind().equals("Pod")
        && object.at("spec", "restartPolicy").asText("Always").equals("Always");
  }

  private static boolean mayRun(Manifest pod) {
    String phase = pod.at("status", "phase").asText("Unknown");
    boolean held = !pod.at("spec", "schedulingGates").isEmpty() && !pod.has("spec", "nodeName");
    return !phase.equals("Succeeded") && !phase.equals("Failed") && !held;
  }

  /** Whether a Job says that it completed, or failed for good. */
  static boolean hasEnded(Manifest job) {
    if (!job.kind().equals("Job")) {
      return false;
    }
    for (JsonNode condition : job.at("status", "conditions")) {
      boolean end =
          condition.path("type").asText().equals("Complete")
              || condition.path("type").asText().equals("Failed");
      if (end && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }
}
