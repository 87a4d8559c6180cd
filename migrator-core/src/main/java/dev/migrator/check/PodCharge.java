package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one pod charges to quotas, after LimitRanges filled in what it leaves open.
 *
 * <p>Source: kubernetes {@code pkg/quota/v1/evaluator/core/pods.go}
 *
 * @param amounts by the names that quotas use
 * @param silent which containers do not say how much, by names that quotas use
 * @param scopes in which scopes of quotas it is
 * @param priorityClass empty for none
 */
record PodCharge(
    Map<String, BigDecimal> amounts,
    Map<String, List<String>> silent,
    Set<String> scopes,
    String priorityClass) {

  /** A quota of these makes every container say how much. */
  private static final List<String> MUST_BE_SAID =
      List.of("cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory");

  private static final Set<String> WITHOUT_PREFIX = Set.of("cpu", "memory", "ephemeral-storage");

  PodCharge {
    amounts = Map.copyOf(amounts);
    silent = Map.copyOf(silent);
    scopes = Set.copyOf(scopes);
  }

  static PodCharge of(JsonNode spec, PodResources pod) {
    Map<String, BigDecimal> amounts = charged(pod.whole());
    amounts.put("pods", BigDecimal.ONE);
    amounts.put("count/pods", BigDecimal.ONE);
    Map<String, List<String>> silent = new TreeMap<>();
    if (!pod.saysItselfHowMuch()) {
      for (PodResources.Container container : pod.containers()) {
        Set<String> said = charged(container.amounts()).keySet();
        for (String name : MUST_BE_SAID) {
          if (!said.contains(name)) {
            silent.computeIfAbsent(name, k -> new ArrayList<>()).add(container.label());
          }
        }
      }
    }
    return new PodCharge(
        amounts, silent, scopes(spec, pod), spec.path("priorityClassName").asText(""));
  }

  private static Map<String, BigDecimal> charged(PodResources.Amounts asked) {
    Map<String, BigDecimal> charged = new TreeMap<>();
    asked
        .requests()
        .forEach(
            (name, amount) -> {
              charged.put("requests." + name, amount);
              if (WITHOUT_PREFIX.contains(name) || name.startsWith("hugepages-")) {
                charged.put(name, amount);
              }
            });
    asked
        .limits()
        .forEach(
            (name, amount) -> {
              if (WITHOUT_PREFIX.contains(name)) {
                charged.put("limits." + name, amount);
              }
            });
    return charged;
  }

  private static Set<String> scopes(JsonNode spec, PodResources pod) {
    Set<String> scopes = new TreeSet<>();
    scopes.add(spec.path("activeDeadlineSeconds").isNumber() ? "Terminating" : "NotTerminating");
    scopes.add(pod.isBestEffort() ? "BestEffort" : "NotBestEffort");
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonNode affinity = spec.path("affinity").path(kind);
      for (JsonNode term : affinity.path("requiredDuringSchedulingIgnoredDuringExecution")) {
        crossing(term, scopes);
      }
      for (JsonNode term : affinity.path("preferredDuringSchedulingIgnoredDuringExecution")) {
        crossing(term.path("podAffinityTerm"), scopes);
      }
    }
    return scopes;
  }

  private static void crossing(JsonNode term, Set<String> scopes) {
    if (!term.path("namespaces").isEmpty() || term.hasNonNull("namespaceSelector")) {
      scopes.add("CrossNamespacePodAffinity");
    }
  }

  /** Whether it is in every scope of the quota. */
  boolean isIn(Manifest quota) {
    for (JsonNode scope : quota.at("spec", "scopes")) {
      if (!isIn(scope.asText(), "Exists", scope)) {
        return false;
      }
    }
    for (JsonNode scope : quota.at("spec", "scopeSelector", "matchExpressions")) {
      if (!isIn(scope.path("scopeName").asText(), scope.path("operator").asText(), scope)) {
        return false;
      }
    }
    return true;
  }

  private boolean isIn(String scope, String operator, JsonNode expression) {
    if (!scope.equals("PriorityClass")) {
      return scopes.contains(scope);
    }
    boolean named = false;
    for (JsonNode value : expression.path("values")) {
      named |= value.asText().equals(priorityClass);
    }
    return switch (operator) {
      case "Exists" -> !priorityClass.isEmpty();
      case "DoesNotExist" -> priorityClass.isEmpty();
      case "In" -> named;
      case "NotIn" -> !named;
      default -> false;
    };
  }
}
