package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;

/**
 * What claims and volumes need. A volume that is reserved for a claim comes before it, so that no
 * other volume is provisioned: its claimRef is not a dependency.
 */
final class StorageReferences {

  private StorageReferences() {}

  static void claim(References.Collector found, Manifest claim) {
    found.cluster(
        "storage.k8s.io",
        "StorageClass",
        claim.at("spec", "storageClassName"),
        "spec.storageClassName",
        Strength.SOFT);
    // The name of the volume does not travel: a provisioned one is not missed.
    found.weak("", "PersistentVolume", "", claim.at("spec", "volumeName"), "spec.volumeName");
    JsonNode source = claim.at("spec", "dataSourceRef");
    found.weak(
        source.path("apiGroup").asText(""),
        source.path("kind").asText(""),
        source.path("namespace").asText(found.namespace()),
        source.path("name"),
        "spec.dataSourceRef");
  }

  static void volume(References.Collector found, Manifest volume) {
    found.cluster(
        "storage.k8s.io",
        "StorageClass",
        volume.at("spec", "storageClassName"),
        "spec.storageClassName",
        Strength.SOFT);
    for (String field :
        new String[] {
          "controllerPublishSecretRef",
          "nodeStageSecretRef",
          "nodePublishSecretRef",
          "controllerExpandSecretRef",
          "nodeExpandSecretRef"
        }) {
      JsonNode secret = volume.at("spec", "csi", field);
      found.add(
          "",
          "Secret",
          secret.path("namespace").asText(""),
          secret.path("name").asText(""),
          Strength.SOFT,
          "spec.csi." + field);
    }
  }
}
