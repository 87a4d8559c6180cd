package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Definitions of versions that the target does not serve any more, as the version that replaced
 * them. Used only where no version is served by both clusters: else the source's server converts.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/deprecation-guide/">Deprecated
 * API Migration Guide</a>
 */
public final class Conversions {

  /** From {@code Kind apiVersion} to the version that replaced it and what changes in the body. */
  private record Row(String to, Consumer<ObjectNode> change) {}

  private static final Map<String, Row> ROWS =
      Map.ofEntries(
          row("CronJob batch/v1beta1", "batch/v1", Conversions::nothing),
          row("CronJob batch/v2alpha1", "batch/v1", Conversions::nothing),
          row("PodDisruptionBudget policy/v1beta1", "policy/v1", Conversions::disruptionBudget),
          row(
              "HorizontalPodAutoscaler autoscaling/v2beta2",
              "autoscaling/v2",
              Conversions::nothing),
          row(
              "HorizontalPodAutoscaler autoscaling/v2beta1",
              "autoscaling/v2",
              AutoscalerMetrics::toV2),
          row(
              "EndpointSlice discovery.k8s.io/v1beta1",
              "discovery.k8s.io/v1",
              Conversions::endpointSlice),
          row("Ingress extensions/v1beta1", "networking.k8s.io/v1", IngressBackends::toV1),
          row("Ingress networking.k8s.io/v1beta1", "networking.k8s.io/v1", IngressBackends::toV1),
          row(
              "IngressClass networking.k8s.io/v1beta1",
              "networking.k8s.io/v1",
              Conversions::nothing),
          row("Deployment extensions/v1beta1", "apps/v1", Conversions::workload),
          row("Deployment apps/v1beta1", "apps/v1", Conversions::workload),
          row("Deployment apps/v1beta2", "apps/v1", Conversions::workload),
          row("DaemonSet extensions/v1beta1", "apps/v1", Conversions::workload),
          row("DaemonSet apps/v1beta2", "apps/v1", Conversions::workload),
          row("ReplicaSet extensions/v1beta1", "apps/v1", Conversions::workload),
          row("ReplicaSet apps/v1beta2", "apps/v1", Conversions::workload),
          row("StatefulSet apps/v1beta1", "apps/v1", Conversions::workload),
          row("StatefulSet apps/v1beta2", "apps/v1", Conversions::workload),
          row("NetworkPolicy extensions/v1beta1", "networking.k8s.io/v1", Conversions::nothing),
          row(
              "CustomResourceDefinition apiextensions.k8s.io/v1beta1",
              "apiextensions.k8s.io/v1",
              DefinitionVersions::toV1),
          row(
              "MutatingWebhookConfiguration admissionregistration.k8s.io/v1beta1",
              "admissionregistration.k8s.io/v1",
              Conversions::webhooks),
          row(
              "ValidatingWebhookConfiguration admissionregistration.k8s.io/v1beta1",
              "admissionregistration.k8s.io/v1",
              Conversions::webhooks),
          row(
              "ValidatingAdmissionPolicy admissionregistration.k8s.io/v1alpha1",
              "admissionregistration.k8s.io/v1",
              Conversions::nothing),
          row(
              "ValidatingAdmissionPolicy admissionregistration.k8s.io/v1beta1",
              "admissionregistration.k8s.io/v1",
              Conversions::nothing),
          row(
              "ValidatingAdmissionPolicyBinding admissionregistration.k8s.io/v1alpha1",
              "admissionregistration.k8s.io/v1",
              Conversions::nothing),
          row(
              "ValidatingAdmissionPolicyBinding admissionregistration.k8s.io/v1beta1",
              "admissionregistration.k8s.io/v1",
              Conversions::nothing),
          row(
              "FlowSchema flowcontrol.apiserver.k8s.io/v1beta1",
              "flowcontrol.apiserver.k8s.io/v1",
              Conversions::nothing),
          row(
              "FlowSchema flowcontrol.apiserver.k8s.io/v1beta2",
              "flowcontrol.apiserver.k8s.io/v1",
              Conversions::nothing),
          row(
              "FlowSchema flowcontrol.apiserver.k8s.io/v1beta3",
              "flowcontrol.apiserver.k8s.io/v1",
              Conversions::nothing),
          row(
              "PriorityLevelConfiguration flowcontrol.apiserver.k8s.io/v1beta1",
              "flowcontrol.apiserver.k8s.io/v1",
              Conversions::priorityLevel),
          row(
              "PriorityLevelConfiguration flowcontrol.apiserver.k8s.io/v1beta2",
              "flowcontrol.apiserver.k8s.io/v1",
              Conversions::priorityLevel),
          row(
              "PriorityLevelConfiguration flowcontrol.apiserver.k8s.io/v1beta3",
              "flowcontrol.apiserver.k8s.io/v1",
              Conversions::nothing),
          row("RuntimeClass node.k8s.io/v1alpha1", "node.k8s.io/v1", Conversions::runtimeClass),
          row("RuntimeClass node.k8s.io/v1beta1", "node.k8s.io/v1", Conversions::nothing),
          row(
              "Role rbac.authorization.k8s.io/v1beta1",
              "rbac.authorization.k8s.io/v1",
              Conversions::nothing),
          row(
              "RoleBinding rbac.authorization.k8s.io/v1beta1",
              "rbac.authorization.k8s.io/v1",
              Conversions::nothing),
          row(
              "ClusterRole rbac.authorization.k8s.io/v1beta1",
              "rbac.authorization.k8s.io/v1",
              Conversions::nothing),
          row(
              "ClusterRoleBinding rbac.authorization.k8s.io/v1beta1",
              "rbac.authorization.k8s.io/v1",
              Conversions::nothing),
          row(
              "PriorityClass scheduling.k8s.io/v1beta1",
              "scheduling.k8s.io/v1",
              Conversions::nothing),
          row("StorageClass storage.k8s.io/v1beta1", "storage.k8s.io/v1", Conversions::nothing),
          row("CSIDriver storage.k8s.io/v1beta1", "storage.k8s.io/v1", Conversions::nothing),
          row(
              "VolumeAttributesClass storage.k8s.io/v1beta1",
              "storage.k8s.io/v1",
              Conversions::nothing),
          row(
              "ServiceCIDR networking.k8s.io/v1beta1",
              "networking.k8s.io/v1",
              Conversions::nothing),
          row("ResourceClaim resource.k8s.io/v1beta1", "resource.k8s.io/v1", DeviceRequests::toV1),
          row("ResourceClaim resource.k8s.io/v1beta2", "resource.k8s.io/v1", Conversions::nothing),
          row(
              "ResourceClaimTemplate resource.k8s.io/v1beta1",
              "resource.k8s.io/v1",
              DeviceRequests::toV1),
          row(
              "ResourceClaimTemplate resource.k8s.io/v1beta2",
              "resource.k8s.io/v1",
              Conversions::nothing),
          row("DeviceClass resource.k8s.io/v1beta1", "resource.k8s.io/v1", Conversions::nothing),
          row("DeviceClass resource.k8s.io/v1beta2", "resource.k8s.io/v1", Conversions::nothing),
          row(
              "APIService apiregistration.k8s.io/v1beta1",
              "apiregistration.k8s.io/v1",
              Conversions::nothing));

