package dev.migrator.cluster.memory;

import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Furnishes namespaces with what every one has, some time after their birth, and empties them when
 * they are deleted.
 */
final class Namespaces implements Controller {

  private final ApiServer api;

  Namespaces(ApiServer api) {
    this.api = api;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    if (object.kind().equals("Namespace")) {
      return List.of(Key.of(object.ref()));
    }
    boolean furniture = object.name().equals("default") || object.name().equals("kube-root-ca.crt");
    return change.after().isEmpty()
            && !object.namespace().isEmpty()
            && (furniture || isTerminating(object.namespace()))
        ? List.of(new Key("Namespace", "", object.namespace()))
        : List.of();
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> namespace = api.storage().get(key);
    if (namespace.isEmpty()) {
      return;
    }
    if (!namespace.get().isBeingDeleted()) {
      furnish(api, key.name());
      return;
    }
    boolean empty = true;
    for (String type : List.copyOf(api.storage().typeNames())) {
      for (Manifest object : api.storage().in(type, key.name())) {
        if (!object.isBeingDeleted()) {
          api.delete(
              Key.of(object.ref()),
              new Deletion(object.uid(), "", Deletion.Propagation.BACKGROUND));
        }
      }
      empty &= api.storage().in(type, key.name()).isEmpty();
    }
    if (empty) {
      api.edit(key, tree -> Fill.object(tree, "spec").putArray("finalizers"));
    }
  }

  /** Gives the namespace its service account and certificate. */
  static void furnish(ApiServer api, String namespace) {
    if (api.storage().get(new Key("ServiceAccount", namespace, "default")).isEmpty()) {
      api.create(
          Manifest.parse(
              """
              {"apiVersion": "v1", "kind": "ServiceAccount",
               "metadata": {"name": "default", "namespace": "%s"}}
              """
                  .formatted(namespace)),
          true);
    }
    if (api.storage().get(new Key("ConfigMap", namespace, "kube-root-ca.crt")).isEmpty()) {
      api.create(
          Manifest.parse(
              """
              {"apiVersion": "v1", "kind": "ConfigMap",
               "metadata": {"name": "kube-root-ca.crt", "namespace": "%s", "annotations":
                 {"kubernetes.io/description": "Contains a CA bundle to verify the API server."}},
               "data": {"ca.crt": "simulated certificate authority"}}
              """
                  .formatted(namespace)),
          true);
    }
  }

  private boolean isTerminating(String namespace) {
    return api.storage()
        .get(new Key("Namespace", "", namespace))
        .filter(Manifest::isBeingDeleted)
        .isPresent();
  }
}
