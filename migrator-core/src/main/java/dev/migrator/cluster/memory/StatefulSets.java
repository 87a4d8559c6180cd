package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the pods of StatefulSets: by name, one after the other, with their claims.
 *
 * <p>Source: kubernetes {@code pkg/controller/statefulset}
 */
final class StatefulSets implements Controller {

  private static final String REVISION = "controller-revision-hash";

  private final ApiServer api;
  private final Pods pods;

  StatefulSets(ApiServer api) {
    this.api = api;
    this.pods = new Pods(api);
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    return switch (object.kind()) {
      case "StatefulSet" -> List.of(Key.of(object.ref()));
      case "Pod" -> Pods.controllerOf(change, Set.of("StatefulSet"));
      default -> List.of();
    };
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty() || !key.type().equals("StatefulSet.apps")) {
      return;
    }
    Manifest set = found.get();
    pods.adopt(set, set.at("spec", "selector"));
    String revision = set.name() + "-" + hash(set);
    try {
      if (!set.isBeingDeleted()) {
        remember(set, revision);
        step(set, revision);
      }
    } finally {
      status(key, revision);
    }
  }

  private static String hash(Manifest set) {
    return Uids.safe(Arrays.hashCode(Json.canonicalBytes(set.at("spec", "template"))));
  }

  private void remember(Manifest set, String revision) {
    Key key = new Key("ControllerRevision.apps", set.namespace(), revision);
    if (api.storage().get(key).isPresent()) {
      return;
    }
    ObjectNode tree = Json.object().put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
    ObjectNode metadata = tree.putObject("metadata");
    metadata.put("name", revision).put("namespace", set.namespace());
    metadata.putArray("ownerReferences").add(Labels.controlledBy(set));
    tree.putObject("data").putObject("spec").set("template", set.at("spec", "template").deepCopy());
    tree.put("revision", 1);
    api.create(Manifest.of(tree), true);
  }

  /** One pod at a time, unless the set asks for all at once. */
  private void step(Manifest set, String revision) {
    boolean parallel = set.at("spec", "podManagementPolicy").asText().equals("Parallel");
    int wanted = set.at("spec", "replicas").asInt();
    for (int ordinal = 0; ordinal < wanted; ordinal++) {
      Optional<Manifest> pod =
          api.storage().get(new Key("Pod", set.namespace(), set.name() + "-" + ordinal));
      if (pod.isEmpty()) {
        create(set, revision, ordinal);
      }
      pod.ifPresent(p -> keepOwner(set, p));
      boolean healthy = pod.filter(p -> Pods.isActive(p) && Pods.isReady(p)).isPresent();
      if (!healthy && !parallel) {
        return;
      }
    }
    List<Manifest> surplus =
        pods.of(set).stream()
            .filter(pod -> ordinal(pod) >= wanted)
            .sorted(Comparator.comparingInt(StatefulSets::ordinal).reversed())
            .toList();
    surplus.forEach(pod -> keepOwner(set, pod));
    for (Manifest pod : surplus) {
      if (!pod.isBeingDeleted()) {
        pods.delete(pod);
      }
      if (!parallel) {
        return;
      }
    }
    pods.of(set).stream()
        .filter(pod -> !revision.equals(pod.labels().get(REVISION)))
        .filter(pod -> pod.labels().containsKey(REVISION))
        .max(Comparator.comparingInt(StatefulSets::ordinal))
        .filter(Pods::isActive)
        .ifPresent(pods::delete);
  }

  private void create(Manifest set, String revision, int ordinal) {
    String name = set.name() + "-" + ordinal;
    for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
      claim(set, template, template.path("metadata").path("name").asText() + "-" + name);
    }
    pods.create(
        set,
        name,
        set.at("spec", "template"),
        pod -> {
          ObjectNode labels = Fill.object(Fill.object(pod, "metadata"), "labels");
          labels.put("statefulset.kubernetes.io/pod-name", name);
          labels.put("apps.kubernetes.io/pod-index", Integer.toString(ordinal));
          labels.put(REVISION, revision);
          ObjectNode spec = Fill.object(pod, "spec");
          spec.put("hostname", name);
          spec.set("subdomain", set.at("spec", "serviceName").deepCopy());
          for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
            String volume = template.path("metadata").path("name").asText();
            spec.withArrayProperty("volumes")
                .addObject()
                .put("name", volume)
                .putObject("persistentVolumeClaim")
                .put("claimName", volume + "-" + name);
          }
        });
  }

  private void claim(Manifest set, JsonNode template, String name) {
    Key key = new Key("PersistentVolumeClaim", set.namespace(), name);
    if (api.storage().get(key).isPresent()) {
      return;
    }
    ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    tree.set("metadata", template.path("metadata").deepCopy());
    ObjectNode metadata = Fill.object(tree, "metadata");
    metadata.put("name", name).put("namespace", set.namespace());
    if (!metadata.has("labels")) {
      metadata.set("labels", set.at("spec", "selector", "matchLabels").deepCopy());
    }
    if (deletesClaims(set)) {
      metadata.putArray("ownerReferences").add(Labels.controlledBy(set));
    }
    tree.set("spec", template.path("spec").deepCopy());
    api.create(Manifest.of(tree), true);
  }

  /** The set owns the claims of a pod, or does not any more; claims without a pod are not seen. */
  private void keepOwner(Manifest set, Manifest pod) {
    for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
      String name = template.path("metadata").path("name").asText() + "-" + pod.name();
      api.storage()
          .get(new Key("PersistentVolumeClaim", set.namespace(), name))
          .filter(claim -> isOwned(claim, set) != deletesClaims(set))
          .ifPresent(claim -> changeOwner(claim, set));
    }
  }

  private void changeOwner(Manifest claim, Manifest set) {
    ArrayNode owners = Json.array();
    for (JsonNode owner : claim.at("metadata", "ownerReferences")) {
      if (!owner.path("uid").asText().equals(set.uid())) {
        owners.add(owner);
      }
    }
    if (deletesClaims(set)) {
      owners.add(Labels.controlledBy(set));
    }
    api.edit(
        Key.of(claim.ref()),
        tree -> {
          ObjectNode metadata = Fill.object(tree, "metadata");
          metadata.remove("ownerReferences");
          if (!owners.isEmpty()) {
            metadata.set("ownerReferences", owners);
          }
        });
  }

  private static boolean isOwned(Manifest claim, Manifest set) {
    for (JsonNode owner : claim.at("metadata", "ownerReferences")) {
      if (owner.path("uid").asText().equals(set.uid())) {
        return true;
      }
    }
    return false;
  }

  private static boolean deletesClaims(Manifest set) {
    return set.at("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
        .asText()
        .equals("Delete");
  }

  private static int ordinal(Manifest pod) {
    String digits = pod.name().substring(pod.name().lastIndexOf('-') + 1);
    return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
  }

  private void status(Key key, String revision) {
    Manifest set = api.storage().get(key).orElseThrow();
    List<Manifest> all = pods.of(set);
    int ready = (int) all.stream().filter(pod -> Pods.isActive(pod) && Pods.isReady(pod)).count();
    int updated =
        (int) all.stream().filter(pod -> revision.equals(pod.labels().get(REVISION))).count();
    api.editStatus(
        key,
        status -> {
          status.put("observedGeneration", set.at("metadata", "generation").asInt());
          status.put("replicas", all.size());
          status.put("availableReplicas", ready);
          status.put("collisionCount", 0);
          status.put("updateRevision", revision);
          if (updated == all.size() || !status.has("currentRevision")) {
            status.put("currentRevision", revision);
          }
          number(status, "readyReplicas", ready);
          number(status, "updatedReplicas", updated);
          number(status, "currentReplicas", updated);
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
