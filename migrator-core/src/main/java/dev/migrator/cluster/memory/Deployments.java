package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rolls Deployments out over ReplicaSets. */
final class Deployments implements Controller {

  private static final String HASH = "pod-template-hash";

  private final ApiServer api;
  private final Controllers controllers;

  Deployments(ApiServer api, Controllers controllers) {
    this.api = api;
    this.controllers = controllers;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    return switch (object.kind()) {
      case "Deployment" -> List.of(Key.of(object.ref()));
      case "ReplicaSet" -> Pods.controllerOf(change, Set.of("Deployment"));
      default -> List.of();
    };
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty() || !key.type().equals("Deployment.apps")) {
      return;
    }
    Manifest deployment = found.get();
    if (!deployment.isBeingDeleted()) {
      adopt(deployment);
      Optional<Manifest> current = current(deployment);
      if (current.isEmpty() && !deployment.at("spec", "paused").asBoolean()) {
        current = Optional.of(newSet(deployment));
      }
      current.ifPresent(set -> scale(deployment, set));
    }
    status(key);
  }

  private void adopt(Manifest deployment) {
    var fits = Selectors.of(deployment.at("spec", "selector"));
    for (Manifest set : api.storage().in("ReplicaSet.apps", deployment.namespace())) {
      if (Labels.controller(set).isEmpty()
          && !set.isBeingDeleted()
          && fits.test(Labels.of(set.at("spec", "template", "metadata", "labels")))) {
        api.edit(
            Key.of(set.ref()),
            tree ->
                Fill.object(tree, "metadata")
                    .withArrayProperty("ownerReferences")
                    .add(Labels.controlledBy(deployment)));
      }
    }
  }

  private List<Manifest> sets(Manifest deployment) {
    return api.storage().dependantsOf(deployment.uid()).stream()
        .filter(object -> object.kind().equals("ReplicaSet"))
        .filter(set -> Labels.controller(set).filter(deployment.uid()::equals).isPresent())
        .toList();
  }

  private Optional<Manifest> current(Manifest deployment) {
    return sets(deployment).stream()
        .filter(
            set ->
                withoutHash(set.at("spec", "template"))
                    .equals(withoutHash(deployment.at("spec", "template"))))
        .findFirst();
  }

  private static JsonNode withoutHash(JsonNode template) {
    ObjectNode copy = template.deepCopy();
    ObjectNode metadata = Fill.object(copy, "metadata");
    metadata.remove("creationTimestamp");
    if (metadata.path("labels") instanceof ObjectNode labels) {
      labels.remove(HASH);
    }
    return copy;
  }

  private Manifest newSet(Manifest deployment) {
    String hash =
        Uids.safe(Arrays.hashCode(Json.canonicalBytes(deployment.at("spec", "template"))));
    ObjectNode set = Json.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
    ObjectNode metadata = set.putObject("metadata");
    metadata.put("name", deployment.name() + "-" + hash).put("namespace", deployment.namespace());
    int revision = sets(deployment).size() + 1;
    metadata
        .putObject("annotations")
        .put("deployment.kubernetes.io/revision", Integer.toString(revision))
        .put(
            "deployment.kubernetes.io/desired-replicas",
            deployment.at("spec", "replicas").asText());
    metadata.putArray("ownerReferences").add(Labels.controlledBy(deployment));
    ObjectNode spec = set.putObject("spec");
    spec.put("replicas", 0);
    spec.set("selector", deployment.at("spec", "selector").deepCopy());
    spec.set("template", deployment.at("spec", "template").deepCopy());
    Fill.object(Fill.object(spec, "selector"), "matchLabels").put(HASH, hash);
    ObjectNode labels =
        Fill.object(Fill.object(Fill.object(spec, "template"), "metadata"), "labels");
    labels.put(HASH, hash);
    metadata.set("labels", labels.deepCopy());
    Manifest created = api.create(Manifest.of(set), true);
    api.edit(
        Key.of(deployment.ref()),
        tree ->
            Fill.object(Fill.object(tree, "metadata"), "annotations")
                .put("deployment.kubernetes.io/revision", Integer.toString(revision)));
    return created;
  }

  private void scale(Manifest deployment, Manifest current) {
    int wanted = deployment.at("spec", "replicas").asInt();
    List<Manifest> old =
        sets(deployment).stream().filter(set -> !set.uid().equals(current.uid())).toList();
    boolean recreate = deployment.at("spec", "strategy", "type").asText().equals("Recreate");
    boolean oldRuns = old.stream().anyMatch(set -> !new Pods(api).of(set).isEmpty());
    if (!recreate || !oldRuns) {
      replicas(current, wanted);
    }
    boolean replaced = current.at("status", "availableReplicas").asInt() >= wanted;
    if (recreate || replaced) {
      old.forEach(set -> replicas(set, 0));
    }
  }

  private void replicas(Manifest set, int count) {
    if (set.at("spec", "replicas").asInt() != count) {
      api.edit(Key.of(set.ref()), tree -> Fill.object(tree, "spec").put("replicas", count));
    }
  }

  private void status(Key key) {
    Manifest deployment = api.storage().get(key).orElseThrow();
    List<Manifest> sets = sets(deployment);
    int wanted = deployment.at("spec", "replicas").asInt();
    int replicas = sum(sets, "replicas");
    int available = sum(sets, "availableReplicas");
    int ready = sum(sets, "readyReplicas");
    int updated = current(deployment).map(set -> set.at("status", "replicas").asInt()).orElse(0);
    boolean complete = updated == wanted && replicas == wanted && available == wanted;
    api.editStatus(
        key,
        status -> {
          status.put("observedGeneration", deployment.at("metadata", "generation").asInt());
          count(status, "replicas", replicas);
          count(status, "updatedReplicas", updated);
          count(status, "readyReplicas", ready);
          count(status, "availableReplicas", available);
          count(status, "unavailableReplicas", Math.max(0, wanted - available));
          String now = api.timestamp();
          boolean enough = available >= wanted - wanted / 4;
          Conditions.set(
              status,
              "Available",
              enough ? "True" : "False",
              enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
              now);
          progress(key, deployment, status, complete);
        });
  }

  private void progress(Key key, Manifest deployment, ObjectNode status, boolean complete) {
    int seconds = deployment.at("spec", "progressDeadlineSeconds").asInt(600);
    Instant since = Instant.parse(deployment.text("metadata", "creationTimestamp").orElseThrow());
    for (JsonNode condition : deployment.at("status", "conditions")) {
      if (condition.path("type").asText().equals("Available")) {
        since = Instant.parse(condition.path("lastTransitionTime").asText());
      }
    }
    Instant end = since.plusSeconds(seconds);
    Instant now = api.clock().now();
    if (complete) {
      Conditions.set(status, "Progressing", "True", "NewReplicaSetAvailable", api.timestamp());
    } else if (now.isBefore(end)) {
      Conditions.set(status, "Progressing", "True", "ReplicaSetUpdated", api.timestamp());
      controllers.again(this, key, Duration.between(now, end));
    } else {
      Conditions.set(status, "Progressing", "False", "ProgressDeadlineExceeded", api.timestamp());
    }
  }

  private static int sum(List<Manifest> sets, String field) {
    return sets.stream().mapToInt(set -> set.at("status", field).asInt()).sum();
  }

  private static void count(ObjectNode status, String field, int count) {
    if (count > 0) {
      status.put(field, count);
    } else {
      status.remove(field);
    }
  }
}
