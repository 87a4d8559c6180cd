package dev.migrator.classify;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import java.util.List;
import java.util.Set;

/**
 * What would be lost for good if the garbage collector deleted an object together with its owner,
 * although its owner is made again elsewhere.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage
 * Collection</a>; docs/adr/0029
 */
public enum LossWithOwner {
  /** Nothing: a controller makes it again from its owner. */
  NONE,
  /** The data of a volume. */
  VOLUME,
  /** What was made once and is written nowhere else, such as a password. */
  CONTENT,
  /** What a custom resource stands for outside of the cluster. */
  OUTSIDE,
  /** The object itself: no controller says that it makes it. */
  OBJECT;

  /** Kinds that controllers make from their owners without saying so, and work that has ended. */
  private static final Set<String> MADE_IN_SILENCE =
      Set.of(
          "Event",
          "Event.events.k8s.io",
          "Lease.coordination.k8s.io",
          "LeaseCandidate.coordination.k8s.io",
          "CSINode.storage.k8s.io",
          "CSIStorageCapacity.storage.k8s.io",
          "VolumeAttachment.storage.k8s.io",
          "ResourceSlice.resource.k8s.io",
          "ControllerRevision.apps",
          "Endpoints",
          "EndpointSlice.discovery.k8s.io",
          "ReplicaSet.apps",
          "Pod",
          "Job.batch",
          // Cilium's agent makes one for each pod; Kyverno and other engines write reports anew.
          "CiliumEndpoint.cilium.io",
          "PolicyReport.wgpolicyk8s.io",
          "ClusterPolicyReport.wgpolicyk8s.io",
          "Report.openreports.io",
          "ClusterReport.openreports.io",
          "EphemeralReport.reports.kyverno.io",
          "ClusterEphemeralReport.reports.kyverno.io",
          "AdmissionReport.kyverno.io",
          "BackgroundScanReport.kyverno.io");

  /** What is lost with the object as it is. */
  public static LossWithOwner of(Manifest object) {
    return of(object, Owner.of(object));
  }

  /**
   * As the other.
   *
   * @param owners of the object
   */
  public static LossWithOwner of(Manifest object, List<Owner> owners) {
    ObjectRef ref = object.ref();
    return switch (ref.groupKind()) {
      case "PersistentVolume" -> VOLUME;
      // The volume of a pod lasts as long as the pod, whoever deletes that.
      case "PersistentVolumeClaim" ->
          owners.stream().allMatch(by -> by.groupKind().equals("Pod")) ? NONE : VOLUME;
      case "Secret", "ConfigMap" -> hasContent(object) ? CONTENT : unmade(ref, owners);
      default ->
          standsForSomething(ref) && !object.at("metadata", "finalizers").isEmpty()
              ? OUTSIDE
              : unmade(ref, owners);
    };
  }

  /** True for what controllers of Kubernetes itself make from its owner: it is not even missed. */
  public static boolean isUsual(ObjectRef ref) {
    return MADE_IN_SILENCE.contains(ref.groupKind());
  }

  private static boolean hasContent(Manifest object) {
    return !object.at("data").isEmpty()
        || !object.at("stringData").isEmpty()
        || !object.at("binaryData").isEmpty();
  }

  private static boolean standsForSomething(ObjectRef ref) {
    return ref.isForeign() || ref.group().equals("snapshot.storage.k8s.io");
  }

  private static LossWithOwner unmade(ObjectRef ref, List<Owner> owners) {
    return isUsual(ref) || owners.stream().anyMatch(Owner::controller) || endsWithPods(owners)
        ? NONE
        : OBJECT;
  }

  /** What only pods own goes whenever they end, and they end before their owner is deleted. */
  private static boolean endsWithPods(List<Owner> owners) {
    return !owners.isEmpty() && owners.stream().allMatch(by -> by.groupKind().equals("Pod"));
  }
}
