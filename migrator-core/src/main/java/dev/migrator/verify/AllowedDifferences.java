package dev.migrator.verify;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Every way in which a live object may differ from what was sent and still count as the same: the
 * one list to review.
 *
 * <p>Besides this list, only two things hold everywhere: a server may fill in fields that were not
 * sent, and a null that was sent may be gone.
 */
final class AllowedDifferences {

  /** How a field is compared. */
  enum Treatment {
    /** Not at all. */
    IGNORED,
    /** As a list to which the server or an admission plugin may add. */
    MAY_GROW,
    /** As a list without order. */
    UNORDERED,
    /** As a quantity: servers rewrite 1000m as 1. */
    QUANTITY,
    /** As a map whose keys are the user's: none may be added, and an empty value is a value. */
    EXACT_KEYS,
    /**
     * As a map whose keys are the user's and others': some may be added, and an empty value is a
     * value.
     */
    OPEN_KEYS
  }

  /**
   * One line of the list.
   *
   * @param kind {@code Kind.group}, or {@code *} for all built-in kinds, or {@code **} for all
   *     kinds
   * @param path field names joined by dots, without list positions; {@code **} first stands for any
   *     fields before, {@code *} for one
   * @param when holds only for such objects
   */
  record Rule(
      String kind,
      List<String> path,
      Treatment treatment,
      Predicate<Manifest> when,
      String reason) {

    private boolean isOfKind(ObjectRef ref) {
      return kind.equals("**")
          || (kind.equals("*") && ReadinessRules.isBuiltIn(ref.group()))
          || kind.equals(ref.groupKind());
    }

    boolean holdsFor(Manifest sent, FieldPath at) {
      return isAt(at) && when.test(sent);
    }

    private boolean isAt(FieldPath at) {
      boolean anywhere = path.getFirst().equals("**");
      int from = anywhere ? 1 : 0;
      int length = path.size() - from;
      if (anywhere ? at.depth() < length : at.depth() != length) {
        return false;
      }
      FieldPath here = at;
      for (int i = path.size() - 1; i >= from; i--) {
        if (!path.get(i).equals("*") && !path.get(i).equals(here.name())) {
          return false;
        }
        here = here.parent();
      }
      return true;
    }
  }

