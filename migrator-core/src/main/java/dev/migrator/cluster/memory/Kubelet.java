package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scheduler and the kubelets of all nodes: pods are placed, start, become ready, end, and take
 * their time to go.
 *
 * <p>Annotations on a pod (or on the Job that controls it) say how it behaves: see {@link
 * Behaviour}.
 */
final class Kubelet implements Controller {

  private static final Duration START = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ApiServer api;
  private final Controllers controllers;
  private final PodVolumes volumes;
  private final MoverPods movers;
  private final Map<String, Instant> due = new HashMap<>();
  private int lastIp;

  Kubelet(ApiServer api, Controllers controllers, MoverPods movers) {
    this.movers = movers;
    this.api = api;
    this.controllers = controllers;
    this.volumes = new PodVolumes(api);
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    if (!object.kind().equals("Pod")) {
      return volumes.waitingFor(object);
    }
    if (change.after().isEmpty()) {
      due.remove(object.uid());
      due.remove("end " + object.uid());
      return List.of();
    }
    return List.of(Key.of(object.ref()));
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty()) {
      return;
    }
    Manifest pod = found.get();
    Behaviour behaviour = Behaviour.of(api, pod);
    if (pod.isBeingDeleted()) {
      terminate(key, pod, behaviour);
    } else if (!pod.has("spec", "nodeName")) {
      schedule(key, pod);
    } else if (pod.at("status", "phase").asText().equals("Pending")) {
      start(key, pod, behaviour);
    } else if (pod.at("status", "phase").asText().equals("Running")
        && !pod.at("spec", "restartPolicy").asText().equals("Always")) {
      finish(key, pod, behaviour);
    }
  }

  private void schedule(Key key, Manifest pod) {
    Optional<String> node =
        pod.at("spec", "schedulingGates").isEmpty() ? nodeFor(pod) : Optional.empty();
    node.ifPresent(found -> volumes.select(pod, found));
    if (!volumes.areBound(pod)) {
      node = Optional.empty();
    }
    if (node.isEmpty()) {
      api.editStatus(
          key,
          status ->
              Conditions.set(
                  status,
                  "PodScheduled",
                  "False",
                  pod.has("spec", "schedulingGates") ? "SchedulingGated" : "Unschedulable",
                  api.timestamp()));
      if (!pod.has("spec", "schedulingGates")) {
        controllers.again(this, key, RETRY);
      }
      return;
    }
    String chosen = node.get();
    api.edit(
        key,
        tree -> {
          Fill.object(tree, "spec").put("nodeName", chosen);
          Conditions.set(
              Fill.object(tree, "status"), "PodScheduled", "True", "Scheduled", api.timestamp());
        });
  }

  private Optional<String> nodeFor(Manifest pod) {
    String wanted =
        pod.at("spec", "affinity", "nodeAffinity")
            .path("requiredDuringSchedulingIgnoredDuringExecution")
            .path("nodeSelectorTerms")
            .path(0)
            .path("matchFields")
            .path(0)
            .path("values")
            .path(0)
            .asText("");
    List<Manifest> nodes =
        api.storage().all("Node").stream()
            .filter(node -> wanted.isEmpty() || node.name().equals(wanted))
            .filter(node -> fits(node, pod.at("spec", "nodeSelector")))
            .filter(node -> volumes.reach(pod, node))
            .toList();
    Optional<String> nearest =
        volumes
            .nodeOfDisk(pod)
            .filter(name -> nodes.stream().anyMatch(node -> node.name().equals(name)));
    return nearest.isPresent() || nodes.isEmpty()
        ? nearest
        : Optional.of(nodes.get(Math.floorMod(pod.name().hashCode(), nodes.size())).name());
  }

  static boolean fits(Manifest node, JsonNode nodeSelector) {
    Map<String, String> labels = node.labels();
    for (Map.Entry<String, JsonNode> want : nodeSelector.properties()) {
      if (!want.getValue().asText().equals(labels.get(want.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private void start(Key key, Manifest pod, Behaviour behaviour) {
    if (!isDue(key, pod.uid(), START)) {
      return;
    }
    if (!volumes.areAttached(pod)) {
      api.editStatus(key, status -> containers(status, pod, "waiting", "ContainerCreating", false));
      controllers.again(this, key, RETRY);
      return;
    }
    Optional<String> missing = missing(pod);
    if (missing.isPresent() || behaviour.isStuck("ImagePullBackOff")) {
      api.editStatus(
          key,
          status -> {
            status.put("phase", "Pending");
            containers(
                status,
                pod,
                "waiting",
                missing.isPresent() ? "CreateContainerConfigError" : "ImagePullBackOff",
                false);
          });
      controllers.again(this, key, RETRY);
      return;
    }
    boolean ready = !behaviour.isStuck("Unready");
    api.editStatus(
        key,
        status -> {
          String now = api.timestamp();
          lastIp++;
          status.put("phase", "Running").put("startTime", now);
          status.put("podIP", "10.244." + (lastIp >> 8) + "." + (lastIp & 255));
          status.put("hostIP", "192.168.0.1").put("qosClass", "BestEffort");
          for (String type : new String[] {"Initialized", "ContainersReady", "Ready"}) {
            boolean holds = ready || type.equals("Initialized");
            Conditions.set(status, type, holds ? "True" : "False", "", now);
          }
          containers(status, pod, "running", "", ready);
        });
  }

  /** The first ConfigMap or Secret that the pod cannot start without. */
  private Optional<String> missing(Manifest pod) {
    for (JsonNode volume : pod.at("spec", "volumes")) {
      Optional<String> missing =
          absent(pod, "ConfigMap", volume.path("configMap"), "name")
              .or(() -> absent(pod, "Secret", volume.path("secret"), "secretName"));
      if (missing.isPresent()) {
        return missing;
      }
    }
    for (JsonNode container : pod.at("spec", "containers")) {
      for (JsonNode from : container.path("envFrom")) {
        Optional<String> missing =
            absent(pod, "ConfigMap", from.path("configMapRef"), "name")
                .or(() -> absent(pod, "Secret", from.path("secretRef"), "name"));
        if (missing.isPresent()) {
          return missing;
        }
      }
      for (JsonNode variable : container.path("env")) {
        JsonNode from = variable.path("valueFrom");
        Optional<String> missing =
            absent(pod, "ConfigMap", from.path("configMapKeyRef"), "name")
                .or(() -> absent(pod, "Secret", from.path("secretKeyRef"), "name"));
        if (missing.isPresent()) {
          return missing;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> absent(Manifest pod, String kind, JsonNode source, String field) {
    if (!source.has(field) || source.path("optional").asBoolean()) {
      return Optional.empty();
    }
    String name = source.path(field).asText();
    return api.storage().get(new Key(kind, pod.namespace(), name)).isPresent()
        ? Optional.empty()
        : Optional.of(name);
  }

  private void finish(Key key, Manifest pod, Behaviour behaviour) {
    if (!isDue(key, "end " + pod.uid(), behaviour.duration())) {
      return;
    }
    if (!MoverPods.isOne(pod) || behaviour.exitCode() != 0) {
      end(key, pod, behaviour.exitCode(), behaviour.lastWords());
      return;
    }
    movers
        .end(pod)
        .ifPresentOrElse(
            said ->
                end(key, pod, 0, behaviour.lastWords().isEmpty() ? said : behaviour.lastWords()),
            () -> controllers.again(this, key, RETRY));
  }

  private void end(Key key, Manifest pod, int exitCode, String said) {
    api.editStatus(
        key,
        status -> {
          status.put("phase", exitCode == 0 ? "Succeeded" : "Failed");
          for (String type : new String[] {"ContainersReady", "Ready"}) {
            Conditions.set(status, type, "False", "PodCompleted", api.timestamp());
          }
          containers(status, pod, "terminated", exitCode == 0 ? "Completed" : "Error", false);
          for (ObjectNode container : Fill.each(status.path("containerStatuses"))) {
            ObjectNode terminated = Fill.object(Fill.object(container, "state"), "terminated");
            terminated.put("exitCode", exitCode);
            if (!said.isEmpty()) {
              terminated.put("message", said);
            }
          }
        });
  }

  private void terminate(Key key, Manifest pod, Behaviour behaviour) {
    if (behaviour.isStuck("Terminating")) {
      return;
    }
    int grace = pod.at("metadata", "deletionGracePeriodSeconds").asInt();
    Duration takes = behaviour.termination();
    if (takes.compareTo(Duration.ofSeconds(grace)) > 0) {
      takes = Duration.ofSeconds(grace);
    }
    if (grace > 0 && !isDue(key, "gone " + pod.uid(), takes)) {
      return;
    }
    due.remove("gone " + pod.uid());
    if (!Pods.isTerminal(pod) && pod.has("metadata", "finalizers")) {
      end(key, pod, 137, "");
    }
    api.deleteNow(key);
  }

  /** Whether so much time passed since this was first asked; asks again when it has. */
  private boolean isDue(Key key, String what, Duration after) {
    Instant now = api.clock().now();
    Instant time = due.computeIfAbsent(what, first -> now.plus(after));
    if (now.isBefore(time)) {
      controllers.again(this, key, Duration.between(now, time));
      return false;
    }
    return true;
  }

  private void containers(
      ObjectNode status, Manifest pod, String state, String reason, boolean ready) {
    ArrayNode list = status.putArray("containerStatuses");
    for (JsonNode container : pod.at("spec", "containers")) {
      ObjectNode entry = list.addObject();
      entry.set("name", container.path("name"));
      entry.set("image", container.path("image"));
      entry.put("ready", ready).put("restartCount", 0).put("started", ready);
      ObjectNode detail = entry.putObject("state").putObject(state);
      if (state.equals("running")) {
        detail.put("startedAt", api.timestamp());
      } else {
        detail.put("reason", reason);
      }
    }
  }
}
