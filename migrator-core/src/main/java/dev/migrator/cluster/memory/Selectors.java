package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Label selectors, in kubectl's form and as objects.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label
 * selectors</a>
 */
final class Selectors {

  private static final Pattern SET =
      Pattern.compile("^\\s*([^\\s!=(),]+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*$");
  private static final Pattern EQUALITY =
      Pattern.compile("^\\s*([^\\s!=(),]+)\\s*(==|=|!=)\\s*([^\\s!=(),]*)\\s*$");
  private static final Pattern EXISTS = Pattern.compile("^\\s*(!?)\\s*([^\\s!=(),]+)\\s*$");

  private Selectors() {}

  /**
   * Reads kubectl's form; the empty text matches everything.
   *
   * <p>Errors: {@link IllegalArgumentException} for what is not a selector.
   */
  static Predicate<Map<String, String>> parse(String text) {
    List<Predicate<Map<String, String>>> parts = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",(?![^(]*\\))", -1)) {
      parts.add(requirement(part));
    }
    return labels -> parts.stream().allMatch(part -> part.test(labels));
  }

  /** Reads matchLabels and matchExpressions; an empty object matches everything. */
  static Predicate<Map<String, String>> of(JsonNode selector) {
    List<Predicate<Map<String, String>>> parts = new ArrayList<>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(e -> parts.add(in(e.getKey(), Set.of(e.getValue().asText()))));
    for (JsonNode expression : selector.path("matchExpressions")) {
      List<String> values = new ArrayList<>();
      expression.path("values").forEach(value -> values.add(value.asText()));
      parts.add(
          operator(expression.path("key").asText(), expression.path("operator").asText(), values));
    }
    return labels -> parts.stream().allMatch(part -> part.test(labels));
  }

  private static Predicate<Map<String, String>> requirement(String part) {
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      List<String> values = List.of(set.group(3).trim().split("\\s*,\\s*", -1));
      return operator(set.group(1), set.group(2).equals("in") ? "In" : "NotIn", values);
    }
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      Predicate<Map<String, String>> in = in(equality.group(1), Set.of(equality.group(3)));
      return equality.group(2).equals("!=") ? in.negate() : in;
    }
    Matcher exists = EXISTS.matcher(part);
    if (exists.matches()) {
      return operator(
          exists.group(2), exists.group(1).isEmpty() ? "Exists" : "DoesNotExist", List.of());
    }
    throw new IllegalArgumentException("unable to parse requirement: " + part);
  }

  private static Predicate<Map<String, String>> operator(
      String key, String operator, List<String> values) {
    return switch (operator) {
      case "In" -> in(key, Set.copyOf(values));
      case "NotIn" -> in(key, Set.copyOf(values)).negate();
      case "Exists" -> labels -> labels.containsKey(key);
      case "DoesNotExist" -> labels -> !labels.containsKey(key);
      default -> throw new IllegalArgumentException("not a selector operator: " + operator);
    };
  }

  private static Predicate<Map<String, String>> in(String key, Set<String> values) {
    return labels -> {
      String value = labels.get(key);
      return value != null && values.contains(value);
    };
  }
}
