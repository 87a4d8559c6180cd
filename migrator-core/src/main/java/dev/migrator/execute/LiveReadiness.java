package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ListQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.verify.Readiness;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;

/**
 * Whether an object of a cluster works, also by what only others there can tell: the endpoints of a
 * Service, the class of a claim, the pods of a workload.
 *
 * <p>Errors: {@link dev.migrator.cluster.ClusterException} as the cluster gave it.
 */
public final class LiveReadiness {

  private final ClusterSide side;

  public LiveReadiness(ClusterSide side) {
    this.side = side;
  }

  /** As it is now. */
  public Readiness of(Manifest live) {
    return Readiness.of(live, environment(live));
  }

  /** As {@link #of}, with the most telling reason that the pods of a workload give. */
  public Readiness explained(Manifest live) {
    return Readiness.explain(live, podsOf(live));
  }

  private Readiness.Surroundings environment(Manifest live) {
    return switch (live.ref().groupKind()) {
      case "PersistentVolumeClaim" ->
          new Readiness.Surroundings(bindsLate(live), OptionalInt.empty());
      case "Service" -> new Readiness.Surroundings(false, readyEndpoints(live));
      default -> Readiness.Surroundings.unknown();
    };
  }

  private boolean bindsLate(Manifest claim) {
    Optional<String> name = claim.text("spec", "storageClassName");
    Optional<ResourceType> type = side.type("StorageClass", "storage.k8s.io/v1");
    if (name.isEmpty() || type.isEmpty()) {
      return false;
    }
    ObjectRef ref = ObjectRef.clusterScoped("storage.k8s.io", "StorageClass", name.get());
    return side.cluster()
        .get(type.get(), ref)
        .map(c -> c.at("volumeBindingMode").asText().equals("WaitForFirstConsumer"))
        .orElse(false);
  }

  private OptionalInt readyEndpoints(Manifest service) {
    Optional<ResourceType> type = side.type("EndpointSlice", "discovery.k8s.io/v1");
    if (type.isEmpty() || service.at("spec", "selector").isEmpty()) {
      return OptionalInt.empty();
    }
    ListQuery query =
        ListQuery.inNamespace(service.namespace())
            .withLabelSelector("kubernetes.io/service-name=" + service.name());
    int ready = 0;
    for (Manifest slice : side.cluster().list(type.get(), query).items()) {
      for (JsonNode endpoint : slice.at("endpoints")) {
        ready += endpoint.at("/conditions/ready").asBoolean(true) ? 1 : 0;
      }
    }
    return OptionalInt.of(ready);
  }

  /** The workload's pods by its selector; none where it has no simple one. */
  private List<Manifest> podsOf(Manifest workload) {
    JsonNode labels = workload.at("spec", "selector", "matchLabels");
    Optional<ResourceType> pods = side.type("Pod", "v1");
    if (!labels.isObject() || labels.isEmpty() || pods.isEmpty()) {
      return List.of();
    }
    StringJoiner selector = new StringJoiner(",");
    labels.properties().forEach(e -> selector.add(e.getKey() + "=" + e.getValue().asText()));
    return side.cluster()
        .list(
            pods.get(),
            ListQuery.inNamespace(workload.namespace())
                .withLabelSelector(selector.toString())
                .withLimit(50))
        .items();
  }
}
