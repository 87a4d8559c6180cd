package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A label selector as an object; an empty one selects everything.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label
 * selectors</a>
 */
final class LabelSelector {

  private LabelSelector() {}

  static boolean matches(JsonNode selector, Map<String, String> labels) {
    for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
      if (!wanted.getValue().asText().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      if (!matchesExpression(expression, labels)) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #matches}, of what has these labels and perhaps more. */
  static boolean mayMatch(JsonNode selector, Map<String, String> some) {
    for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
      if (some.containsKey(wanted.getKey())
          && !wanted.getValue().asText().equals(some.get(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      if (some.containsKey(expression.path("key").asText())
          && !matchesExpression(expression, some)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matchesExpression(JsonNode expression, Map<String, String> labels) {
    Optional<String> value = Optional.ofNullable(labels.get(expression.path("key").asText()));
    Set<String> values = new HashSet<>();
    expression.path("values").forEach(v -> values.add(v.asText()));
    return switch (expression.path("operator").asText()) {
      case "In" -> value.filter(values::contains).isPresent();
      case "NotIn" -> value.filter(values::contains).isEmpty();
      case "Exists" -> value.isPresent();
      case "DoesNotExist" -> value.isEmpty();
      // An operator that we do not know may select it.
      default -> true;
    };
  }
}
