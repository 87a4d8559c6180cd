package dev.migrator.plan;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Original;
import dev.migrator.model.ObjectRef;

/** What an object is called at the target. */
public final class TargetNames {

  private TargetNames() {}

  /**
   * The ref under which the target knows the source's object: namespaces are mapped, also as
   * objects of their own, and so are classes of storage and of ingress. What goes back is called
   * what it was before.
   */
  public static ObjectRef of(ObjectRef source, Migration.Mappings mappings) {
    Original original = mappings.originals().get(source);
    if (original != null) {
      return original.home();
    }
    if (source.groupKind().equals("Namespace")) {
      return ObjectRef.namespace(mappings.namespace(source.name()));
    }
    if (source.groupKind().equals("StorageClass.storage.k8s.io")) {
      return named(source, mappings.storageClasses().getOrDefault(source.name(), source.name()));
    }
    if (source.groupKind().equals("IngressClass.networking.k8s.io")) {
      return named(source, mappings.ingressClasses().getOrDefault(source.name(), source.name()));
    }
    return source.isClusterScoped()
        ? source
        : source.inNamespace(mappings.namespace(source.namespace()));
  }

  private static ObjectRef named(ObjectRef ref, String name) {
    return ObjectRef.clusterScoped(ref.group(), ref.kind(), name);
  }

  /**
   * As {@link #of(ObjectRef, Migration.Mappings)}, in the group of the version that is written,
   * which may have moved.
   */
  public static ObjectRef of(ObjectRef source, String apiVersion, Migration.Mappings mappings) {
    ObjectRef named = of(source, mappings);
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    return new ObjectRef(group, named.kind(), named.namespace(), named.name());
  }
}
