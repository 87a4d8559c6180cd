package dev.migrator.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Objects as people write them: {@code deploy/shop/web}, {@code ns/shop}. Pure. */
public final class ShortRef {

  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("Namespace", "ns"),
          Map.entry("ConfigMap", "cm"),
          Map.entry("Secret", "secret"),
          Map.entry("Service", "svc"),
          Map.entry("ServiceAccount", "sa"),
          Map.entry("Pod", "pod"),
          Map.entry("Endpoints", "ep"),
          Map.entry("LimitRange", "limits"),
          Map.entry("ResourceQuota", "quota"),
          Map.entry("ReplicationController", "rc"),
          Map.entry("PodTemplate", "podtemplate"),
          Map.entry("Node", "no"),
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

  // What ObjectRef.toString() writes, in the middle of a sentence: Deployment.apps/shop/web.
  private static final Pattern LONG =
      Pattern.compile(
          "(?<![\\w/.:-])([A-Z][A-Za-z0-9]*(?:\\.[a-z0-9.-]+)?)/([a-z0-9-]*)/"
              + "([A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?)(?![\\w/])");

  private ShortRef() {}

  /**
   * Kind as kubectl abbreviates it, namespace when there is one, name.
   *
   * <p>Shape: not made safe to print.
   */
  public static String of(ObjectRef ref) {
    return of(ref.groupKind(), ref.namespace(), ref.name());
  }

  /**
   * The text with every object in it that is written in the long form in the short one.
   *
   * <p>Shape: what may be the path of a file, such as {@code Plans/old/move.yaml}, stays: where the
   * group is no domain, only kinds that are known here are taken for objects.
   */
  public static String in(String text) {
    return text.indexOf('/') < 0
        ? text
        : LONG.matcher(text).replaceAll(found -> Matcher.quoteReplacement(shorter(found)));
  }

  private static String shorter(MatchResult found) {
    String kind = found.group(1);
    boolean domain = kind.indexOf('.') != kind.lastIndexOf('.');
    return domain || SHORT.containsKey(kind)
        ? of(kind, found.group(2), found.group(3))
        : found.group();
  }

  /** As kubectl abbreviates it; empty for kinds that it does not. */
  public static Optional<String> kind(ObjectRef ref) {
    return Optional.ofNullable(SHORT.get(ref.groupKind()));
  }

  private static String of(String groupKind, String namespace, String name) {
    String kind = SHORT.getOrDefault(groupKind, groupKind.toLowerCase(Locale.ROOT));
    return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
  }
}
