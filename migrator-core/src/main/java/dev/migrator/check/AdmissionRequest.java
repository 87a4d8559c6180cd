package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * That something is created or changed at the target, by the move or by a controller for what was
 * moved.
 *
 * @param cluster whether it is in no namespace
 * @param labels each set that it may have
 * @param made whether somebody else makes it, who may give it more labels
 * @param namespaceLabels each set of labels that its namespace may have; none where nobody knows
 */
record AdmissionRequest(
    String group,
    String plural,
    boolean cluster,
    Set<Map<String, String>> labels,
    boolean made,
    Set<Map<String, String>> namespaceLabels) {

  /** Groups of which it is known what their objects make. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "",
          "apps",
          "batch",
          "autoscaling",
          "policy",
          "extensions",
          "networking.k8s.io",
          "rbac.authorization.k8s.io",
          "storage.k8s.io",
          "scheduling.k8s.io",
          "coordination.k8s.io",
          "discovery.k8s.io",
          "node.k8s.io",
          "flowcontrol.apiserver.k8s.io",
          "apiextensions.k8s.io",
          "apiregistration.k8s.io");

  private static final String VOLUMES = "persistentvolumes";

  /**
   * What controllers make for a kind beside Pods, in its namespace.
   *
   * <p>Source: <a href="https://kubernetes.io/docs/concepts/workloads/controllers/">Workload
   * Management</a>
   */
  private static final Map<String, List<String>> MADE =
      Map.of(
          "Deployment.apps", List.of("replicasets.apps"),
          "StatefulSet.apps", List.of("controllerrevisions.apps"),
          "DaemonSet.apps", List.of("controllerrevisions.apps"),
          "CronJob.batch", List.of("jobs.batch"),
          "Service", List.of("endpoints", "endpointslices.discovery.k8s.io"),
          "PersistentVolumeClaim", List.of(VOLUMES),
          "Namespace", List.of("configmaps", "serviceaccounts"));

  /**
   * Everything that is written for an object; empty where nobody knows what is made for it.
   *
   * @param object as it is at the source
   * @param body as it will be sent
   * @param namespaces the sets of labels that a namespace has, by its name
   */
  static Optional<List<AdmissionRequest>> of(
      Manifest object,
      Manifest body,
      ResourceType type,
      Map<String, Set<Map<String, String>>> namespaces) {
    if (!BUILT_IN.contains(body.ref().group())) {
      return Optional.empty();
    }
    boolean isNamespace = body.ref().groupKind().equals("Namespace");
    Set<Map<String, String>> around = new HashSet<>();
    for (Manifest form : List.of(object, body)) {
      around.addAll(
          namespaces.getOrDefault(isNamespace ? form.name() : form.namespace(), Set.of()));
    }
    List<AdmissionRequest> requests = new ArrayList<>();
    boolean cluster = !type.namespaced();
    requests.add(
        new AdmissionRequest(
            type.group(),
            type.plural(),
            cluster,
            Set.copyOf(List.of(object.labels(), body.labels())),
            false,
            cluster && !isNamespace ? Set.of() : around));
    for (String resource : MADE.getOrDefault(body.ref().groupKind(), List.of())) {
      requests.add(made(resource, Map.of(), around));
    }
    JsonNode template = template(body);
    if (!template.isMissingNode()) {
      requests.add(made("pods", labels(template), around));
    }
    withPods(body, template).forEach(resource -> requests.add(made(resource, Map.of(), around)));
    return Optional.of(requests);
  }

  private static AdmissionRequest made(
      String resource, Map<String, String> labels, Set<Map<String, String>> around) {
    String[] parts = resource.split("\\.", 2);
    boolean cluster = resource.equals(VOLUMES);
    return new AdmissionRequest(
        parts.length == 1 ? "" : parts[1],
        parts[0],
        cluster,
        Set.of(labels),
        true,
        cluster ? Set.of() : around);
  }

  /** Of the pods that the object makes, itself or by Jobs; missing when it makes none. */
  static JsonNode template(Manifest body) {
    return body.ref().groupKind().equals("CronJob.batch")
        ? body.at("spec", "jobTemplate", "spec", "template")
        : body.at("spec", "template");
  }

  /** Those that the pods get from the template. */
  static Map<String, String> labels(JsonNode template) {
    Map<String, String> labels = new HashMap<>();
    template
        .path("metadata")
        .path("labels")
        .properties()
        .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return labels;
  }

  /** What comes with Pods: the claims of templates and of ephemeral volumes, and of devices. */
  private static Set<String> withPods(Manifest body, JsonNode template) {
    Set<String> with = new TreeSet<>();
    JsonNode pod = body.ref().groupKind().equals("Pod") ? body.at("spec") : template.path("spec");
    boolean claims = !body.at("spec", "volumeClaimTemplates").isEmpty();
    for (JsonNode volume : pod.path("volumes")) {
      claims |= volume.has("ephemeral");
    }
    if (claims) {
      with.addAll(List.of("persistentvolumeclaims", VOLUMES));
    }
    if (!pod.path("resourceClaims").isEmpty()) {
      with.add("resourceclaims.resource.k8s.io");
    }
    return with;
  }

  /**
   * @param exactly asked of labels that are all
   * @param perhaps asked of labels to which others may come
   */
  boolean isOfLabels(
      Predicate<Map<String, String>> exactly, Predicate<Map<String, String>> perhaps) {
    return labels.stream().anyMatch(made ? perhaps : exactly);
  }

  /** Whether its namespace may be one of these; what is in none is never asked about. */
  boolean isOfNamespace(Predicate<Map<String, String>> these) {
    return namespaceLabels.isEmpty() || namespaceLabels.stream().anyMatch(these);
  }
}
