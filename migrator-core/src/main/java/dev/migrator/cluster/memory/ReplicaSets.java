package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps the number of pods of ReplicaSets and ReplicationControllers. */
final class ReplicaSets implements Controller {

  private static final Set<String> KINDS = Set.of("ReplicaSet", "ReplicationController");

  private final ApiServer api;
  private final Pods pods;

  ReplicaSets(ApiServer api) {
    this.api = api;
    this.pods = new Pods(api);
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    if (KINDS.contains(object.kind())) {
      return List.of(Key.of(object.ref()));
    }
    return object.kind().equals("Pod") ? Pods.controllerOf(change, KINDS) : List.of();
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty()) {
      return;
    }
    Manifest set = found.get();
    pods.adopt(set, selector(set));
    List<Manifest> active = pods.of(set).stream().filter(Pods::isActive).toList();
    int wanted = set.at("spec", "replicas").asInt();
    try {
      if (!set.isBeingDeleted()) {
        for (int i = active.size(); i < wanted; i++) {
          pods.create(set, set.name() + "-", set.at("spec", "template"), pod -> {});
        }
        surplus(active, active.size() - wanted).forEach(pods::delete);
      }
    } finally {
      status(key);
    }
  }

  private static List<Manifest> surplus(List<Manifest> active, int count) {
    if (count <= 0) {
      return List.of();
    }
    List<Manifest> order = new ArrayList<>(active.reversed());
    order.sort(Comparator.comparing(Pods::isReady));
    return order.subList(0, count);
  }

  private void status(Key key) {
    Manifest set = api.storage().get(key).orElseThrow();
    List<Manifest> active = pods.of(set).stream().filter(Pods::isActive).toList();
    int ready = (int) active.stream().filter(Pods::isReady).count();
    api.editStatus(
        key,
        status -> {
          status.put("replicas", active.size());
          status.put("observedGeneration", set.at("metadata", "generation").asInt());
          for (String field : new String[] {"readyReplicas", "availableReplicas"}) {
            if (ready > 0) {
              status.put(field, ready);
            } else {
              status.remove(field);
            }
          }
          if (active.isEmpty()) {
            status.remove("fullyLabeledReplicas");
          } else {
            status.put("fullyLabeledReplicas", active.size());
          }
        });
  }

  private static JsonNode selector(Manifest set) {
    return set.kind().equals("ReplicaSet")
        ? set.at("spec", "selector")
        : Json.object().set("matchLabels", set.at("spec", "selector").deepCopy());
  }
}
