package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps one pod of a DaemonSet on every node that its selector fits. */
final class DaemonSets implements Controller {

  private static final String REVISION = "controller-revision-hash";

  private final ApiServer api;
  private final Pods pods;

  DaemonSets(ApiServer api) {
    this.api = api;
    this.pods = new Pods(api);
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    return switch (object.kind()) {
      case "DaemonSet" -> List.of(Key.of(object.ref()));
      case "Pod" -> Pods.controllerOf(change, Set.of("DaemonSet"));
      case "Node" ->
          api.storage().all("DaemonSet.apps").stream().map(set -> Key.of(set.ref())).toList();
      default -> List.of();
    };
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty() || !key.type().equals("DaemonSet.apps")) {
      return;
    }
    Manifest set = found.get();
    List<String> nodes =
        api.storage().all("Node").stream()
            .filter(node -> Kubelet.fits(node, set.at("spec", "template", "spec", "nodeSelector")))
            .map(Manifest::name)
            .toList();
    String hash = Uids.safe(Arrays.hashCode(Json.canonicalBytes(set.at("spec", "template"))));
    try {
      if (!set.isBeingDeleted()) {
        step(set, nodes, hash);
      }
    } finally {
      status(key, nodes, hash);
    }
  }

  private void step(Manifest set, List<String> nodes, String hash) {
    for (Manifest pod : pods.of(set)) {
      boolean wanted =
          nodes.contains(pod.at("spec", "nodeName").asText())
              && hash.equals(pod.labels().getOrDefault(REVISION, hash));
      if (!pod.isBeingDeleted() && (!wanted || Pods.isTerminal(pod))) {
        pods.delete(pod);
      }
    }
    for (String node : nodes) {
      boolean there =
          pods.of(set).stream().anyMatch(pod -> pod.at("spec", "nodeName").asText().equals(node));
      if (!there) {
        pods.create(
            set,
            set.name() + "-",
            set.at("spec", "template"),
            pod -> {
              Fill.object(Fill.object(pod, "metadata"), "labels").put(REVISION, hash);
              Fill.object(pod, "spec").put("nodeName", node);
            });
      }
    }
  }

  private void status(Key key, List<String> nodes, String hash) {
    Manifest set = api.storage().get(key).orElseThrow();
    List<Manifest> active = pods.of(set).stream().filter(Pods::isActive).toList();
    int ready = (int) active.stream().filter(Pods::isReady).count();
    int updated =
        (int)
            active.stream()
                .filter(pod -> hash.equals(pod.labels().getOrDefault(REVISION, hash)))
                .count();
    api.editStatus(
        key,
        status -> {
          status.put("observedGeneration", set.at("metadata", "generation").asInt());
          status.put("desiredNumberScheduled", nodes.size());
          status.put("currentNumberScheduled", active.size());
          status.put("numberMisscheduled", 0);
          status.put("numberReady", ready);
          number(status, "numberAvailable", ready);
          number(status, "numberUnavailable", nodes.size() - ready);
          number(status, "updatedNumberScheduled", updated);
        });
  }

  private static void number(ObjectNode status, String field, int count) {
    if (count > 0) {
      status.put(field, count);
    } else {
      status.remove(field);
    }
  }
}
