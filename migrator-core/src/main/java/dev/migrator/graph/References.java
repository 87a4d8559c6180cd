package dev.migrator.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads from an object what it needs. One reader a family of kinds; kinds without one need their
 * namespace and their definition only.
 */
public final class References {

  /** The field that names the owners of an object. */
  public static final String OWNERS = "metadata.ownerReferences[]";

  private References() {}

  /** What the object needs, in the order of its fields, without repetition. */
  public static List<Reference> of(Manifest object) {
    Collector found = new Collector(object);
    if (!object.namespace().isEmpty()) {
      found.add(
          new Reference.ToObject(
              ObjectRef.namespace(object.namespace()),
              Strength.HARD,
              Condition.APPLIED,
              "metadata.namespace"));
    }
    String groupKind = object.ref().groupKind();
    podSpec(object)
        .ifPresent(
            spec -> {
              PodReferences.collect(found, spec, podSpecField(groupKind));
              // Quotas and limits that come after the pods that they count count nothing.
              for (String kind : List.of("LimitRange", "ResourceQuota")) {
                found.add(new Reference.ToKind(object.namespace(), kind, "metadata.namespace"));
              }
            });
    switch (groupKind) {
      case "StatefulSet.apps" -> WorkloadReferences.statefulSet(found, object);
      case "Service" -> WorkloadReferences.service(found, object);
      case "PodDisruptionBudget.policy" ->
          WorkloadReferences.selector(
              found, object.at("spec", "selector"), WorkloadReferences.SELECTOR);
      case "NetworkPolicy.networking.k8s.io" ->
          WorkloadReferences.selector(
              found, object.at("spec", "podSelector"), WorkloadReferences.POD_SELECTOR);
      case "HorizontalPodAutoscaler.autoscaling" -> WorkloadReferences.scaleTarget(found, object);
      case "Endpoints" -> found.soft("", "Service", object.name(), "metadata.name");
      case "EndpointSlice.discovery.k8s.io" ->
          found.soft(
              "",
              "Service",
              object.labels().getOrDefault("kubernetes.io/service-name", ""),
              "metadata.labels[kubernetes.io/service-name]");
      case "Ingress.networking.k8s.io", "Ingress.extensions" ->
          NetworkReferences.ingress(found, object);
      case "PersistentVolumeClaim" -> StorageReferences.claim(found, object);
      case "PersistentVolume" -> StorageReferences.volume(found, object);
      case "ServiceAccount" -> AccessReferences.serviceAccount(found, object);
      case "Secret" -> AccessReferences.token(found, object);
      case "RoleBinding.rbac.authorization.k8s.io",
          "ClusterRoleBinding.rbac.authorization.k8s.io" ->
          AccessReferences.binding(found, object);
      case "MutatingWebhookConfiguration.admissionregistration.k8s.io",
          "ValidatingWebhookConfiguration.admissionregistration.k8s.io" ->
          AdmissionReferences.webhooks(found, object);
      case "ValidatingAdmissionPolicy.admissionregistration.k8s.io" ->
          AdmissionReferences.policy(found, object);
      case "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io" ->
          AdmissionReferences.policyBinding(found, object);
      case "CustomResourceDefinition.apiextensions.k8s.io" ->
          AdmissionReferences.service(
              found,
              object.at("spec", "conversion", "webhook", "clientConfig", "service"),
              "spec.conversion.webhook.clientConfig.service",
              Strength.SOFT,
              // Its operator often does not start without its definition: wait where it converts.
              Condition.APPLIED);
      case "APIService.apiregistration.k8s.io" ->
          AdmissionReferences.service(
              found,
              object.at("spec", "service"),
              "spec.service",
              Strength.SOFT,
              Condition.CURRENT);
      case "FlowSchema.flowcontrol.apiserver.k8s.io" ->
          found.cluster(
              "flowcontrol.apiserver.k8s.io",
              "PriorityLevelConfiguration",
              object.at("spec", "priorityLevelConfiguration", "name"),
              "spec.priorityLevelConfiguration.name");
      default -> CustomReferences.collect(found, object);
    }
    owners(found, object);
    dependsOn(found, object);
    return found.all();
  }

  /** The labels of the pods that the object makes, or has itself; empty when it makes none. */
  public static Map<String, String> podLabels(Manifest object) {
    String[] path =
        switch (object.ref().groupKind()) {
          case "Pod" -> new String[] {"metadata", "labels"};
          case "CronJob.batch" ->
              new String[] {"spec", "jobTemplate", "spec", "template", "metadata", "labels"};
          case "Deployment.apps",
              "StatefulSet.apps",
              "DaemonSet.apps",
              "ReplicaSet.apps",
              "ReplicationController",
              "Job.batch" ->
              new String[] {"spec", "template", "metadata", "labels"};
          default -> new String[0];
        };
    Map<String, String> labels = new TreeMap<>();
    if (path.length > 0) {
      object.at(path).properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    }
    return labels;
  }

  /** The account under which the pods of the object work; empty when it makes none. */
  public static Optional<ObjectRef> account(Manifest object) {
    return podSpec(object)
        .map(spec -> spec.path("serviceAccountName").asText(""))
        .map(name -> name.isEmpty() ? "default" : name)
        .map(name -> ObjectRef.core("ServiceAccount", object.namespace(), name));
  }

