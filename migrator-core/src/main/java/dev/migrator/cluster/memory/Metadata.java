package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.util.Set;

/** The rules for metadata: what identifies an object, and what counts its changes. */
final class Metadata {

  private static final Set<String> WITHOUT_GENERATION =
      Set.of(
          "ConfigMap",
          "Secret",
          "Service",
          "ServiceAccount",
          "Namespace",
          "Node",
          "Endpoints",
          "Event",
          "LimitRange",
          "PersistentVolume",
          "PersistentVolumeClaim",
          "ResourceQuota",
          "PodTemplate");

  private Metadata() {}

  /** Holds a change to its preconditions, and puts back what no client may set. */
  static void keepIdentity(Key key, Manifest before, ObjectNode after) {
    ObjectNode metadata = Fill.object(after, "metadata");
    String revision = metadata.path("resourceVersion").asText();
    if (!revision.isEmpty() && !revision.equals(before.resourceVersion())) {
      throw Answers.changedMeanwhile(key);
    }
    String uid = metadata.path("uid").asText();
    if (!uid.isEmpty() && !uid.equals(before.uid())) {
      throw Answers.conflict(
          key,
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + before.uid());
    }
    if (!metadata.path("name").asText().equals(before.name())
        || !metadata.path("namespace").asText().equals(before.namespace())
        || !after.path("kind").asText().equals(before.kind())) {
      throw Answers.badRequest(key, "the name of the object does not match the name on the URL");
    }
    if (before.isBeingDeleted()) {
      Set<String> had = Finalizers.of(before.tree());
      if (!had.containsAll(Finalizers.of(after))) {
        throw Answers.invalid(
            key,
            "metadata.finalizers",
            "Forbidden: no new finalizers can be added if the object is being deleted");
      }
    }
    for (String field :
        new String[] {
          "uid",
          "resourceVersion",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation"
        }) {
      metadata.remove(field);
      if (before.has("metadata", field)) {
        metadata.set(field, before.at("metadata", field));
      }
    }
  }

  static boolean hasGeneration(Key key, ObjectNode tree) {
    return !WITHOUT_GENERATION.contains(key.type())
        && !key.group().equals("rbac.authorization.k8s.io")
        && (tree.has("spec") || tree.has("webhooks"));
  }

  static boolean definitionChanged(Manifest before, ObjectNode after) {
    for (String field : after.properties().stream().map(e -> e.getKey()).toList()) {
      if (!field.equals("metadata")
          && !field.equals("status")
          && !before.at(field).equals(after.path(field))) {
        return true;
      }
    }
    return before.tree().properties().stream()
        .anyMatch(
            field ->
                !after.has(field.getKey())
                    && !field.getKey().equals("status")
                    && !field.getKey().equals("metadata"));
  }

  /** Empty maps and lists of metadata are not kept by a server. */
  static void dropEmpty(ObjectNode tree) {
    ObjectNode metadata = Fill.object(tree, "metadata");
    for (String field : new String[] {"labels", "annotations", "finalizers", "ownerReferences"}) {
      if (metadata.has(field) && metadata.path(field).isEmpty()) {
        metadata.remove(field);
      }
    }
  }
}