  /** Kinds that no newer server has, and what to do instead. */
  private static final Map<String, String> HOMELESS =
      Map.of(
          "PodSecurityPolicy.policy",
          "PodSecurityPolicy was removed in 1.25: label namespaces with"
              + " pod-security.kubernetes.io/enforce",
          "PodSecurityPolicy.extensions",
          "PodSecurityPolicy was removed in 1.25: label namespaces with"
              + " pod-security.kubernetes.io/enforce",
          "PodPreset.settings.k8s.io",
          "PodPreset was removed in 1.20: use a mutating admission policy or webhook");

  private static final Set<String> KNOWN_EFFECTS = Set.of("None", "NoneOnDryRun");

  private Conversions() {}

  /**
   * The object at the wanted version, with what the new version cannot say any more; empty when we
   * know no way there.
   */
  public static Optional<Sanitized> convert(Manifest object, String toApiVersion) {
    if (object.apiVersion().equals(toApiVersion)) {
      return Optional.of(new Sanitized(object, List.of()));
    }
    Row row = ROWS.get(object.kind() + " " + object.apiVersion());
    if (row == null || !row.to().equals(toApiVersion)) {
      return Optional.empty();
    }
    Manifest converted =
        object.edit(
            tree -> {
              tree.put("apiVersion", row.to());
              row.change().accept(tree);
            });
    return Optional.of(new Sanitized(converted, unsaid(object)));
  }

