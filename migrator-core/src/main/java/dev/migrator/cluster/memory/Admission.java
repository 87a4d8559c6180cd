package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What stands between a valid object and the storage: service accounts, priorities, cluster IPs,
 * quota, and refusals that a test asks for.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Admission
 * control</a>
 */
final class Admission {

  private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  private final Storage storage;
  private final Uids uids;
  private final String ipPrefix;
  private final List<Function<Manifest, Optional<ClusterFailure>>> refusals = new ArrayList<>();
  private final Quota quota;
  private final Webhooks webhooks;
  private int lastIp = 10;
  private int lastNodePort = 30_000;

  Admission(Storage storage, Types types, Uids uids, String ipPrefix) {
    this.storage = storage;
    this.uids = uids;
    this.ipPrefix = ipPrefix;
    this.quota = new Quota(storage);
    this.webhooks = new Webhooks(storage, types);
  }

  void refuse(Function<Manifest, Optional<ClusterFailure>> refusal) {
    refusals.add(refusal);
  }

  /** Completes the new object in place, or refuses it. */
  void create(Key key, ObjectNode tree) {
    switch (key.type()) {
      case "Pod" -> pod(key, tree);
      case "Service" -> service(key, Fill.object(tree, "spec"));
      case "PersistentVolumeClaim" -> storageClass(Fill.object(tree, "spec"));
      case "Ingress.networking.k8s.io" ->
          defaultOf("IngressClass.networking.k8s.io", "ingressclass.kubernetes.io/is-default-class")
              .ifPresent(
                  name -> {
                    if (!tree.path("metadata")
                        .path("annotations")
                        .has("kubernetes.io/ingress.class")) {
                      Fill.text(Fill.object(tree, "spec"), "ingressClassName", name);
                    }
                  });
      default -> {}
    }
    webhooks.check(key, tree, "CREATE");
    refuseAsAsked(key, tree);
    quota.check(key, tree);
  }

  void update(Key key, ObjectNode tree) {
    webhooks.check(key, tree, "UPDATE");
    refuseAsAsked(key, tree);
  }

  private void refuseAsAsked(Key key, ObjectNode tree) {
    if (refusals.isEmpty()) {
      return;
    }
    Manifest object = Manifest.of(tree);
    for (Function<Manifest, Optional<ClusterFailure>> refusal : refusals) {
      refusal
          .apply(object)
          .ifPresent(
              failure -> {
                throw Answers.fail(key, failure);
              });
    }
  }

  private void pod(Key key, ObjectNode tree) {
    ObjectNode spec = Fill.object(tree, "spec");
    boolean mirror = tree.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
    if (!mirror) {
      serviceAccount(key, spec);
    }
    priority(key, spec);
    if (spec.has("runtimeClassName")
        && storage
            .get(Key.of("node.k8s.io", "RuntimeClass", "", spec.path("runtimeClassName").asText()))
            .isEmpty()) {
      throw Answers.forbidden(key, "pod rejected: RuntimeClass not found");
    }
    ArrayNode tolerations = spec.withArrayProperty("tolerations");
    for (String taint : new String[] {"not-ready", "unreachable"}) {
      String taintKey = "node.kubernetes.io/" + taint;
      boolean tolerated = false;
      for (JsonNode toleration : tolerations) {
        tolerated |= toleration.path("key").asText().equals(taintKey) || !toleration.has("key");
      }
      if (!tolerated) {
        tolerations
            .addObject()
            .put("key", taintKey)
            .put("operator", "Exists")
            .put("effect", "NoExecute")
            .put("tolerationSeconds", 300);
      }
    }
  }

