package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What the API server fills into the definitions of built-in kinds.
 *
 * <p>Source: kubernetes {@code pkg/apis/*}{@code /v1/defaults.go} and the strategies in {@code
 * pkg/registry}
 */
final class Defaults {

  private Defaults() {}

  /** Fills the tree in place; done twice it changes nothing more. */
  static void apply(Key key, ObjectNode tree) {
    switch (key.type()) {
      case "Pod" -> {
        PodDefaults.spec(Fill.object(tree, "spec"));
        PodDefaults.pod(Fill.object(tree, "spec"));
      }
      case "PodTemplate" -> PodDefaults.template(tree);
      case "Deployment.apps",
          "ReplicaSet.apps",
          "StatefulSet.apps",
          "DaemonSet.apps",
          "ReplicationController",
          "Job.batch",
          "CronJob.batch" ->
          WorkloadDefaults.apply(key, tree);
      case "Service" -> service(Fill.object(tree, "spec"));
      case "Endpoints" -> {
        for (ObjectNode subset : Fill.each(tree.path("subsets"))) {
          Fill.each(subset.path("ports")).forEach(port -> Fill.text(port, "protocol", "TCP"));
        }
      }
      case "EndpointSlice.discovery.k8s.io" -> {
        for (ObjectNode port : Fill.each(tree.path("ports"))) {
          Fill.text(port, "name", "");
          Fill.text(port, "protocol", "TCP");
        }
      }
      case "Secret" -> secret(tree);
      case "Namespace" -> namespace(key, tree);
      case "PersistentVolumeClaim" -> claim(Fill.object(tree, "spec"));
      case "PersistentVolume" -> {
        ObjectNode spec = Fill.object(tree, "spec");
        Fill.text(spec, "persistentVolumeReclaimPolicy", "Retain");
        Fill.text(spec, "volumeMode", "Filesystem");
        Quantities.canonicalise(spec.path("capacity"));
      }
      case "StorageClass.storage.k8s.io" -> {
        Fill.text(tree, "reclaimPolicy", "Delete");
        Fill.text(tree, "volumeBindingMode", "Immediate");
      }
      case "PriorityClass.scheduling.k8s.io" ->
          Fill.text(tree, "preemptionPolicy", "PreemptLowerPriority");
      case "ResourceQuota" -> Quantities.canonicalise(tree.path("spec").path("hard"));
      case "LimitRange" -> {
        for (ObjectNode limit : Fill.each(tree.path("spec").path("limits"))) {
          limit.forEach(Quantities::canonicalise);
        }
      }
      case "RoleBinding.rbac.authorization.k8s.io",
          "ClusterRoleBinding.rbac.authorization.k8s.io" ->
          binding(tree);
      case "NetworkPolicy.networking.k8s.io" -> {
        ObjectNode spec = Fill.object(tree, "spec");
        Fill.object(spec, "podSelector");
        if (!spec.has("policyTypes")) {
          if (spec.has("egress")) {
            Fill.texts(spec, "policyTypes", "Ingress", "Egress");
          } else {
            Fill.texts(spec, "policyTypes", "Ingress");
          }
        }
      }
      case "HorizontalPodAutoscaler.autoscaling" -> {
        ObjectNode spec = Fill.object(tree, "spec");
        Fill.number(spec, "minReplicas", 1);
        if (!spec.has("metrics")) {
          spec.set(
              "metrics",
              Fill.parse(
                  """
                  [{"type": "Resource", "resource":
                    {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]
                  """));
        }
      }
      case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
          "MutatingWebhookConfiguration.admissionregistration.k8s.io" ->
          Fill.each(tree.path("webhooks")).forEach(hook -> webhook(key, hook));
      case "CustomResourceDefinition.apiextensions.k8s.io" -> definition(Fill.object(tree, "spec"));
      case "APIService.apiregistration.k8s.io" -> {
        if (tree.path("spec").path("service") instanceof ObjectNode service) {
          Fill.number(service, "port", 443);
        }
      }
      default -> {}
    }
  }

  private static void service(ObjectNode spec) {
    Fill.text(spec, "type", "ClusterIP");
    Fill.text(spec, "sessionAffinity", "None");
    if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
      Fill.number(
          Fill.object(Fill.object(spec, "sessionAffinityConfig"), "clientIP"),
          "timeoutSeconds",
          10800);
    }
    for (ObjectNode port : Fill.each(spec.path("ports"))) {
      Fill.text(port, "protocol", "TCP");
      if (!port.has("targetPort")) {
        port.set("targetPort", port.path("port"));
      }
    }
    String type = spec.path("type").asText();
    if (!type.equals("ExternalName")) {
      Fill.text(spec, "internalTrafficPolicy", "Cluster");
    }
    if (type.equals("NodePort") || type.equals("LoadBalancer")) {
      Fill.text(spec, "externalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer")) {
      Fill.flag(spec, "allocateLoadBalancerNodePorts", true);
    }
  }

  private static void secret(ObjectNode tree) {
    Fill.text(tree, "type", "Opaque");
    JsonNode texts = tree.remove("stringData");
    if (texts != null) {
      ObjectNode data = Fill.object(tree, "data");
      texts
          .properties()
          .forEach(
              text ->
                  data.put(
                      text.getKey(),
                      Base64.getEncoder()
                          .encodeToString(
                              text.getValue().asText().getBytes(StandardCharsets.UTF_8))));
    }
  }

  private static void namespace(Key key, ObjectNode tree) {
    Fill.object(Fill.object(tree, "metadata"), "labels")
        .put("kubernetes.io/metadata.name", key.name());
    Fill.texts(Fill.object(tree, "spec"), "finalizers", "kubernetes");
  }

  private static void claim(ObjectNode spec) {
    Fill.text(spec, "volumeMode", "Filesystem");
    Quantities.canonicalise(spec.path("resources").path("requests"));
    if (spec.has("dataSource") && !spec.has("dataSourceRef")) {
      spec.set("dataSourceRef", spec.path("dataSource").deepCopy());
    }
  }

  private static void binding(ObjectNode tree) {
    Fill.text(Fill.object(tree, "roleRef"), "apiGroup", "rbac.authorization.k8s.io");
    for (ObjectNode subject : Fill.each(tree.path("subjects"))) {
      if (!subject.path("kind").asText().equals("ServiceAccount")) {
        Fill.text(subject, "apiGroup", "rbac.authorization.k8s.io");
      }
    }
  }

  private static void webhook(Key key, ObjectNode hook) {
    Fill.text(hook, "failurePolicy", "Fail");
    Fill.text(hook, "matchPolicy", "Equivalent");
    Fill.number(hook, "timeoutSeconds", 10);
    Fill.object(hook, "namespaceSelector");
    Fill.object(hook, "objectSelector");
    if (key.kind().startsWith("Mutating")) {
      Fill.text(hook, "reinvocationPolicy", "Never");
    }
    Fill.each(hook.path("rules")).forEach(rule -> Fill.text(rule, "scope", "*"));
    if (hook.path("clientConfig").path("service") instanceof ObjectNode service) {
      Fill.number(service, "port", 443);
    }
  }

  private static void definition(ObjectNode spec) {
    ObjectNode names = Fill.object(spec, "names");
    String kind = names.path("kind").asText();
    Fill.text(names, "singular", kind.toLowerCase(java.util.Locale.ROOT));
    Fill.text(names, "listKind", kind + "List");
    Fill.text(Fill.object(spec, "conversion"), "strategy", "None");
  }
}
