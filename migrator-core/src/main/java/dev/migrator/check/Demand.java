package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an object asks of the quotas of its namespace at the target, itself and by what it makes.
 *
 * <p>Source: kubernetes {@code pkg/quota/v1/evaluator/core}
 */
public final class Demand {

  /** Stands between the name of a storage class and what is limited of it. */
  static final String OF_CLASS = ".storageclass.storage.k8s.io/";

  /** A claim that a workload makes; its name is empty where it follows from that of a pod. */
  record Claim(String name, Map<String, BigDecimal> amounts) {}

  private final String namespace;
  private final boolean isPod;
  private final Map<String, BigDecimal> itself = new TreeMap<>();
  private final Map<String, BigDecimal> makes = new TreeMap<>();
  private final List<Claim> claims = new ArrayList<>();
  private final Optional<PodCharge> pod;
  private final Optional<Integer> pods;

  /**
   * @param body as it will be sent to the target
   * @param plural what its kind is called in addresses
   * @param limits whose defaults its pods get
   */
  public Demand(Manifest body, String plural, LimitRanges limits) {
    ObjectRef ref = body.ref();
    this.namespace = ref.namespace();
    this.isPod = ref.groupKind().equals("Pod");
    Optional<JsonNode> spec = PodSecurity.podSpec(body);
    this.pod = spec.map(s -> PodCharge.of(s, limits.filled(body, s)));
    this.pods = spec.isEmpty() ? Optional.of(0) : podsOf(body);
    if (!isPod) {
      String resource = ref.group().isEmpty() ? plural : plural + "." + ref.group();
      itself.put("count/" + resource, BigDecimal.ONE);
      if (ref.group().isEmpty()) {
        itself.put(resource, BigDecimal.ONE);
      }
    }
    switch (ref.groupKind()) {
      case "Service" -> service(body);
      case "PersistentVolumeClaim" ->
          claim(body.at("spec"), body.annotations())
              .forEach((k, v) -> itself.merge(k, v, BigDecimal::max));
      case "Deployment.apps" -> makes.put("count/replicasets.apps", BigDecimal.ONE);
      case "StatefulSet.apps" -> templates(body);
      default -> {}
    }
    spec.ifPresent(this::ephemeral);
  }

  private static Optional<Integer> podsOf(Manifest body) {
    int replicas = body.at("spec", "replicas").asInt(1);
    return switch (body.ref().groupKind()) {
      case "Pod" -> Optional.of(1);
      case "Job.batch" -> {
        int parallel = body.at("spec", "parallelism").asInt(1);
        yield Optional.of(
            body.at("spec", "suspend").asBoolean()
                ? 0
                : Math.min(parallel, body.at("spec", "completions").asInt(parallel)));
      }
      // Their pods follow from nodes and from the time.
      case "DaemonSet.apps", "CronJob.batch" -> Optional.empty();
      case "Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController" ->
          Optional.of(replicas);
      default -> body.at("spec", "replicas").isInt() ? Optional.of(replicas) : Optional.empty();
    };
  }

  private void service(Manifest service) {
    String type = service.at("spec", "type").asText();
    long ports = service.at("spec", "ports").size();
    if (type.equals("LoadBalancer")) {
      itself.put("services.loadbalancers", BigDecimal.ONE);
      if (!service.at("spec", "allocateLoadBalancerNodePorts").asBoolean(true)) {
        ports = 0;
        for (JsonNode port : service.at("spec", "ports")) {
          ports += port.path("nodePort").asInt() == 0 ? 0 : 1;
        }
      }
    } else if (!type.equals("NodePort")) {
      ports = 0;
    }
    itself.put("services.nodeports", BigDecimal.valueOf(ports));
  }

  private static Map<String, BigDecimal> claim(JsonNode spec, Map<String, String> annotations) {
    String old = annotations.getOrDefault("volume.beta.kubernetes.io/storage-class", "");
    String storageClass = old.isEmpty() ? spec.path("storageClassName").asText("") : old;
    // One that says the empty name wants no class; one that says nothing gets the default.
    boolean none = old.isEmpty() && spec.path("storageClassName").isTextual();
    Map<String, BigDecimal> amounts = new TreeMap<>();
    amounts.put("persistentvolumeclaims", BigDecimal.ONE);
    amounts.put("count/persistentvolumeclaims", BigDecimal.ONE);
    BigDecimal storage =
        Quantity.parse(spec.path("resources").path("requests").path("storage").asText("0"))
            .orElse(BigDecimal.ZERO);
    amounts.put("requests.storage", storage);
    if (!storageClass.isEmpty() || !none) {
      amounts.put(storageClass + OF_CLASS + "persistentvolumeclaims", BigDecimal.ONE);
      amounts.put(storageClass + OF_CLASS + "requests.storage", storage);
    }
    return amounts;
  }

  private void templates(Manifest set) {
    int first = set.at("spec", "ordinals", "start").asInt(0);
    for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
      Map<String, BigDecimal> amounts = claim(template.path("spec"), Map.of());
      String prefix =
          template.path("metadata").path("name").asText() + "-" + set.ref().name() + "-";
      for (int i = 0; i < pods.orElse(0); i++) {
        claims.add(new Claim(prefix + (first + i), amounts));
      }
    }
  }

  private void ephemeral(JsonNode spec) {
    for (JsonNode volume : spec.path("volumes")) {
      JsonNode template = volume.path("ephemeral").path("volumeClaimTemplate").path("spec");
      for (int i = 0; !template.isMissingNode() && i < pods.orElse(0); i++) {
        claims.add(new Claim("", claim(template, Map.of())));
      }
    }
  }

  /** The namespace at the target. */
  String namespace() {
    return namespace;
  }

  /** Whether it is a pod itself. */
  boolean isPod() {
    return isPod;
  }

  /** What the object itself is charged for, if it is no pod. */
  Map<String, BigDecimal> itself() {
    return itself;
  }

  /** What is charged for objects that it makes, pods and claims not counted. */
  Map<String, BigDecimal> makes() {
    return makes;
  }

  List<Claim> claims() {
    return claims;
  }

  /** What each of its pods is charged for; empty when it makes none. */
  Optional<PodCharge> pod() {
    return pod;
  }

  /** How many pods it is or makes; empty when that cannot be said. */
  Optional<Integer> pods() {
    return pods;
  }
}