  /** What the object is needed for by others. */
  public static Offer offer(Manifest object) {
    return switch (object.ref().groupKind()) {
      case "CustomResourceDefinition.apiextensions.k8s.io" ->
          new Offer(
              Optional.of(
                  object.at("spec", "names", "kind").asText()
                      + "."
                      + object.at("spec", "group").asText()),
              service(object.at("spec", "conversion", "webhook", "clientConfig", "service")),
              Optional.empty());
      case "APIService.apiregistration.k8s.io" ->
          object.has("spec", "service")
              ? new Offer(
                  Optional.of(
                      object.at("spec", "group").asText()
                          + "/"
                          + object.at("spec", "version").asText()),
                  Optional.empty(),
                  Optional.empty())
              : Offer.NOTHING;
      case "ValidatingAdmissionPolicy.admissionregistration.k8s.io" ->
          new Offer(
              Optional.empty(),
              Optional.empty(),
              AdmissionReferences.parameters(object).filter(kind -> !kind.isEmpty()));
      default -> Offer.NOTHING;
    };
  }

  private static Optional<ObjectRef> service(JsonNode service) {
    String namespace = service.path("namespace").asText("");
    String name = service.path("name").asText("");
    return namespace.isEmpty() || name.isEmpty()
        ? Optional.empty()
        : Optional.of(ObjectRef.core("Service", namespace, name));
  }

  /** The node of an object. */
  public static Node node(Manifest object) {
    return new Node(object.ref(), of(object), podLabels(object), offer(object));
  }

  /** An owner may be cluster-scoped or of the same namespace: its kind alone does not tell. */
  private static void owners(Collector found, Manifest object) {
    boolean isFirst = Owner.comesAfter(object);
    for (Owner owner : Owner.of(object)) {
      for (String namespace : new TreeSet<>(List.of("", object.namespace()))) {
        if (isFirst && !owner.kind().isEmpty() && !owner.name().isEmpty()) {
          found.add(
              new Reference.ToFollower(
                  new ObjectRef(owner.group(), owner.kind(), namespace, owner.name()), OWNERS));
        } else if (!isFirst) {
          found.add(owner.group(), owner.kind(), namespace, owner.name(), Strength.WEAK, OWNERS);
        }
      }
    }
  }

  private static Optional<JsonNode> podSpec(Manifest object) {
    JsonNode spec =
        switch (object.ref().groupKind()) {
          case "Pod" -> object.at("spec");
          case "PodTemplate" -> object.at("template", "spec");
          case "CronJob.batch" -> object.at("spec", "jobTemplate", "spec", "template", "spec");
          default -> object.at("spec", "template", "spec");
        };
    return spec.path("containers").isArray() ? Optional.of(spec) : Optional.empty();
  }

  private static String podSpecField(String groupKind) {
    return switch (groupKind) {
      case "Pod" -> "spec";
      case "PodTemplate" -> "template.spec";
      case "CronJob.batch" -> "spec.jobTemplate.spec.template.spec";
      default -> "spec.template.spec";
    };
  }

  /** {@code group/Kind/name} or {@code group/namespaces/NAMESPACE/Kind/NAME}, joined by commas. */
  private static void dependsOn(Collector found, Manifest object) {
    String text = object.annotations().getOrDefault("config.kubernetes.io/depends-on", "");
    for (String one : text.split(",")) {
      String[] parts = one.strip().split("/");
      String field = "metadata.annotations[config.kubernetes.io/depends-on]";
      if (parts.length == 3 && !parts[1].isEmpty() && !parts[2].isEmpty()) {
        found.add(
            new Reference.ToObject(
                ObjectRef.clusterScoped(parts[0], parts[1], parts[2]),
                Strength.SOFT,
                Condition.CURRENT,
                field));
      } else if (parts.length == 5
          && parts[1].equals("namespaces")
          && !parts[3].isEmpty()
          && !parts[4].isEmpty()) {
        found.add(
            new Reference.ToObject(
                new ObjectRef(parts[0], parts[3], parts[2], parts[4]),
                Strength.SOFT,
                Condition.CURRENT,
                field));
      }
    }
  }

  /** Gathers references of one object. */
  static final class Collector {

    private final Manifest object;
    private final LinkedHashSet<Reference> found = new LinkedHashSet<>();

    Collector(Manifest object) {
      this.object = object;
    }

    String namespace() {
      return object.namespace();
    }

    void add(Reference reference) {
      found.add(reference);
    }

    void hard(String group, String kind, String name, String field) {
      add(group, kind, namespace(), name, Strength.HARD, field);
    }

    void weak(String group, String kind, String namespace, JsonNode name, String field) {
      add(group, kind, namespace, name.asText(""), Strength.WEAK, field);
    }

    void soft(String group, String kind, JsonNode name, String field) {
      soft(group, kind, name.asText(""), field);
    }

    void soft(String group, String kind, String name, String field) {
      add(group, kind, namespace(), name, Strength.SOFT, field);
    }

    void cluster(String group, String kind, JsonNode name, String field) {
      cluster(group, kind, name, field, Strength.HARD);
    }

    void cluster(String group, String kind, JsonNode name, String field, Strength strength) {
      add(group, kind, "", name.asText(""), strength, field);
    }

    void add(
        String group, String kind, String namespace, String name, Strength strength, String field) {
      // What has a slash where none may be is no name of an object.
      if (!name.isEmpty() && !kind.isEmpty() && !(kind + group + namespace).contains("/")) {
        add(
            new Reference.ToObject(
                new ObjectRef(group, kind, namespace, name), strength, Condition.APPLIED, field));
      }
    }

    List<Reference> all() {
      return new ArrayList<>(found);
    }
  }
}
