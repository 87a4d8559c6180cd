package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Expression;
import dev.migrator.graph.Reference.LabelSelector;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What workloads and the objects around them need: Services, selectors, scalers. */
final class WorkloadReferences {

  static final String SELECTOR = "spec.selector";
  static final String POD_SELECTOR = "spec.podSelector";

  private WorkloadReferences() {}

  static void statefulSet(References.Collector found, Manifest set) {
    found.soft("", "Service", set.at("spec", "serviceName"), "spec.serviceName");
    for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
      found.cluster(
          "storage.k8s.io",
          "StorageClass",
          template.path("spec").path("storageClassName"),
          "spec.volumeClaimTemplates[].spec.storageClassName",
          Strength.SOFT);
      found.add(
          new Reference.ToClaims(
              found.namespace(),
              template.path("metadata").path("name").asText() + "-" + set.name() + "-",
              "spec.volumeClaimTemplates[]"));
    }
  }

  static void service(References.Collector found, Manifest service) {
    Map<String, String> labels = texts(service.at("spec", "selector"));
    if (!labels.isEmpty()) {
      pods(found, new LabelSelector(labels, List.of()), SELECTOR);
    }
  }

  /** A selector that is there and empty selects every pod of the namespace: that orders nothing. */
  static void selector(References.Collector found, JsonNode selector, String field) {
    List<Expression> expressions = new ArrayList<>();
    for (JsonNode expression : selector.path("matchExpressions")) {
      List<String> values = new ArrayList<>();
      expression.path("values").forEach(v -> values.add(v.asText()));
      expressions.add(
          new Expression(
              expression.path("key").asText(), expression.path("operator").asText(), values));
    }
    LabelSelector wanted = new LabelSelector(texts(selector.path("matchLabels")), expressions);
    if (!wanted.matchLabels().isEmpty() || !expressions.isEmpty()) {
      pods(found, wanted, field);
    }
  }

  static void scaleTarget(References.Collector found, Manifest scaler) {
    JsonNode target = scaler.at("spec", "scaleTargetRef");
    String apiVersion = target.path("apiVersion").asText("apps/v1");
    int slash = apiVersion.indexOf('/');
    found.soft(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        target.path("kind").asText("Deployment"),
        target.path("name"),
        Reference.SCALE_TARGET);
  }

  private static void pods(References.Collector found, LabelSelector selector, String field) {
    found.add(
        new Reference.ToPods(found.namespace(), selector, Strength.WEAK, Condition.APPLIED, field));
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new TreeMap<>();
    node.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }
}
