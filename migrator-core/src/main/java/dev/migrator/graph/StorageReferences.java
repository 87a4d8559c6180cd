package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;

/** What claims and volumes need. */
final class StorageReferences {

  private StorageReferences() {}

  static void claim(References.Collector found, Manifest claim) {
    found.cluster(
        "storage.k8s.io",
        "StorageClass",
        claim.at("spec", "storageClassName"),
        "spec.storageClassName",
        Strength.SOFT);
    found.cluster(
        "", "PersistentVolume", claim.at("spec", "volumeName"), "spec.volumeName", Strength.SOFT);
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
          "controllerExpandSecretRef"
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
