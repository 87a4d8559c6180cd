package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which objects a custom resource may mean: nobody knows the fields of all kinds, and every field
 * that refers to a Secret holds its name.
 *
 * <p>Pure.
 */
final class NamesInText {

  /** What custom resources usually refer to. */
  private static final Set<String> MEANT =
      Set.of("ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "Service");

  private final Map<String, Map<String, List<ObjectRef>>> byNamespace = new HashMap<>();

  private NamesInText() {}

  static NamesInText of(Collection<ObjectRef> meant) {
    NamesInText names = new NamesInText();
    meant.stream()
        .filter(ref -> MEANT.contains(ref.groupKind()))
        .forEach(
            ref ->
                names
                    .byNamespace
                    .computeIfAbsent(ref.namespace(), none -> new HashMap<>())
                    .computeIfAbsent(ref.name(), none -> new ArrayList<>())
                    .add(ref));
    return names;
  }

  /** What a custom resource names in its spec; nothing for a kind of Kubernetes itself. */
  Set<ObjectRef> in(Manifest object) {
    Set<ObjectRef> found = new HashSet<>();
    if (object.ref().isForeign() && !byNamespace.isEmpty()) {
      collect(object.at("spec"), object.namespace(), found);
    }
    return found;
  }

  private void collect(JsonNode node, String namespace, Set<ObjectRef> found) {
    if (node.isTextual()) {
      found.addAll(
          byNamespace.getOrDefault(namespace, Map.of()).getOrDefault(node.asText(), List.of()));
      return;
    }
    String there = node.path("namespace").asText(namespace);
    for (JsonNode child : node) {
      collect(child, there, found);
    }
  }
}
