package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.Set;

/**
 * Which kinds do something by themselves, and which must never be deleted at the source.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/workloads/">Workloads</a>
 */
public final class Activity {

  private static final Set<String> SERVING =
      Set.of(
          "Deployment.apps",
          "StatefulSet.apps",
          "DaemonSet.apps",
          "ReplicaSet.apps",
          "ReplicationController",
          "Pod");

  private static final Set<String> WORKING = Set.of("CronJob.batch", "Job.batch");

  /** Custom resources whose controllers can be told to pause. */
  private static final Set<String> PAUSABLE =
      Set.of(
          "CronWorkflow.argoproj.io",
          "Application.argoproj.io",
          "Kustomization.kustomize.toolkit.fluxcd.io",
          "HelmRelease.helm.toolkit.fluxcd.io",
          "Schedule.velero.io",
          "Kafka.kafka.strimzi.io",
          "KafkaConnect.kafka.strimzi.io",
          "ScaledJob.keda.sh",
          "ScaledObject.keda.sh");

  private static final Set<String> STORAGE = Set.of("PersistentVolume", "PersistentVolumeClaim");

  private static final Set<String> KEPT =
      Set.of(
          "Namespace",
          "PersistentVolume",
          "PersistentVolumeClaim",
          "CustomResourceDefinition.apiextensions.k8s.io");

  private Activity() {}

  /** True for workloads whose readiness says that they serve: pods that are meant to stay. */
  public static boolean serves(ObjectRef ref) {
    return SERVING.contains(ref.groupKind());
  }

  /** True for what does work by itself, now or on a schedule, and can be told to stop. */
  public static boolean runs(ObjectRef ref) {
    return SERVING.contains(ref.groupKind())
        || WORKING.contains(ref.groupKind())
        || PAUSABLE.contains(ref.groupKind());
  }

  /**
   * True for what takes other things with it when it is deleted: it stays at the source, whatever
   * its label says; but for a claim and its volume whose disk is handed over.
   */
  public static boolean isKept(ObjectRef ref) {
    return KEPT.contains(ref.groupKind());
  }

  /** True for what cannot be stopped without being deleted. */
  public static boolean endsWhenDeleted(ObjectRef ref) {
    return ref.groupKind().equals("Pod");
  }

  /** True for a claim, and for a volume. */
  public static boolean isStorage(ObjectRef ref) {
    return STORAGE.contains(ref.groupKind());
  }

  /** True for what is the owner of its claims by a policy of its own. */
  public static boolean isStatefulSet(ObjectRef ref) {
    return ref.groupKind().equals("StatefulSet.apps");
  }
}