  static final List<Rule> RULES =
      List.of(
          rule("**", "status", Treatment.IGNORED, "controllers write it"),
          rule("**", "metadata.uid", Treatment.IGNORED, "each server gives its own"),
          rule("**", "metadata.resourceVersion", Treatment.IGNORED, "each server gives its own"),
          rule("**", "metadata.generation", Treatment.IGNORED, "each server counts its own"),
          rule("**", "metadata.creationTimestamp", Treatment.IGNORED, "each server gives its own"),
          rule("**", "metadata.managedFields", Treatment.IGNORED, "each server keeps its own"),
          rule("**", "metadata.selfLink", Treatment.IGNORED, "servers since 1.20 leave it out"),
          rule("**", "metadata.finalizers", Treatment.MAY_GROW, "servers protect objects in use"),
          rule("**", "metadata.ownerReferences", Treatment.MAY_GROW, "controllers adopt by label"),
          rule("**", "metadata.labels", Treatment.OPEN_KEYS, "admission adds labels"),
          rule(
              "**",
              "metadata.annotations",
              Treatment.OPEN_KEYS,
              "controllers and we ourselves annotate"),
          rule(
              "**",
              "metadata.annotations.deployment.kubernetes.io/revision",
              Treatment.IGNORED,
              "each cluster counts its own"),
          rule(
              "Pod",
              "metadata.labels.topology.kubernetes.io/zone",
              Treatment.IGNORED,
              "servers from 1.35 write that of the pod's node over it"),
          rule(
              "Pod",
              "metadata.labels.topology.kubernetes.io/region",
              Treatment.IGNORED,
              "servers from 1.35 write that of the pod's node over it"),
          rule(
              "*",
              "**.template.metadata.labels",
              Treatment.OPEN_KEYS,
              "the Job controller adds its uid"),
          rule(
              "*",
              "**.template.metadata.annotations",
              Treatment.OPEN_KEYS,
              "kubectl rollout restart annotates"),
          rule(
              "*",
              "**.template.metadata.creationTimestamp",
              Treatment.IGNORED,
              "has no meaning in a template"),
          rule("ConfigMap", "data", Treatment.EXACT_KEYS, "the user's own keys"),
          rule("ConfigMap", "binaryData", Treatment.EXACT_KEYS, "the user's own keys"),
          rule("Secret", "data", Treatment.EXACT_KEYS, "the user's own keys"),
          rule("*", "**.matchLabels", Treatment.EXACT_KEYS, "one label more selects other objects"),
          rule(
              "Service",
              "spec.selector",
              Treatment.EXACT_KEYS,
              "one label more selects other pods"),
          rule(
              "ReplicationController",
              "spec.selector",
              Treatment.EXACT_KEYS,
              "one label more selects other pods"),
          rule(
              "*",
              "**.template.spec.nodeSelector",
              Treatment.EXACT_KEYS,
              "one label more selects other nodes"),
          rule(
              "Pod",
              "spec.nodeSelector",
              Treatment.OPEN_KEYS,
              "PodNodeSelector admission adds the namespace's"),
          rule(
              "StorageClass.storage.k8s.io",
              "parameters",
              Treatment.EXACT_KEYS,
              "the user's own keys"),
          rule("*", "**.limits.*", Treatment.QUANTITY, "servers rewrite quantities"),
          rule("*", "**.requests.*", Treatment.QUANTITY, "servers rewrite quantities"),
          rule("*", "**.overhead.*", Treatment.QUANTITY, "servers rewrite quantities"),
          rule("*", "**.emptyDir.sizeLimit", Treatment.QUANTITY, "servers rewrite quantities"),
          rule(
              "*", "**.resourceFieldRef.divisor", Treatment.QUANTITY, "servers rewrite quantities"),
          rule(
              "PersistentVolume",
              "spec.capacity.*",
              Treatment.QUANTITY,
              "servers rewrite quantities"),
          rule("ResourceQuota", "spec.hard.*", Treatment.QUANTITY, "servers rewrite quantities"),
          rule(
              "RuntimeClass.node.k8s.io",
              "overhead.podFixed.*",
              Treatment.QUANTITY,
              "servers rewrite quantities"),
          rule("LimitRange", "spec.limits.*.*", Treatment.QUANTITY, "servers rewrite quantities"),
          rule(
              "HorizontalPodAutoscaler.autoscaling",
              "spec.metrics.*.target.value",
              Treatment.QUANTITY,
              "servers rewrite quantities"),
          rule(
              "HorizontalPodAutoscaler.autoscaling",
              "spec.metrics.*.target.averageValue",
              Treatment.QUANTITY,
              "servers rewrite quantities"),
          rule(
              "HorizontalPodAutoscaler.autoscaling",
              "spec.behavior.*.tolerance",
              Treatment.QUANTITY,
              "servers rewrite quantities"),
          rule(
              "CSIStorageCapacity.storage.k8s.io",
              "capacity",
              Treatment.QUANTITY,
              "servers rewrite quantities"),
          rule("Namespace", "spec.finalizers", Treatment.MAY_GROW, "the server adds its own"),
          rule("ServiceAccount", "secrets", Treatment.MAY_GROW, "servers before 1.24 add a token"),
          rule(
              "ServiceAccount",
              "imagePullSecrets",
              Treatment.MAY_GROW,
              "OpenShift adds a pull secret"),
          rule(
              "Pod", "spec.volumes", Treatment.MAY_GROW, "ServiceAccount admission mounts a token"),
          rule(
              "Pod",
              "spec.containers.volumeMounts",
              Treatment.MAY_GROW,
              "ServiceAccount admission mounts a token"),
          rule(
              "Pod",
              "spec.initContainers.volumeMounts",
              Treatment.MAY_GROW,
              "ServiceAccount admission mounts a token"),
          rule(
              "Pod",
              "spec.tolerations",
              Treatment.MAY_GROW,
              "DefaultTolerationSeconds admission adds two"),
          rule(
              "Pod",
              "spec.imagePullSecrets",
              Treatment.MAY_GROW,
              "ServiceAccount admission adds the account's"),
          rule("Pod", "spec.containers", Treatment.MAY_GROW, "meshes inject a sidecar"),
          rule("Pod", "spec.initContainers", Treatment.MAY_GROW, "meshes inject a sidecar"),
          rule(
              "Pod",
              "spec.containers.env",
              Treatment.MAY_GROW,
              "admission webhooks inject variables"),
          rule("Endpoints", "subsets", Treatment.UNORDERED, "servers sort them"),
          rule("Endpoints", "subsets.addresses", Treatment.UNORDERED, "servers sort them"),
          rule("Endpoints", "subsets.notReadyAddresses", Treatment.UNORDERED, "servers sort them"),
          rule("Endpoints", "subsets.ports", Treatment.UNORDERED, "servers sort them"),
          new Rule(
              "ClusterRole.rbac.authorization.k8s.io",
              path("rules"),
              Treatment.IGNORED,
              AllowedDifferences::isAggregated,
              "the aggregation controller fills it"),
          caBundle(
              "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
              "webhooks.clientConfig.caBundle"),
          caBundle(
              "MutatingWebhookConfiguration.admissionregistration.k8s.io",
              "webhooks.clientConfig.caBundle"),
          caBundle(
              "CustomResourceDefinition.apiextensions.k8s.io",
              "spec.conversion.webhook.clientConfig.caBundle"),
          caBundle("APIService.apiregistration.k8s.io", "spec.caBundle"));

