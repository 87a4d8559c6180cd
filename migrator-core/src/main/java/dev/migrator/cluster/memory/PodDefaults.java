package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the API server fills into pod specs, in Pods and in templates.
 *
 * <p>Source: kubernetes {@code pkg/apis/core/v1/defaults.go}
 */
final class PodDefaults {

  private PodDefaults() {}

  static void template(ObjectNode owner) {
    ObjectNode template = Fill.object(owner, "template");
    Fill.object(template, "metadata");
    spec(Fill.object(template, "spec"));
  }

  static void spec(ObjectNode spec) {
    Fill.text(spec, "restartPolicy", "Always");
    Fill.text(spec, "dnsPolicy", "ClusterFirst");
    Fill.number(spec, "terminationGracePeriodSeconds", 30);
    Fill.text(spec, "schedulerName", "default-scheduler");
    Fill.object(spec, "securityContext");
    if (spec.has("serviceAccountName")) {
      spec.set("serviceAccount", spec.path("serviceAccountName"));
    } else if (spec.has("serviceAccount")) {
      spec.set("serviceAccountName", spec.path("serviceAccount"));
    }
    Fill.each(spec.path("initContainers")).forEach(PodDefaults::container);
    Fill.each(spec.path("containers")).forEach(PodDefaults::container);
    Fill.each(spec.path("volumes")).forEach(PodDefaults::volume);
  }

  /** What a Pod gets and a template does not. */
  static void pod(ObjectNode spec) {
    Fill.flag(spec, "enableServiceLinks", true);
    for (ObjectNode container : Fill.each(spec.path("containers"))) {
      ObjectNode resources = Fill.object(container, "resources");
      if (resources.path("limits") instanceof ObjectNode limits && !limits.isEmpty()) {
        ObjectNode requests = Fill.object(resources, "requests");
        limits
            .properties()
            .forEach(limit -> requests.putIfAbsent(limit.getKey(), limit.getValue()));
      }
    }
  }

  private static void container(ObjectNode container) {
    Fill.text(container, "terminationMessagePath", "/dev/termination-log");
    Fill.text(container, "terminationMessagePolicy", "File");
    Fill.text(container, "imagePullPolicy", pullPolicy(container.path("image").asText()));
    ObjectNode resources = Fill.object(container, "resources");
    Quantities.canonicalise(resources.path("limits"));
    Quantities.canonicalise(resources.path("requests"));
    Fill.each(container.path("ports")).forEach(port -> Fill.text(port, "protocol", "TCP"));
    for (ObjectNode variable : Fill.each(container.path("env"))) {
      if (variable.path("valueFrom").path("fieldRef") instanceof ObjectNode field) {
        Fill.text(field, "apiVersion", "v1");
      }
      if (variable.path("valueFrom").path("resourceFieldRef") instanceof ObjectNode field) {
        Fill.text(field, "divisor", "0");
      }
    }
    for (String probe : new String[] {"livenessProbe", "readinessProbe", "startupProbe"}) {
      if (container.path(probe) instanceof ObjectNode node) {
        probe(node);
      }
    }
  }

  private static String pullPolicy(String image) {
    int tag = image.lastIndexOf(':');
    boolean tagged = tag > image.lastIndexOf('/') || image.contains("@");
    return !tagged || image.endsWith(":latest") ? "Always" : "IfNotPresent";
  }

  private static void probe(ObjectNode probe) {
    Fill.number(probe, "timeoutSeconds", 1);
    Fill.number(probe, "periodSeconds", 10);
    Fill.number(probe, "successThreshold", 1);
    Fill.number(probe, "failureThreshold", 3);
    if (probe.path("httpGet") instanceof ObjectNode get) {
      Fill.text(get, "path", "/");
      Fill.text(get, "scheme", "HTTP");
    }
    if (probe.path("grpc") instanceof ObjectNode grpc) {
      Fill.text(grpc, "service", "");
    }
  }

  private static void volume(ObjectNode volume) {
    for (String source : new String[] {"configMap", "secret", "projected", "downwardAPI"}) {
      if (volume.path(source) instanceof ObjectNode node) {
        Fill.number(node, "defaultMode", 420);
      }
    }
    if (volume.path("hostPath") instanceof ObjectNode hostPath) {
      Fill.text(hostPath, "type", "");
    }
    if (volume.path("emptyDir") instanceof ObjectNode emptyDir && emptyDir.has("sizeLimit")) {
      emptyDir.put("sizeLimit", Quantities.canonical(emptyDir.path("sizeLimit").asText()));
    }
    if (volume.size() == 1) {
      volume.putObject("emptyDir");
    }
    for (ObjectNode source : Fill.each(volume.path("projected").path("sources"))) {
      if (source.path("serviceAccountToken") instanceof ObjectNode token) {
        Fill.number(token, "expirationSeconds", 3600);
      }
      for (ObjectNode item : Fill.each(source.path("downwardAPI").path("items"))) {
        if (item.path("fieldRef") instanceof ObjectNode field) {
          Fill.text(field, "apiVersion", "v1");
        }
      }
    }
    if (volume.path("ephemeral").path("volumeClaimTemplate") instanceof ObjectNode claim) {
      Fill.text(Fill.object(claim, "spec"), "volumeMode", "Filesystem");
    }
  }
}
