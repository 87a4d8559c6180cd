package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps Endpoints and EndpointSlices of Services with a selector; gives load balancers out. */
final class ServiceEndpoints implements Controller {

  private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

  private final ApiServer api;

  ServiceEndpoints(ApiServer api) {
    this.api = api;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    if (object.kind().equals("Service")) {
      return List.of(Key.of(object.ref()));
    }
    if (!object.kind().equals("Pod")) {
      return List.of();
    }
    List<Key> keys = new ArrayList<>();
    for (Manifest service : api.storage().in("Service", object.namespace())) {
      if (selects(service, object)) {
        keys.add(Key.of(service.ref()));
      }
    }
    return keys;
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    Key endpoints = new Key("Endpoints", key.namespace(), key.name());
    if (found.isEmpty()) {
      if (api.storage().get(endpoints).filter(ServiceEndpoints::isOurs).isPresent()) {
        api.deleteNow(endpoints);
      }
      return;
    }
    Manifest service = found.get();
    loadBalancer(key, service);
    if (service.at("spec", "selector").isEmpty() || service.isBeingDeleted()) {
      return;
    }
    List<Manifest> pods =
        api.storage().in("Pod", key.namespace()).stream()
            .filter(pod -> selects(service, pod))
            .filter(pod -> pod.has("status", "podIP") && !Pods.isTerminal(pod))
            .toList();
    endpoints(endpoints, service, pods);
    slice(service, pods);
  }

  private void endpoints(Key key, Manifest service, List<Manifest> pods) {
    ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", "Endpoints");
    ObjectNode metadata = tree.putObject("metadata");
    metadata.put("name", key.name()).put("namespace", key.namespace());
    metadata.putObject("labels").put("endpoints.kubernetes.io/managed-by", "endpoint-controller");
    ArrayNode subsets = Json.array();
    if (!pods.isEmpty()) {
      ObjectNode subset = subsets.addObject();
      for (Manifest pod : pods) {
        boolean ready = Pods.isReady(pod) && !pod.isBeingDeleted();
        subset
            .withArrayProperty(ready ? "addresses" : "notReadyAddresses")
            .addObject()
            .put("ip", pod.at("status", "podIP").asText());
      }
      subset.set("ports", ports(service));
      tree.set("subsets", subsets);
    }
    Optional<Manifest> before = api.storage().get(key);
    if (before.isEmpty()) {
      api.create(Manifest.of(tree), true);
    } else if (!before.get().at("subsets").equals(tree.path("subsets"))) {
      api.edit(key, live -> live.set("subsets", subsets));
    }
  }

  private void slice(Manifest service, List<Manifest> pods) {
    ArrayNode endpoints = Json.array();
    for (Manifest pod : pods) {
      ObjectNode endpoint = endpoints.addObject();
      endpoint.putArray("addresses").add(pod.at("status", "podIP").asText());
      boolean serving = Pods.isReady(pod);
      endpoint
          .putObject("conditions")
          .put("ready", serving && !pod.isBeingDeleted())
          .put("serving", serving)
          .put("terminating", pod.isBeingDeleted());
    }
    Optional<Manifest> before =
        api.storage().dependantsOf(service.uid()).stream()
            .filter(object -> object.kind().equals("EndpointSlice"))
            .findFirst();
    if (before.isPresent()) {
      if (!before.get().at("endpoints").equals(endpoints)) {
        api.edit(Key.of(before.get().ref()), live -> live.set("endpoints", endpoints));
      }
      return;
    }
    var type = api.types().of("EndpointSlice.discovery.k8s.io");
    if (type.isEmpty()) {
      return;
    }
    ObjectNode tree =
        Json.object().put("apiVersion", type.get().apiVersion()).put("kind", "EndpointSlice");
    ObjectNode metadata = tree.putObject("metadata");
    metadata
        .put("name", service.name() + "-" + api.uids().suffix())
        .put("generateName", service.name() + "-")
        .put("namespace", service.namespace());
    metadata
        .putObject("labels")
        .put("kubernetes.io/service-name", service.name())
        .put(MANAGED_BY, "endpointslice-controller.k8s.io");
    metadata.putArray("ownerReferences").add(Labels.controlledBy(service));
    tree.put("addressType", "IPv4").set("endpoints", endpoints);
    tree.set("ports", ports(service));
    api.create(Manifest.of(tree), true);
  }

  private static ArrayNode ports(Manifest service) {
    ArrayNode ports = Json.array();
    for (JsonNode port : service.at("spec", "ports")) {
      ObjectNode entry = ports.addObject();
      entry.put("name", port.path("name").asText());
      JsonNode target = port.path("targetPort");
      entry.set("port", target.isInt() ? target : port.path("port"));
      entry.put("protocol", port.path("protocol").asText("TCP"));
    }
    return ports;
  }

  private void loadBalancer(Key key, Manifest service) {
    if (service.at("spec", "type").asText().equals("LoadBalancer")
        && !service.at("status", "loadBalancer").has("ingress")) {
      int last = Math.floorMod(service.uid().hashCode(), 250) + 1;
      api.editStatus(
          key,
          status ->
              Fill.object(status, "loadBalancer")
                  .putArray("ingress")
                  .addObject()
                  .put("ip", "192.0.2." + last));
    }
  }

  private static boolean selects(Manifest service, Manifest pod) {
    JsonNode selector = service.at("spec", "selector");
    if (selector.isEmpty()) {
      return false;
    }
    Map<String, String> labels = pod.labels();
    return selector.properties().stream()
        .allMatch(want -> want.getValue().asText().equals(labels.get(want.getKey())));
  }

  private static boolean isOurs(Manifest endpoints) {
    return endpoints.labels().containsKey("endpoints.kubernetes.io/managed-by");
  }
}
