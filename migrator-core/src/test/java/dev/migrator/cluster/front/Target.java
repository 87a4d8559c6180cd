package dev.migrator.cluster.front;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a path means.
 *
 * @param namespace empty for all namespaces or cluster scope
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record Target(ResourceType type, String namespace, String name, String subresource) {

  /**
   * Empty when no such type is served.
   *
   * @param types the type of a collection's path without namespace
   */
  static Optional<Target> of(Function<String, Optional<ResourceType>> types, List<String> path) {
    boolean core = path.getFirst().equals("api");
    int root = core ? 2 : 3;
    if (path.size() <= root || !(core || path.getFirst().equals("apis"))) {
      return Optional.empty();
    }
    List<String> rest = path.subList(root, path.size());
    String namespace = "";
    if (rest.size() >= 3 && rest.getFirst().equals("namespaces") && !isOfNamespace(core, rest)) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    String plural = rest.getFirst();
    String name = rest.size() > 1 ? rest.get(1) : "";
    String subresource = rest.size() > 2 ? rest.get(2) : "";
    String where = namespace;
    return types
        .apply("/" + String.join("/", path.subList(0, root)) + "/" + plural)
        .map(type -> new Target(type, where, name, subresource));
  }

  private static boolean isOfNamespace(boolean core, List<String> rest) {
    return core && rest.size() == 3 && List.of("status", "finalize").contains(rest.get(2));
  }

  ObjectRef ref() {
    return new ObjectRef(type.group(), type.kind(), namespace, name);
  }

  String quoted() {
    return type.groupResource() + " \"" + name + "\"";
  }
}
