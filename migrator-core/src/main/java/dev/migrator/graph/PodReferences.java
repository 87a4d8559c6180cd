package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;

/**
 * What a pod specification needs: of a Pod, or of the template of any workload.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volumes/">Volumes</a>
 */
final class PodReferences {

  private PodReferences() {}

  static void collect(References.Collector found, JsonNode spec, String field) {
    String account = spec.path("serviceAccountName").asText("");
    if (!account.isEmpty() && !account.equals("default")) {
      found.hard("", "ServiceAccount", account, field + ".serviceAccountName");
    }
    found.cluster(
        "scheduling.k8s.io",
        "PriorityClass",
        spec.path("priorityClassName"),
        field + ".priorityClassName");
    found.cluster(
        "node.k8s.io", "RuntimeClass", spec.path("runtimeClassName"), field + ".runtimeClassName");
    for (JsonNode secret : spec.path("imagePullSecrets")) {
      found.soft("", "Secret", secret.path("name"), field + ".imagePullSecrets[].name");
    }
    for (JsonNode claim : spec.path("resourceClaims")) {
      found.soft(
          "resource.k8s.io",
          "ResourceClaim",
          claim.path("resourceClaimName"),
          field + ".resourceClaims[].resourceClaimName");
      found.soft(
          "resource.k8s.io",
          "ResourceClaimTemplate",
          claim.path("resourceClaimTemplateName"),
          field + ".resourceClaims[].resourceClaimTemplateName");
    }
    for (JsonNode volume : spec.path("volumes")) {
      volume(found, volume, field + ".volumes[]");
    }
    for (String kind : new String[] {"initContainers", "containers"}) {
      for (JsonNode container : spec.path(kind)) {
        container(found, container, field + "." + kind + "[]");
      }
    }
  }

  private static void volume(References.Collector found, JsonNode volume, String field) {
    required(found, "ConfigMap", volume.path("configMap"), "name", field + ".configMap.name");
    required(found, "Secret", volume.path("secret"), "secretName", field + ".secret.secretName");
    found.soft(
        "",
        "PersistentVolumeClaim",
        volume.path("persistentVolumeClaim").path("claimName"),
        field + ".persistentVolumeClaim.claimName");
    found.soft(
        "",
        "Secret",
        volume.path("csi").path("nodePublishSecretRef").path("name"),
        field + ".csi.nodePublishSecretRef.name");
    found.cluster(
        "storage.k8s.io",
        "StorageClass",
        volume.path("ephemeral").path("volumeClaimTemplate").path("spec").path("storageClassName"),
        field + ".ephemeral.volumeClaimTemplate.spec.storageClassName",
        Strength.SOFT);
    for (JsonNode source : volume.path("projected").path("sources")) {
      required(
          found,
          "ConfigMap",
          source.path("configMap"),
          "name",
          field + ".projected.sources[].configMap.name");
      required(
          found,
          "Secret",
          source.path("secret"),
          "name",
          field + ".projected.sources[].secret.name");
    }
  }

  private static void container(References.Collector found, JsonNode container, String field) {
    for (JsonNode variable : container.path("env")) {
      JsonNode from = variable.path("valueFrom");
      required(
          found,
          "ConfigMap",
          from.path("configMapKeyRef"),
          "name",
          field + ".env[].valueFrom.configMapKeyRef.name");
      required(
          found,
          "Secret",
          from.path("secretKeyRef"),
          "name",
          field + ".env[].valueFrom.secretKeyRef.name");
    }
    for (JsonNode from : container.path("envFrom")) {
      required(
          found,
          "ConfigMap",
          from.path("configMapRef"),
          "name",
          field + ".envFrom[].configMapRef.name");
      required(
          found, "Secret", from.path("secretRef"), "name", field + ".envFrom[].secretRef.name");
    }
  }

  /** An optional reference may be absent for ever: it orders nothing and misses nothing. */
  private static void required(
      References.Collector found, String kind, JsonNode source, String name, String field) {
    if (!source.path("optional").asBoolean(false)) {
      String target = source.path(name).asText("");
      if (!target.isEmpty()) {
        found.add(
            new Reference.ToObject(
                ObjectRef.core(kind, found.namespace(), target),
                Strength.SOFT,
                Condition.APPLIED,
                field));
      }
    }
  }
}
