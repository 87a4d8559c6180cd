package dev.migrator.cluster.memory;

import dev.migrator.model.ObjectRef;

/**
 * Where an object is stored: one place for a kind, however many groups and versions serve it.
 *
 * @param type kind and group of storage, such as {@code Ingress.networking.k8s.io}
 * @param namespace empty for cluster-scoped objects
 */
record Key(String type, String namespace, String name) {

  static Key of(String group, String kind, String namespace, String name) {
    return new Key(Types.storage(group, kind), namespace, name);
  }

  static Key of(ObjectRef ref) {
    return of(ref.group(), ref.kind(), ref.namespace(), ref.name());
  }

  /** The key inside its type: its order is the order of lists. */
  String path() {
    return namespace + "/" + name;
  }

  String kind() {
    int dot = type.indexOf('.');
    return dot < 0 ? type : type.substring(0, dot);
  }

  String group() {
    int dot = type.indexOf('.');
    return dot < 0 ? "" : type.substring(dot + 1);
  }
}
