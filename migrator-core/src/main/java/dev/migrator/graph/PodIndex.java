package dev.migrator.graph;

import dev.migrator.graph.Reference.Expression;
import dev.migrator.graph.Reference.LabelSelector;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds workloads by the labels of their pods without looking at all of them: by the rarest label
 * pair of the selector.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and
 * Selectors</a>
 */
final class PodIndex {

  private final Map<String, List<Node>> byPair = new HashMap<>();
  private final Map<String, List<Node>> byNamespace = new HashMap<>();

  PodIndex(Collection<Node> nodes) {
    for (Node node : nodes) {
      if (!node.podLabels().isEmpty()) {
        String namespace = node.ref().namespace();
        byNamespace.computeIfAbsent(namespace, k -> new ArrayList<>()).add(node);
        node.podLabels()
            .forEach(
                (key, value) ->
                    byPair
                        .computeIfAbsent(pair(namespace, key, value), k -> new ArrayList<>(2))
                        .add(node));
      }
    }
  }

  /**
   * The workloads of the namespace whose pods the selector selects, in the order in which the nodes
   * were given.
   */
  List<ObjectRef> select(String namespace, LabelSelector selector) {
    List<Node> candidates = byNamespace.getOrDefault(namespace, List.of());
    for (Map.Entry<String, String> label : selector.matchLabels().entrySet()) {
      List<Node> having =
          byPair.getOrDefault(pair(namespace, label.getKey(), label.getValue()), List.of());
      if (having.size() < candidates.size()) {
        candidates = having;
      }
    }
    List<ObjectRef> found = new ArrayList<>();
    for (Node node : candidates) {
      if (matches(selector, node.podLabels())) {
        found.add(node.ref());
      }
    }
    return found;
  }

  private static boolean matches(LabelSelector selector, Map<String, String> labels) {
    for (Map.Entry<String, String> wanted : selector.matchLabels().entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (Expression expression : selector.matchExpressions()) {
      String value = labels.get(expression.key());
      boolean holds =
          switch (expression.operator()) {
            case "In" -> value != null && expression.values().contains(value);
            case "NotIn" -> value == null || !expression.values().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private static String pair(String namespace, String key, String value) {
    return namespace + "\n" + key + "\n" + value;
  }
}
