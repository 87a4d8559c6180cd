package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Map;

/**
 * Conversion between the version in which a kind is stored and the versions in which it is served.
 *
 * <p>Source: kubernetes {@code pkg/apis/*}{@code /v1beta1/conversion.go}
 */
final class VersionConversion {

  /** The version of storage, where old groups or old shapes are served too. */
  private static final Map<String, String> HUBS =
      Map.ofEntries(
          Map.entry("Ingress.networking.k8s.io", "networking.k8s.io/v1"),
          Map.entry("NetworkPolicy.networking.k8s.io", "networking.k8s.io/v1"),
          Map.entry("Deployment.apps", "apps/v1"),
          Map.entry("DaemonSet.apps", "apps/v1"),
          Map.entry("ReplicaSet.apps", "apps/v1"),
          Map.entry("StatefulSet.apps", "apps/v1"),
          Map.entry("CronJob.batch", "batch/v1"),
          Map.entry("PodDisruptionBudget.policy", "policy/v1"),
          Map.entry("HorizontalPodAutoscaler.autoscaling", "autoscaling/v2"),
          Map.entry("CustomResourceDefinition.apiextensions.k8s.io", "apiextensions.k8s.io/v1"),
          Map.entry("Event", "v1"));

  private VersionConversion() {}

  static String hub(Types types, Key key) {
    String hub = HUBS.get(key.type());
    if (hub != null) {
      return hub;
    }
    return types.of(key.type()).orElseThrow(() -> Answers.notServed(key.type())).apiVersion();
  }

  /** The tree in the stored version; changes the tree. */
  static void toHub(ObjectNode tree, String hub) {
    String from = tree.path("apiVersion").asText();
    if (from.equals(hub)) {
      return;
    }
    tree.put("apiVersion", hub);
    switch (tree.path("kind").asText()) {
      case "Ingress" -> {
        if (from.endsWith("v1beta1")) {
          ingressToV1(Fill.object(tree, "spec"));
        }
      }
      case "PodDisruptionBudget" -> {
        if (from.endsWith("v1beta1")
            && tree.path("spec").path("selector").isObject()
            && tree.path("spec").path("selector").isEmpty()) {
          // Empty selected nothing in v1beta1, as absent does in v1.
          Fill.object(tree, "spec").remove("selector");
        }
      }
      case "Deployment", "DaemonSet", "ReplicaSet", "StatefulSet" -> {
        if (from.contains("beta")) {
          workloadToV1(Fill.object(tree, "spec"));
        }
      }
      case "HorizontalPodAutoscaler" -> {
        if (from.endsWith("/v1")) {
          scalerFromV1(Fill.object(tree, "spec"));
        }
      }
      default -> {}
    }
  }

  /** The stored object in the asked version. */
  static Manifest toVersion(Manifest stored, String apiVersion) {
    if (stored.apiVersion().equals(apiVersion)) {
      return stored;
    }
    ObjectNode tree = stored.copyTree();
    tree.put("apiVersion", apiVersion);
    switch (stored.kind()) {
      case "Ingress" -> {
        if (apiVersion.endsWith("v1beta1")) {
          ingressToBeta(Fill.object(tree, "spec"));
        }
      }
      case "PodDisruptionBudget" -> {
        if (apiVersion.endsWith("v1beta1") && !stored.has("spec", "selector")) {
          Fill.object(Fill.object(tree, "spec"), "selector");
        }
      }
      case "HorizontalPodAutoscaler" -> {
        if (apiVersion.endsWith("/v1")) {
          scalerToV1(Fill.object(tree, "spec"));
        }
      }
      default -> {}
    }
    return Manifest.of(tree);
  }

  /** Old versions took the selector from the template where none was given. */
  private static void workloadToV1(ObjectNode spec) {
    JsonNode labels = spec.path("template").path("metadata").path("labels");
    if (!spec.has("selector") && labels.isObject()) {
      Fill.object(spec, "selector").set("matchLabels", labels.deepCopy());
    }
    spec.remove("rollbackTo");
    spec.remove("templateGeneration");
  }

  private static void ingressToV1(ObjectNode spec) {
    if (spec.remove("backend") instanceof ObjectNode backend) {
      spec.set("defaultBackend", backendToV1(backend));
    }
    for (ObjectNode rule : Fill.each(spec.path("rules"))) {
      for (ObjectNode path : Fill.each(rule.path("http").path("paths"))) {
        Fill.text(path, "pathType", "ImplementationSpecific");
        if (path.path("backend") instanceof ObjectNode backend) {
          path.set("backend", backendToV1(backend));
        }
      }
    }
  }

  private static JsonNode backendToV1(ObjectNode old) {
    if (!old.has("serviceName")) {
      return old;
    }
    ObjectNode backend = Json.object();
    ObjectNode service = backend.putObject("service");
    service.set("name", old.path("serviceName"));
    JsonNode port = old.path("servicePort");
    service.putObject("port").set(port.isNumber() ? "number" : "name", port);
    return backend;
  }

  private static void ingressToBeta(ObjectNode spec) {
    if (spec.remove("defaultBackend") instanceof ObjectNode backend) {
      spec.set("backend", backendToBeta(backend));
    }
    for (ObjectNode rule : Fill.each(spec.path("rules"))) {
      for (ObjectNode path : Fill.each(rule.path("http").path("paths"))) {
        if (path.path("backend") instanceof ObjectNode backend) {
          path.set("backend", backendToBeta(backend));
        }
      }
    }
  }

  private static JsonNode backendToBeta(ObjectNode backend) {
    JsonNode service = backend.path("service");
    if (service.isMissingNode()) {
      return backend;
    }
    ObjectNode old = Json.object();
    old.set("serviceName", service.path("name"));
    JsonNode port = service.path("port");
    old.set("servicePort", port.has("number") ? port.path("number") : port.path("name"));
    return old;
  }

  private static void scalerFromV1(ObjectNode spec) {
    JsonNode percent = spec.remove("targetCPUUtilizationPercentage");
    if (percent != null) {
      ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
      ObjectNode target = metric.putObject("resource").put("name", "cpu").putObject("target");
      target.put("type", "Utilization").set("averageUtilization", percent);
    }
  }

  private static void scalerToV1(ObjectNode spec) {
    JsonNode percent =
        spec.path("metrics").path(0).path("resource").path("target").path("averageUtilization");
    if (!percent.isMissingNode()) {
      spec.remove("metrics");
      spec.set("targetCPUUtilizationPercentage", percent);
    }
  }
}
