package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;

/**
 * HorizontalPodAutoscaler v2beta1 to v2.
 *
 * <p>Before: {@code resource: {name: cpu, targetAverageUtilization: 80}}. After: {@code resource:
 * {name: cpu, target: {type: Utilization, averageUtilization: 80}}}.
 */
final class AutoscalerMetrics {

  private AutoscalerMetrics() {}

  static void toV2(ObjectNode tree) {
    for (ObjectNode metric : Draft.objects(tree, "spec", "metrics")) {
      Draft.object(metric, "resource").ifPresent(AutoscalerMetrics::targets);
      Draft.object(metric, "containerResource").ifPresent(AutoscalerMetrics::targets);
      Draft.object(metric, "pods").ifPresent(AutoscalerMetrics::named);
      Draft.object(metric, "external").ifPresent(AutoscalerMetrics::named);
      Draft.object(metric, "object")
          .ifPresent(
              object -> {
                JsonNode described = object.remove("target");
                named(object);
                if (described != null) {
                  object.set("describedObject", described);
                }
              });
    }
  }

  private static void named(ObjectNode source) {
    JsonNode name = source.remove("metricName");
    JsonNode selector =
        source.has("metricSelector") ? source.remove("metricSelector") : source.remove("selector");
    if (name != null) {
      ObjectNode metric = Json.object();
      metric.set("name", name);
      if (selector != null) {
        metric.set("selector", selector);
      }
      source.set("metric", metric);
    }
    targets(source);
  }

  private static void targets(ObjectNode source) {
    // An average wins over the value beside it, which v2beta1 requires even where it is unused.
    target(source, "targetValue", "Value", "value");
    target(source, "targetAverageUtilization", "Utilization", "averageUtilization");
    target(source, "targetAverageValue", "AverageValue", "averageValue");
    target(source, "averageValue", "AverageValue", "averageValue");
  }

  private static void target(ObjectNode source, String old, String type, String field) {
    JsonNode value = source.remove(old);
    if (value != null) {
      ObjectNode target = Json.object();
      target.put("type", type);
      target.set(field, value);
      source.set("target", target);
    }
  }
}
