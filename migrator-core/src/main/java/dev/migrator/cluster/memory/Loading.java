package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Comparator;
import java.util.List;

/** Puts objects in as if they had been there before the simulation began. */
final class Loading {

  private final ApiServer api;

  Loading(ApiServer api) {
    this.api = api;
  }

  void load(List<Manifest> objects) {
    objects.stream().sorted(Comparator.comparingInt(Loading::turn)).forEach(this::one);
  }

  private static int turn(Manifest object) {
    return switch (object.kind()) {
      case "CustomResourceDefinition" -> 0;
      case "Namespace" -> 1;
      case "PriorityClass", "RuntimeClass", "StorageClass", "IngressClass" -> 2;
      case "ServiceAccount", "ConfigMap", "Secret" -> 3;
      case "Pod", "Job" -> 5;
      default -> 4;
    };
  }

  private void one(Manifest object) {
    if (!object.namespace().isEmpty()) {
      namespace(object.namespace());
    }
    Key key = Key.of(object.ref());
    if (api.storage().get(key).isPresent()) {
      // The namespaces and their default objects are made by the cluster itself.
      api.edit(key, tree -> given(tree, object));
      return;
    }
    if (object.kind().equals("Pod")) {
      serviceAccount(object);
    }
    String uid = object.uid().isEmpty() ? api.uids().next() : object.uid();
    api.create(object.edit(Loading::strip), true, uid);
    api.edit(key, tree -> given(tree, object));
    if (object.kind().equals("CustomResourceDefinition")) {
      CustomKinds.establish(api, key);
    }
  }

  private void namespace(String name) {
    Key key = new Key("Namespace", "", name);
    if (api.storage().get(key).isEmpty()) {
      api.create(
          Manifest.of(
              (ObjectNode)
                  Json.parse(
                      """
                      {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
                      """
                          .formatted(name))),
          true);
    }
    if (api.storage().get(new Key("ServiceAccount", name, "default")).isEmpty()) {
      Namespaces.furnish(api, name);
    }
  }

  /** Pods of a dump name service accounts that a test did not care to give. */
  private void serviceAccount(Manifest pod) {
    String name = pod.text("spec", "serviceAccountName").orElse("default");
    if (api.storage().get(new Key("ServiceAccount", pod.namespace(), name)).isEmpty()) {
      api.create(
          Manifest.of(
              (ObjectNode)
                  Json.parse(
                      """
                      {"apiVersion": "v1", "kind": "ServiceAccount",
                       "metadata": {"name": "%s", "namespace": "%s"}}
                      """
                          .formatted(name, pod.namespace()))),
          true);
    }
  }

  private static void given(ObjectNode tree, Manifest given) {
    ObjectNode metadata = Fill.object(tree, "metadata");
    for (String field : new String[] {"labels", "annotations"}) {
      if (given.has("metadata", field)) {
        Fill.object(metadata, field).setAll((ObjectNode) given.at("metadata", field).deepCopy());
      }
    }
    for (String field :
        new String[] {
          "creationTimestamp",
          "managedFields",
          "ownerReferences",
          "finalizers",
          "generateName",
          "generation",
          "deletionTimestamp",
          "deletionGracePeriodSeconds"
        }) {
      if (given.has("metadata", field)) {
        metadata.set(field, given.at("metadata", field).deepCopy());
      }
    }
    if (given.has("status")) {
      tree.set("status", given.at("status").deepCopy());
    }
  }

  private static void strip(ObjectNode tree) {
    ObjectNode metadata = Fill.object(tree, "metadata");
    metadata.remove("resourceVersion");
    if (tree.path("kind").asText().equals("Service")) {
      ObjectNode spec = Fill.object(tree, "spec");
      // Addresses of another cluster's range.
      if (!spec.path("clusterIP").asText().equals("None")) {
        spec.remove("clusterIP");
        spec.remove("clusterIPs");
      }
    }
    if (tree.path("kind").asText().equals("Job")
        && !tree.path("spec").path("manualSelector").asBoolean()) {
      ObjectNode spec = Fill.object(tree, "spec");
      spec.remove("selector");
      if (spec.path("template").path("metadata").path("labels") instanceof ObjectNode labels) {
        labels.remove(List.of("controller-uid", "batch.kubernetes.io/controller-uid"));
      }
    }
  }
}
