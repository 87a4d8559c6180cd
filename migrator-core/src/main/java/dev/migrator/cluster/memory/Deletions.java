package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.util.Optional;

/**
 * How objects go: under preconditions, and not before their finalizers and their grace are over.
 *
 * <p>Source: kubernetes {@code staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go}
 */
final class Deletions {

  private final ApiServer api;

  Deletions(ApiServer api) {
    this.api = api;
  }

  /**
   * Deletes the object under preconditions.
   *
   * @return the object while it terminates
   */
  Optional<Manifest> delete(Key key, Deletion deletion) {
    Manifest before = api.storage().get(key).orElseThrow(() -> Answers.notFound(key));
    if (!deletion.uid().isEmpty() && !deletion.uid().equals(before.uid())) {
      throw Answers.conflict(
          key,
          "Precondition failed: UID in precondition: "
              + deletion.uid()
              + ", UID in object meta: "
              + before.uid());
    }
    if (!deletion.resourceVersion().isEmpty()
        && !deletion.resourceVersion().equals(before.resourceVersion())) {
      throw Answers.conflict(
          key,
          "Precondition failed: ResourceVersion in precondition: "
              + deletion.resourceVersion()
              + ", ResourceVersion in object meta: "
              + before.resourceVersion());
    }
    boolean pod = key.type().equals("Pod");
    if (pod && before.isBeingDeleted()) {
      return Optional.of(before);
    }
    ObjectNode after = before.copyTree();
    Finalizers.forPropagation(after, deletion.propagation());
    int grace = pod ? gracePeriod(before) : 0;
    boolean waits =
        !Finalizers.of(after).isEmpty()
            || grace > 0
            || !after.path("spec").path("finalizers").isEmpty();
    if (!waits) {
      api.storage().remove(key);
      return Optional.empty();
    }
    ObjectNode metadata = Fill.object(after, "metadata");
    if (!before.isBeingDeleted()) {
      metadata.put("deletionTimestamp", ApiServer.at(api.clock().now().plusSeconds(grace)));
      metadata.put("deletionGracePeriodSeconds", grace);
      if (metadata.has("generation")) {
        metadata.put("generation", metadata.path("generation").asInt() + 1);
      }
      if (key.type().equals("Namespace")) {
        Fill.object(after, "status").put("phase", "Terminating");
      }
    }
    return Optional.of(after.equals(before.tree()) ? before : api.storage().put(key, after));
  }

  /** The end of a pod's grace: it goes, unless a finalizer holds it. */
  void deleteNow(Key key) {
    Optional<Manifest> before = api.storage().get(key);
    if (before.isEmpty()) {
      return;
    }
    if (Finalizers.of(before.get().tree()).isEmpty()) {
      api.storage().remove(key);
      return;
    }
    api.edit(
        key,
        tree -> {
          ObjectNode metadata = Fill.object(tree, "metadata");
          Fill.text(metadata, "deletionTimestamp", api.timestamp());
          metadata.put("deletionGracePeriodSeconds", 0);
        });
  }

  private static int gracePeriod(Manifest pod) {
    String phase = pod.at("status", "phase").asText();
    boolean over = phase.equals("Succeeded") || phase.equals("Failed");
    return over || !pod.has("spec", "nodeName")
        ? 0
        : pod.at("spec", "terminationGracePeriodSeconds").asInt(30);
  }
}
