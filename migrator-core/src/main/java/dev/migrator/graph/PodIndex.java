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
 * of the selector.
 *
 * <p>A selector that selects more than 100 workloads, or for which more than 10,000 would have to
 * be looked at, speaks of a namespace rather than of workloads, as the empty one does: it orders
 * nothing. So the cost grows with the number of selectors and not with its square.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and
 * Selectors</a>
 */
final class PodIndex {

  static final int MOST_SELECTED = 100;
  static final int MOST_EXAMINED = 10_000;

  private record Question(String namespace, LabelSelector selector) {}

  private final Map<String, List<Node>> byLabel = new HashMap<>();
  private final Map<String, List<Node>> byNamespace = new HashMap<>();
  private final Map<Question, List<ObjectRef>> answers = new HashMap<>();
  private long examined;

  PodIndex(Collection<Node> nodes) {
    for (Node node : nodes) {
      if (!node.podLabels().isEmpty()) {
        String namespace = node.ref().namespace();
        byNamespace.computeIfAbsent(namespace, k -> new ArrayList<>()).add(node);
        node.podLabels()
            .forEach(
                (key, value) -> {
                  add(key(namespace, key), node);
                  add(pair(namespace, key, value), node);
                });
      }
    }
  }

  private void add(String label, Node node) {
    byLabel.computeIfAbsent(label, k -> new ArrayList<>(2)).add(node);
  }

  /**
   * The workloads of the namespace whose pods the selector selects, in the order in which the nodes
   * were given.
   */
  List<ObjectRef> select(String namespace, LabelSelector selector) {
    return answers.computeIfAbsent(new Question(namespace, selector), this::answer);
  }

  /** How many workloads were looked at so far. */
  long examined() {
    return examined;
  }

  private List<ObjectRef> answer(Question question) {
    List<Node> candidates = candidates(question.namespace(), question.selector());
    if (candidates.size() > MOST_EXAMINED) {
      return List.of();
    }
    List<ObjectRef> found = new ArrayList<>();
    for (Node node : candidates) {
      examined++;
      if (matches(question.selector(), node.podLabels())) {
        found.add(node.ref());
        if (found.size() > MOST_SELECTED) {
          return List.of();
        }
      }
    }
    return List.copyOf(found);
  }

  private List<Node> candidates(String namespace, LabelSelector selector) {
    List<Node> fewest = byNamespace.getOrDefault(namespace, List.of());
    for (Map.Entry<String, String> label : selector.matchLabels().entrySet()) {
      fewest = fewer(fewest, having(pair(namespace, label.getKey(), label.getValue())));
    }
    for (Expression expression : selector.matchExpressions()) {
      boolean one = expression.operator().equals("In") && expression.values().size() == 1;
      if (one) {
        fewest =
            fewer(
                fewest, having(pair(namespace, expression.key(), expression.values().getFirst())));
      } else if (expression.operator().equals("In") || expression.operator().equals("Exists")) {
        fewest = fewer(fewest, having(key(namespace, expression.key())));
      }
    }
    return fewest;
  }

  private List<Node> having(String label) {
    return byLabel.getOrDefault(label, List.of());
  }

  private static List<Node> fewer(List<Node> one, List<Node> other) {
    return other.size() < one.size() ? other : one;
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

  private static String key(String namespace, String key) {
    return namespace + "\n" + key;
  }
}
