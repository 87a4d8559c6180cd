package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.Map;
import java.util.Set;

/**
 * Which kinds the objects of a kind can name, for whoever may not read them: what {@link
 * References} finds in them, without the objects. Bindings are not said to name accounts: they do
 * nothing without them, and miss nothing.
 */
public final class ReferencedKinds {

  private static final String RBAC = ".rbac.authorization.k8s.io";
  private static final Set<String> OF_PODS =
      Set.of(
          "ServiceAccount",
          "Secret",
          "ConfigMap",
          "PersistentVolumeClaim",
          "PriorityClass.scheduling.k8s.io",
          "RuntimeClass.node.k8s.io",
          "StorageClass.storage.k8s.io",
          "ResourceClaim.resource.k8s.io",
          "ResourceClaimTemplate.resource.k8s.io",
          // An account has its rights by bindings.
          "Role" + RBAC,
          "ClusterRole" + RBAC,
          "RoleBinding" + RBAC,
          "ClusterRoleBinding" + RBAC,
          "LimitRange",
          "ResourceQuota");
  private static final Set<String> WORKLOADS =
      Set.of(
          "Deployment.apps",
          "StatefulSet.apps",
          "ReplicaSet.apps",
          "DaemonSet.apps",
          "ReplicationController",
          "Job.batch",
          "CronJob.batch",
          "Pod");
  private static final Set<String> SERVICE = Set.of("Service");

  private static final Map<String, Set<String>> BY_KIND =
      Map.ofEntries(
          Map.entry("Service", WORKLOADS),
          Map.entry("HorizontalPodAutoscaler.autoscaling", WORKLOADS),
          Map.entry(
              "Ingress.networking.k8s.io",
              Set.of("IngressClass.networking.k8s.io", "Service", "Secret")),
          Map.entry(
              "Ingress.extensions", Set.of("IngressClass.networking.k8s.io", "Service", "Secret")),
          Map.entry(
              "PersistentVolumeClaim",
              Set.of("StorageClass.storage.k8s.io", "PersistentVolume", "PersistentVolumeClaim")),
          Map.entry("PersistentVolume", Set.of("StorageClass.storage.k8s.io", "Secret")),
          Map.entry("ServiceAccount", Set.of("Secret")),
          Map.entry("Secret", Set.of("ServiceAccount")),
          Map.entry("RoleBinding" + RBAC, Set.of("Role" + RBAC, "ClusterRole" + RBAC)),
          Map.entry("ClusterRoleBinding" + RBAC, Set.of("ClusterRole" + RBAC)),
          Map.entry("MutatingWebhookConfiguration.admissionregistration.k8s.io", SERVICE),
          Map.entry("ValidatingWebhookConfiguration.admissionregistration.k8s.io", SERVICE),
          Map.entry(
              "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
              Set.of("ValidatingAdmissionPolicy.admissionregistration.k8s.io", "ConfigMap")),
          Map.entry("CustomResourceDefinition.apiextensions.k8s.io", SERVICE),
          Map.entry("APIService.apiregistration.k8s.io", SERVICE),
          Map.entry(
              "FlowSchema.flowcontrol.apiserver.k8s.io",
              Set.of("PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io")));

  private static final Map<String, Set<String>> BY_GROUP =
      Map.of(
          "gateway.networking.k8s.io", Set.of("Service", "Secret"),
          "cert-manager.io", Set.of("Secret"),
          "external-secrets.io", Set.of("Secret"),
          "keda.sh", Set.of("Secret", "Deployment.apps", "StatefulSet.apps"),
          "serving.knative.dev", Set.of("ServiceAccount", "Secret", "ConfigMap"));

  private ReferencedKinds() {}

  /**
   * Whether an object of one kind can name one of the other.
   *
   * @param kind {@code Kind.group}, or {@code *.group} for all kinds of a group
   */
  public static boolean isNamed(String kind, String other) {
    int dot = kind.indexOf('.');
    String group = dot < 0 ? "" : kind.substring(dot + 1);
    if (ObjectRef.clusterScoped(group, "x", "x").isForeign() || BY_GROUP.containsKey(group)) {
      return other.endsWith("." + group) || BY_GROUP.getOrDefault(group, Set.of()).contains(other);
    }
    if (kind.startsWith("*.")) {
      // A group of the server's own does not answer: too much depends on it to tell.
      return true;
    }
    return BY_KIND.getOrDefault(kind, Set.of()).contains(other)
        || (isWorkload(kind) && OF_PODS.contains(other))
        || (kind.equals("StatefulSet.apps") && other.equals("Service"));
  }

  /** As {@link #isNamed}, for objects in a namespace that name one in another. */
  public static boolean isNamedFromOtherNamespaces(String kind, String other) {
    return kind.endsWith(".gateway.networking.k8s.io") && isNamed(kind, other);
  }

  private static boolean isWorkload(String kind) {
    return WORKLOADS.contains(kind) || kind.equals("PodTemplate");
  }
}
