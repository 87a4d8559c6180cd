package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;

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
      // The token of a bare Pod does not travel.
      String secret = volume.path("secret").path("secretName").asText();
      if (!AccessReferences.isGenerated(account.isEmpty() ? "default" : account, secret)) {
        volume(found, volume, field + ".volumes[]");
      }
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

  /** An optional reference may be absent for ever: it is not missed. */
  private static void required(
      References.Collector found, String kind, JsonNode source, String name, String field) {
    boolean optional = source.path("optional").asBoolean(false);
    found.add(
        "",
        kind,
        found.namespace(),
        source.path(name).asText(""),
        optional ? Strength.WEAK : Strength.SOFT,
        field);
  }
}
