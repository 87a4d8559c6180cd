package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Set;
import java.util.TreeSet;

/**
 * Terms by which a volume says from which nodes it is reached: one must match, with all of its
 * expressions.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity">Node
 * affinity</a>
 */
final class NodeTerms {

  private NodeTerms() {}

  static boolean anyMatches(JsonNode terms, Manifest node) {
    for (JsonNode term : terms) {
      ObjectNode selector = Json.object();
      selector.set("matchExpressions", term.path("matchExpressions"));
      // What only compares names of nodes, or numbers, is left to the scheduler.
      boolean isKnown =
          term.path("matchFields").isEmpty()
              && term.path("matchExpressions")
                  .valueStream()
                  .map(e -> e.path("operator").asText())
                  .noneMatch(Set.of("Gt", "Lt")::contains);
      if (!isKnown || LabelSelector.matches(selector, node.labels())) {
        return true;
      }
    }
    return false;
  }

  /** Such as {@code topology.kubernetes.io/zone in (a, b)}. */
  static String words(JsonNode terms) {
    Set<String> words = new TreeSet<>();
    for (JsonNode term : terms) {
      for (JsonNode expression : term.path("matchExpressions")) {
        Set<String> values = new TreeSet<>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        words.add(
            "%s %s (%s)"
                .formatted(
                    expression.path("key").asText(),
                    expression.path("operator").asText().toLowerCase(java.util.Locale.ROOT),
                    String.join(", ", values)));
      }
    }
    return words.isEmpty() ? "certain names" : String.join(" or ", words);
  }
}
