package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import java.util.LinkedHashSet;
import java.util.Set;

/** The finalizers of an object. */
final class Finalizers {

  private Finalizers() {}

  static Set<String> of(ObjectNode tree) {
    Set<String> names = new LinkedHashSet<>();
    tree.path("metadata").path("finalizers").forEach(name -> names.add(name.asText()));
    return names;
  }

  static void set(ObjectNode tree, Set<String> names) {
    ObjectNode metadata = Fill.object(tree, "metadata");
    if (names.isEmpty()) {
      metadata.remove("finalizers");
      return;
    }
    ArrayNode list = metadata.putArray("finalizers");
    names.forEach(list::add);
  }

  static void remove(ObjectNode tree, String name) {
    Set<String> names = of(tree);
    names.remove(name);
    set(tree, names);
  }

  /** Sets what the garbage collector goes by. */
  static void forPropagation(ObjectNode tree, Deletion.Propagation propagation) {
    Set<String> names = of(tree);
    names.remove(ApiServer.FOREGROUND);
    names.remove(ApiServer.ORPHAN);
    switch (propagation) {
      case FOREGROUND -> names.add(ApiServer.FOREGROUND);
      case ORPHAN -> names.add(ApiServer.ORPHAN);
      case BACKGROUND -> {}
    }
    set(tree, names);
  }
}
