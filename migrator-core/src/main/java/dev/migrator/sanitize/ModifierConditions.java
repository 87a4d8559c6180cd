package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.migration.Glob;
import dev.migrator.model.Manifest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a modifier speaks of an object; every condition that is given must hold.
 *
 * <p>Namespaces, names and labels are those of the source, as in Velero; {@code matches} looks at
 * what the rules before have made of the object.
 */
record ModifierConditions(JsonNode conditions) {

  boolean hold(Draft draft) {
    Manifest source = draft.source();
    String name = conditions.path("resourceNameRegex").asText("");
    return groupResource(source)
        && (name.isEmpty() || Pattern.compile(name).matcher(source.name()).find())
        && namespaces(source.namespace())
        && labels(source.labels())
        && matches(draft);
  }

  private boolean namespaces(String namespace) {
    JsonNode wanted = conditions.path("namespaces");
    return wanted.isEmpty() || texts(wanted).contains(namespace);
  }

  private boolean matches(Draft draft) {
    for (JsonNode match : conditions.path("matches")) {
      JsonNode found = draft.tree().at(match.path("path").asText());
      if (!found.asText().equals(match.path("value").asText())) {
        return false;
      }
    }
    return true;
  }

  private boolean labels(Map<String, String> labels) {
    JsonNode selector = conditions.path("labelSelector");
    for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
      if (!label.getValue().asText().equals(labels.get(label.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      if (!holds(expression, labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(JsonNode expression, Map<String, String> labels) {
    String key = expression.path("key").asText();
    boolean has = labels.containsKey(key);
    boolean in = has && texts(expression.path("values")).contains(labels.get(key));
    String operator = expression.path("operator").asText();
    return switch (operator) {
      case "In" -> in;
      case "NotIn" -> !in;
      case "Exists" -> has;
      case "DoesNotExist" -> !has;
      default -> throw new IllegalArgumentException("no operator of a selector: " + operator);
    };
  }

  /**
   * Names are plural and may hold {@code *}; an object knows its kind only: plurals of Kubernetes'
   * kinds are regular but for a few endings.
   */
  private boolean groupResource(Manifest source) {
    String wanted = conditions.path("groupResource").asText("*");
    String group = source.ref().group().isEmpty() ? "" : "." + source.ref().group();
    String kind = source.kind().toLowerCase(Locale.ROOT);
    return Glob.matches(wanted, plural(kind) + group) || Glob.matches(wanted, kind + group);
  }

  private static String plural(String kind) {
    if (kind.endsWith("s") || kind.endsWith("x") || kind.endsWith("ch")) {
      return kind.equals("endpoints") ? kind : kind + "es";
    }
    return kind.endsWith("y") && !kind.endsWith("ay") && !kind.endsWith("ey")
        ? kind.substring(0, kind.length() - 1) + "ies"
        : kind + "s";
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new HashSet<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
