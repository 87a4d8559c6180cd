package dev.migrator.report;

import dev.migrator.model.ObjectRef;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Objects as people write them: {@code deploy/shop/web}, {@code ns/shop}. */
public final class RefText {

  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("Namespace", "ns"),
          Map.entry("ConfigMap", "cm"),
          Map.entry("Secret", "secret"),
          Map.entry("Service", "svc"),
          Map.entry("ServiceAccount", "sa"),
          Map.entry("Pod", "pod"),
          Map.entry("PersistentVolume", "pv"),
          Map.entry("PersistentVolumeClaim", "pvc"),
          Map.entry("Deployment.apps", "deploy"),
          Map.entry("StatefulSet.apps", "sts"),
          Map.entry("DaemonSet.apps", "ds"),
          Map.entry("ReplicaSet.apps", "rs"),
          Map.entry("CronJob.batch", "cronjob"),
          Map.entry("Job.batch", "job"),
          Map.entry("Ingress.networking.k8s.io", "ing"),
          Map.entry("NetworkPolicy.networking.k8s.io", "netpol"),
          Map.entry("HorizontalPodAutoscaler.autoscaling", "hpa"),
          Map.entry("PodDisruptionBudget.policy", "pdb"),
          Map.entry("CustomResourceDefinition.apiextensions.k8s.io", "crd"));

  private RefText() {}

  /** Short form: kind as kubectl abbreviates it, namespace when there is one, name. */
  public static String of(ObjectRef ref) {
    String kind =
        Optional.ofNullable(SHORT.get(ref.groupKind()))
            .orElseGet(() -> ref.groupKind().toLowerCase(Locale.ROOT));
    return Printable.of(
        ref.isClusterScoped()
            ? kind + "/" + ref.name()
            : kind + "/" + ref.namespace() + "/" + ref.name());
  }

  /**
   * Whether a person's words mean this object: the short form, the long form, or the kind's plain
   * name in any case; the namespace may be left out.
   */
  public static boolean matches(ObjectRef ref, String typed) {
    String[] parts = typed.split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      return false;
    }
    String kind = parts[0].toLowerCase(Locale.ROOT);
    boolean sameKind =
        kind.equals(ref.kind().toLowerCase(Locale.ROOT))
            || kind.equals(ref.groupKind().toLowerCase(Locale.ROOT))
            || kind.equals(ref.kind().toLowerCase(Locale.ROOT) + "s")
            || kind.equals(SHORT.get(ref.groupKind()));
    boolean sameNamespace = parts.length == 2 || parts[1].equals(ref.namespace());
    return sameKind && sameNamespace && parts[parts.length - 1].equals(ref.name());
  }
}