  private static List<String> unsaid(Manifest object) {
    List<String> unsaid = new ArrayList<>();
    for (JsonNode webhook : object.at("webhooks")) {
      String effects = webhook.path("sideEffects").asText("Unknown");
      if (!KNOWN_EFFECTS.contains(effects)) {
        unsaid.add("webhooks[].sideEffects: " + effects + " (v1 knows None only)");
      }
    }
    if (object.has("spec", "rollbackTo")) {
      unsaid.add("spec.rollbackTo");
    }
    return unsaid;
  }

  /** The version that replaced this one; empty when we know none. */
  public static Optional<String> replacement(String kind, String apiVersion) {
    return Optional.ofNullable(ROWS.get(kind + " " + apiVersion)).map(Row::to);
  }

  /** What to do about a kind that newer servers do not have any more. */
  public static Optional<String> advice(String groupKind) {
    return Optional.ofNullable(HOMELESS.get(groupKind));
  }

  /** Only the version's name changes. */
  private static void nothing(ObjectNode tree) {}

  private static Map.Entry<String, Row> row(String from, String to, Consumer<ObjectNode> change) {
    return Map.entry(from, new Row(to, change));
  }

  /**
   * An empty selector selected nothing and now selects everything: without one, nothing is
   * selected.
   */
  private static void disruptionBudget(ObjectNode tree) {
    Draft.object(tree, "spec")
        .filter(spec -> spec.path("selector").isObject() && spec.path("selector").isEmpty())
        .ifPresent(spec -> spec.remove("selector"));
  }

  /** The free topology map became two fields. */
  private static void endpointSlice(ObjectNode tree) {
    for (ObjectNode endpoint : Draft.objects(tree, "endpoints")) {
      JsonNode topology = endpoint.remove("topology");
      if (topology != null) {
        move(topology, "kubernetes.io/hostname", endpoint, "nodeName");
        move(topology, "topology.kubernetes.io/zone", endpoint, "zone");
      }
    }
  }

  private static void move(JsonNode from, String key, ObjectNode to, String field) {
    if (from.has(key) && !to.has(field)) {
      to.set(field, from.get(key));
    }
  }

  /**
   * The selector was derived from the template's labels where it was not given; two fields are
   * gone.
   */
  private static void workload(ObjectNode tree) {
    Draft.object(tree, "spec")
        .ifPresent(
            spec -> {
              spec.remove("rollbackTo");
              spec.remove("templateGeneration");
              JsonNode labels = spec.path("template").path("metadata").path("labels");
              if (!spec.has("selector") && labels.isObject()) {
                ObjectNode selector = Json.object();
                selector.set("matchLabels", labels.deepCopy());
                spec.set("selector", selector);
              }
            });
  }

  /** What was optional is required, and two defaults changed: the old ones are pinned. */
  private static void webhooks(ObjectNode tree) {
    for (ObjectNode webhook : Draft.objects(tree, "webhooks")) {
      putIfAbsent(webhook, "failurePolicy", "Ignore");
      putIfAbsent(webhook, "matchPolicy", "Exact");
      if (!webhook.has("timeoutSeconds")) {
        webhook.put("timeoutSeconds", 30);
      }
      String effects = webhook.path("sideEffects").asText("Unknown");
      if (!KNOWN_EFFECTS.contains(effects)) {
        webhook.put("sideEffects", "None");
      }
      if (!webhook.has("admissionReviewVersions")) {
        webhook.putArray("admissionReviewVersions").add("v1beta1");
      }
    }
  }

  private static void priorityLevel(ObjectNode tree) {
    Draft.object(tree, "spec", "limited")
        .ifPresent(
            limited -> {
              JsonNode shares = limited.remove("assuredConcurrencyShares");
              if (shares != null) {
                limited.set("nominalConcurrencyShares", shares);
              }
            });
  }

  private static void runtimeClass(ObjectNode tree) {
    if (tree.remove("spec") instanceof ObjectNode spec) {
      move(spec, "runtimeHandler", tree, "handler");
      move(spec, "overhead", tree, "overhead");
      move(spec, "scheduling", tree, "scheduling");
    }
  }

  private static void putIfAbsent(ObjectNode owner, String field, String value) {
    if (!owner.has(field)) {
      owner.put(field, value);
    }
  }
}