  private void serviceAccount(Key key, ObjectNode spec) {
    Fill.text(spec, "serviceAccountName", "default");
    spec.set("serviceAccount", spec.path("serviceAccountName"));
    String name = spec.path("serviceAccountName").asText();
    Manifest account =
        storage
            .get(new Key("ServiceAccount", key.namespace(), name))
            .orElseThrow(
                () ->
                    Answers.forbidden(
                        key,
                        "error looking up service account "
                            + key.namespace()
                            + "/"
                            + name
                            + ": serviceaccount \""
                            + name
                            + "\" not found"));
    if (!spec.has("imagePullSecrets") && !account.at("imagePullSecrets").isEmpty()) {
      spec.set("imagePullSecrets", account.at("imagePullSecrets").deepCopy());
    }
    boolean wanted =
        spec.has("automountServiceAccountToken")
            ? spec.path("automountServiceAccountToken").asBoolean()
            : account.at("automountServiceAccountToken").asBoolean(true);
    boolean mounted = false;
    for (JsonNode volume : spec.path("volumes")) {
      mounted |= volume.path("name").asText().startsWith("kube-api-access-");
    }
    if (wanted && !mounted) {
      String volume = "kube-api-access-" + uids.suffix();
      spec.withArrayProperty("volumes")
          .add(
              Fill.parse(
                  """
                  {"name": "%s", "projected": {"defaultMode": 420, "sources": [
                    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                    {"configMap": {"name": "kube-root-ca.crt",
                                   "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                    {"downwardAPI": {"items": [{"path": "namespace", "fieldRef":
                      {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}}]}}
                  """
                      .formatted(volume)));
      for (String list : new String[] {"initContainers", "containers"}) {
        for (ObjectNode container : Fill.each(spec.path(list))) {
          container
              .withArrayProperty("volumeMounts")
              .addObject()
              .put("name", volume)
              .put("readOnly", true)
              .put("mountPath", TOKEN_PATH);
        }
      }
    }
  }

  private void priority(Key key, ObjectNode spec) {
    if (!spec.has("priorityClassName")) {
      Fill.number(spec, "priority", 0);
      Fill.text(spec, "preemptionPolicy", "PreemptLowerPriority");
      return;
    }
    String name = spec.path("priorityClassName").asText();
    Manifest priority =
        storage
            .get(Key.of("scheduling.k8s.io", "PriorityClass", "", name))
            .orElseThrow(
                () -> Answers.forbidden(key, "no PriorityClass with name " + name + " was found"));
    if (spec.has("priority") && !spec.path("priority").equals(priority.at("value"))) {
      throw Answers.forbidden(
          key, "the integer value of priority must not be provided in pod spec");
    }
    spec.set("priority", priority.at("value"));
    Fill.text(
        spec, "preemptionPolicy", priority.at("preemptionPolicy").asText("PreemptLowerPriority"));
  }

  private void service(Key key, ObjectNode spec) {
    String type = spec.path("type").asText();
    if (type.equals("ExternalName")) {
      return;
    }
    String asked = spec.path("clusterIP").asText();
    Set<String> addresses = new HashSet<>();
    Set<Integer> nodePorts = new HashSet<>();
    for (Manifest other : storage.all("Service")) {
      addresses.add(other.at("spec", "clusterIP").asText());
      other.at("spec", "ports").forEach(port -> nodePorts.add(port.path("nodePort").asInt()));
    }
    if (!asked.isEmpty() && !asked.equals("None")) {
      if (!asked.startsWith(ipPrefix + ".")) {
        throw Answers.invalid(
            key,
            "spec.clusterIPs",
            "Invalid value: failed to allocate IP "
                + asked
                + ": the provided IP is not in the valid range");
      }
      if (addresses.contains(asked)) {
        throw Answers.invalid(
            key, "spec.clusterIPs", "Invalid value: provided IP is already allocated");
      }
    } else if (asked.isEmpty()) {
      String free;
      do {
        lastIp++;
        free = ipPrefix + "." + (lastIp >> 8) + "." + (lastIp & 255);
      } while (addresses.contains(free));
      spec.put("clusterIP", free);
    }
    Fill.texts(spec, "clusterIPs", spec.path("clusterIP").asText());
    Fill.texts(spec, "ipFamilies", "IPv4");
    Fill.text(spec, "ipFamilyPolicy", "SingleStack");
    boolean exposed =
        type.equals("NodePort")
            || (type.equals("LoadBalancer")
                && spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
    for (ObjectNode port : Fill.each(spec.path("ports"))) {
      int nodePort = port.path("nodePort").asInt();
      if (nodePort != 0 && nodePorts.contains(nodePort)) {
        throw Answers.invalid(
            key, "spec.ports[0].nodePort", "Invalid value: provided port is already allocated");
      }
      if (exposed && nodePort == 0) {
        do {
          lastNodePort++;
        } while (nodePorts.contains(lastNodePort));
        port.put("nodePort", lastNodePort);
      }
    }
  }

  private void storageClass(ObjectNode spec) {
    if (!spec.has("storageClassName")) {
      defaultOf("StorageClass.storage.k8s.io", "storageclass.kubernetes.io/is-default-class")
          .ifPresent(name -> spec.put("storageClassName", name));
    }
  }

  private Optional<String> defaultOf(String type, String annotation) {
    return storage.all(type).stream()
        .filter(object -> "true".equals(object.annotations().get(annotation)))
        .map(Manifest::name)
        .findFirst();
  }
}