  /**
   * The fields that name an element in a list of a built-in kind. Such lists have no order of their
   * own; where the names are not unique, positions are compared.
   */
  static final Set<String> KEYED_BY_NAME =
      Set.of(
          "containers",
          "initContainers",
          "ephemeralContainers",
          "env",
          "volumes",
          "imagePullSecrets",
          "secrets",
          "resourceClaims",
          "schedulingGates",
          "webhooks",
          "versions",
          "matchConditions",
          "variables");

  private AllowedDifferences() {}

  /** Of each kind, by the last name of their paths: a comparison asks for every field. */
  private static final Map<String, Map<String, List<Rule>>> BY_KIND = new ConcurrentHashMap<>();

  /** How the field is compared; empty when like any other. */
  static Set<Treatment> at(Manifest sent, FieldPath at) {
    Map<String, List<Rule>> rules =
        BY_KIND.computeIfAbsent(
            sent.ref().groupKind(),
            kind ->
                RULES.stream()
                    .filter(rule -> rule.isOfKind(sent.ref()))
                    .collect(Collectors.groupingBy(rule -> rule.path().getLast())));
    Set<Treatment> found = Set.of();
    for (String name : List.of(at.name(), "*")) {
      for (Rule rule : rules.getOrDefault(name, List.of())) {
        if (rule.holdsFor(sent, at)) {
          found = found.isEmpty() ? EnumSet.noneOf(Treatment.class) : found;
          found.add(rule.treatment());
        }
      }
    }
    return found;
  }

  private static boolean isAggregated(Manifest object) {
    return object.has("aggregationRule");
  }

  private static boolean hasInjectedCa(Manifest object) {
    return object.annotations().keySet().stream()
        .anyMatch(
            key ->
                key.startsWith("cert-manager.io/inject-")
                    || key.equals("service.beta.openshift.io/inject-cabundle"));
  }

  private static Rule rule(String kind, String path, Treatment treatment, String reason) {
    return new Rule(kind, path(path), treatment, object -> true, reason);
  }

  private static Rule caBundle(String kind, String path) {
    return new Rule(
        kind,
        path(path),
        Treatment.IGNORED,
        AllowedDifferences::hasInjectedCa,
        "the target's own injector writes it");
  }

  /** Dots part fields, but not those of the key of an annotation or a label. */
  private static List<String> path(String text) {
    for (String map : List.of("annotations", "labels")) {
      String before = "metadata." + map + ".";
      if (text.startsWith(before)) {
        return List.of("metadata", map, text.substring(before.length()));
      }
    }
    return List.of(text.split("\\."));
  }
}
