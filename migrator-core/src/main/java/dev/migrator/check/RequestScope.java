package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a webhook, a policy or a binding looks at, as far as that is certain: where a part is
 * missing or is not understood, it looks at everything.
 *
 * @param rules a list
 */
record RequestScope(JsonNode rules, JsonNode namespaceSelector, JsonNode objectSelector) {

  private static final Set<String> WRITES = Set.of("*", "CREATE", "UPDATE");

  /**
   * @param tree with selectors
   * @param rules the field in which its rules are
   */
  static RequestScope ofRules(JsonNode tree, String rules) {
    return new RequestScope(
        tree.path(rules).deepCopy(),
        tree.path("namespaceSelector").deepCopy(),
        tree.path("objectSelector").deepCopy());
  }

  /** Whether it may look at the request. */
  boolean mayMatch(AdmissionRequest request) {
    return isAbout(request)
        && request.isOfLabels(labels -> LabelSelector.matches(objectSelector, labels), this::may)
        && request.isOfNamespace(labels -> LabelSelector.matches(namespaceSelector, labels));
  }

  private boolean may(Map<String, String> labels) {
    return LabelSelector.mayMatch(objectSelector, labels);
  }

  /** Whether it looks at requests for that kind, in whatever namespace. */
  boolean isAbout(AdmissionRequest request) {
    if (rules.isEmpty()) {
      return true;
    }
    for (JsonNode rule : rules) {
      if (isAbout(rule, request)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAbout(JsonNode rule, AdmissionRequest request) {
    return !rule.path("scope").asText("*").equals(request.cluster() ? "Namespaced" : "Cluster")
        && has(rule.path("operations"), WRITES::contains)
        && has(rule.path("apiGroups"), one -> one.equals("*") || one.equals(request.group()))
        && has(rule.path("resources"), one -> isOf(one, request.plural()));
  }

  private static boolean has(JsonNode list, Predicate<String> wanted) {
    boolean any = list.isEmpty();
    for (JsonNode item : list) {
      any |= wanted.test(item.asText());
    }
    return any;
  }

  /** What looks at a part, such as {@code pods/binding}, can stop the whole. */
  private static boolean isOf(String resource, String plural) {
    String main = resource.split("/", 2)[0];
    return main.equals("*") || main.equals(plural);
  }
}
