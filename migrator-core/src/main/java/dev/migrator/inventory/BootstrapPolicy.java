package dev.migrator.inventory;

import dev.migrator.model.Manifest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The access rules that API servers make for themselves, by their exact names: every name that one
 * of Kubernetes 1.16 to 1.36 makes, and what kubeadm and OpenShift make for every cluster or
 * namespace.
 *
 * <p>A name alone proves nothing, because add-ons call theirs {@code system:} too; the API server's
 * mark alone proves nothing either, because it is copied along with a role. Only both together do.
 *
 * <p>Source: kubernetes {@code plugin/pkg/auth/authorizer/rbac/bootstrappolicy}
 */
final class BootstrapPolicy {

  private static final String MADE = "every cluster makes it for itself";

  /** ClusterRoles and their ClusterRoleBindings: nearly all of them come in pairs. */
  private static final Set<String> CLUSTER =
      Set.of(
          "admin",
          "cluster-admin",
          "edit",
          "view",
          "system:aggregate-to-admin",
          "system:aggregate-to-edit",
          "system:aggregate-to-view",
          "system:auth-delegator",
          "system:aws-cloud-provider",
          "system:basic-user",
          "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
          "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
          "system:certificates.k8s.io:kube-apiserver-client-approver",
          "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
          "system:certificates.k8s.io:kubelet-serving-approver",
          "system:certificates.k8s.io:legacy-unknown-approver",
          "system:cluster-trust-bundle-discovery",
          "system:csi-external-attacher",
          "system:csi-external-provisioner",
          "system:discovery",
          "system:heapster",
          "system:kube-aggregator",
          "system:kube-controller-manager",
          "system:kube-dns",
          "system:kube-scheduler",
          "system:kubelet-api-admin",
          "system:monitoring",
          "system:node",
          "system:node-bootstrapper",
          "system:node-problem-detector",
          "system:node-proxier",
          "system:persistent-volume-provisioner",
          "system:public-info-viewer",
          "system:service-account-issuer-discovery",
          "system:volume-scheduler");

  /** What follows {@code system:controller:} in both kinds. */
  private static final Set<String> CONTROLLERS =
      Set.of(
          "attachdetach-controller",
          "certificate-controller",
          "clusterrole-aggregation-controller",
          "cronjob-controller",
          "daemon-set-controller",
          "deployment-controller",
          "device-taint-eviction-controller",
          "disruption-controller",
          "endpoint-controller",
          "endpointslice-controller",
          "endpointslicemirroring-controller",
          "ephemeral-volume-controller",
          "expand-controller",
          "generic-garbage-collector",
          "horizontal-pod-autoscaler",
          "job-controller",
          "legacy-service-account-token-cleaner",
          "namespace-controller",
          "node-controller",
          "persistent-volume-binder",
          "pod-garbage-collector",
          "podcertificaterequestcleaner",
          "pv-protection-controller",
          "pvc-protection-controller",
          "replicaset-controller",
          "replication-controller",
          "resource-claim-controller",
          "resourcequota-controller",
          "root-ca-cert-publisher",
          "route-controller",
          "selinux-warning-controller",
          "service-account-controller",
          "service-cidrs-controller",
          "service-controller",
          "statefulset-controller",
          "storage-version-migrator-controller",
          "ttl-after-finished-controller",
          "ttl-controller",
          "validatingadmissionpolicy-status-controller",
          "volumeattributesclass-protection-controller");

  /** Roles and RoleBindings, all of them in kube-system or kube-public. */
  private static final Set<String> NAMESPACED =
      Set.of(
          "extension-apiserver-authentication-reader",
          "system::extension-apiserver-authentication-reader",
          "system::leader-locking-kube-controller-manager",
          "system::leader-locking-kube-scheduler",
          "system:controller:bootstrap-signer",
          "system:controller:cloud-provider",
          "system:controller:token-cleaner");

  /** RoleBindings that OpenShift makes in every namespace. */
  private static final Set<String> OF_OPENSHIFT =
      Set.of("system:deployers", "system:image-builders", "system:image-pullers");

  private static final String MARK = "kubernetes.io/bootstrapping";
  private static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

  private static final Map<String, Boolean> KINDS =
      Map.of(
          "ClusterRole.rbac.authorization.k8s.io", false,
          "ClusterRoleBinding.rbac.authorization.k8s.io", false,
          "Role.rbac.authorization.k8s.io", true,
          "RoleBinding.rbac.authorization.k8s.io", true);

  private BootstrapPolicy() {}

  /** True for the kinds that are judged here, and nowhere else. */
  static boolean judges(Manifest object) {
    return KINDS.containsKey(object.ref().groupKind());
  }

  /** Why the cluster makes it again; empty for what somebody else made. */
  static Optional<String> madeByCluster(Manifest object) {
    boolean namespaced = KINDS.getOrDefault(object.ref().groupKind(), false);
    String name = object.name();
    if (!namespaced && name.startsWith("kubeadm:")) {
      return Optional.of("made by kubeadm for its cluster");
    }
    if (namespaced && object.kind().equals("RoleBinding") && OF_OPENSHIFT.contains(name)) {
      return Optional.of("made by OpenShift for every namespace");
    }
    if (!isKnown(name, object.namespace(), namespaced) || !isMarked(object)) {
      return Optional.empty();
    }
    return Optional.of(
        "false".equals(object.annotations().get(AUTOUPDATE))
            ? MADE + "; this one was changed by hand: change the target's likewise"
            : MADE);
  }

  private static boolean isKnown(String name, String namespace, boolean namespaced) {
    if (namespaced) {
      return NAMESPACED.contains(name)
          && (namespace.equals("kube-system") || namespace.equals("kube-public"));
    }
    String controller = "system:controller:";
    return CLUSTER.contains(name)
        || (name.startsWith(controller)
            && CONTROLLERS.contains(name.substring(controller.length())));
  }

  private static boolean isMarked(Manifest object) {
    return "rbac-defaults".equals(object.labels().get(MARK));
  }
}
