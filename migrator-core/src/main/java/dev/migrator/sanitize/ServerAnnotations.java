package dev.migrator.sanitize;

import java.util.List;
import java.util.Set;

/**
 * Annotations by which controllers of the source remember what they did there.
 *
 * <p>Before: {@code annotations: {deployment.kubernetes.io/revision: "7", team: shop}}. After:
 * {@code annotations: {team: shop}}.
 */
final class ServerAnnotations implements SanitizeRule {

  private static final Set<String> NAMES =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          "deprecated.daemonset.template.generation",
          "control-plane.alpha.kubernetes.io/leader",
          "pv.kubernetes.io/bind-completed",
          "pv.kubernetes.io/bound-by-controller",
          "pv.kubernetes.io/migrated-to",
          "volume.kubernetes.io/selected-node",
          "volume.kubernetes.io/storage-provisioner",
          "volume.kubernetes.io/storage-resizer",
          "volume.beta.kubernetes.io/storage-provisioner",
          "batch.kubernetes.io/job-tracking",
          "apf.kubernetes.io/autoupdate-spec",
          "autoscaling.alpha.kubernetes.io/conditions",
          "autoscaling.alpha.kubernetes.io/current-metrics",
          // Load balancers that a controller of the source made: with these, the target's takes or
          // deletes them. A missing one is found by the object's uid, or made anew.
          "kubernetes.digitalocean.com/load-balancer-id",
          "loadbalancer.openstack.org/load-balancer-address",
          "ingress.kubernetes.io/forwarding-rule",
          "ingress.kubernetes.io/https-forwarding-rule",
          "ingress.kubernetes.io/target-proxy",
          "ingress.kubernetes.io/https-target-proxy",
          "ingress.kubernetes.io/url-map",
          "ingress.kubernetes.io/redirect-url-map",
          "ingress.kubernetes.io/backends",
          "ingress.kubernetes.io/ssl-cert",
          "ingress.kubernetes.io/static-ip",
          // Marks of our own from an earlier move or pause.
          "migrator.dev/origin",
          "migrator.dev/quiesced");

  private static final List<String> PREFIXES =
      List.of("deployment.kubernetes.io/", "endpoints.kubernetes.io/");

  @Override
  public void apply(Draft draft) {
    boolean unused =
        draft.removeFromMetadata(
            "annotations",
            name -> NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith));
  }
}
