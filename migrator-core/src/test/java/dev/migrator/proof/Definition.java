package dev.migrator.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What of an object somebody wrote, for comparing: the checker's own rules. */
final class Definition {

  /** Kinds that do something by themselves; all others only exist. */
  private static final Set<String> WORKLOADS =
      Set.of(
          "CronJob",
          "Job",
          "Deployment",
          "StatefulSet",
          "ReplicaSet",
          "ReplicationController",
          "DaemonSet",
          "Pod");

  private static final List<String> VOLATILE =
      List.of(
          "uid",
          "resourceVersion",
          "creationTimestamp",
          "generation",
          "managedFields",
          "deletionTimestamp",
          "deletionGracePeriodSeconds");

  /** How a cluster remembers what it did to bind a claim. */
  private static final List<String> BINDING =
      List.of(
          "pv.kubernetes.io/bind-completed",
          "pv.kubernetes.io/bound-by-controller",
          "volume.kubernetes.io/selected-node",
          "volume.kubernetes.io/storage-provisioner",
          "volume.beta.kubernetes.io/storage-provisioner");

  private static final Pattern TOKEN = Pattern.compile("kube-api-access-[a-z0-9]{5}");

  private Definition() {}

  static boolean isPassive(Manifest object) {
    return !WORKLOADS.contains(object.kind());
  }

  /** Whether a line of the vault is the object: all but what the server alone decides. */
  static boolean isSame(Manifest original, JsonNode line) {
    if (!original.uid().equals(line.path("metadata").path("uid").asText())) {
      return false;
    }
    ObjectNode wanted = written(original.tree());
    ObjectNode found = written(line);
    if (!wanted.path("apiVersion").equals(found.path("apiVersion"))) {
      // Read at another version than it is stored at: the same object, in other words.
      return wanted.path("metadata").path("name").equals(found.path("metadata").path("name"));
    }
    return wanted.equals(found);
  }

  /** Whether the live object is the original, or what we made inert and can set back. */
  static boolean isSameButForOurMark(Manifest original, Manifest live, String mark) {
    ObjectNode wanted = written(original.tree());
    ObjectNode found = written(live.tree());
    if (live.annotations().containsKey(mark)) {
      inert(wanted);
      inert(found);
      found.withObjectProperty("metadata").withObjectProperty("annotations").remove(mark);
      dropEmpty(found);
      dropEmpty(wanted);
    }
    drop(wanted.path("metadata"), "finalizers");
    drop(found.path("metadata"), "finalizers");
    return wanted.equals(found);
  }

  /** Whether two states of an object differ in these annotations only. */
  static boolean isSameButFor(Manifest before, Manifest after, String... annotations) {
    ObjectNode wanted = written(before.tree());
    ObjectNode found = written(after.tree());
    for (String annotation : annotations) {
      drop(wanted.at("/metadata/annotations"), annotation);
      drop(found.at("/metadata/annotations"), annotation);
    }
    dropEmpty(wanted);
    dropEmpty(found);
    return wanted.equals(found);
  }

  /** Whether the live object is as it was before we came: nothing of us is left on it. */
  static boolean isAsBefore(Manifest original, Manifest live, String mark) {
    ObjectNode wanted = written(original.tree());
    ObjectNode found = written(live.tree());
    dropCounters(wanted);
    dropCounters(found);
    dropEmpty(wanted);
    dropEmpty(found);
    return !live.annotations().containsKey(mark) && wanted.equals(found);
  }

  /** Whether what was created anew is what it was, but for what no move carries over. */
  static boolean isBroughtBack(Manifest original, Manifest live, String mark) {
    ObjectNode wanted = lasting(original);
    ObjectNode found = lasting(live);
    for (ObjectNode tree : List.of(wanted, found)) {
      dropCounters(tree);
      drop(tree.at("/metadata/annotations"), "migrator.dev/origin");
      drop(tree.at("/metadata/annotations"), "kubectl.kubernetes.io/last-applied-configuration");
      dropEmpty(tree);
    }
    return !live.annotations().containsKey(mark) && wanted.equals(found);
  }

  /** What must be the same after every move, whatever happened in it. */
  static ObjectNode lasting(Manifest live) {
    ObjectNode tree = written(live.tree());
    drop(tree.path("metadata"), "ownerReferences");
    if (tree.path("spec") instanceof ObjectNode spec) {
      switch (live.kind()) {
        case "Service" -> {
          for (String field : List.of("clusterIP", "clusterIPs", "healthCheckNodePort")) {
            spec.remove(field);
          }
          spec.path("ports").forEach(port -> drop(port, "nodePort"));
        }
        case "Pod" -> {
          spec.remove("nodeName");
          // Admission gives the token's volume a name by chance.
          String text = TOKEN.matcher(Json.text(spec)).replaceAll("kube-api-access");
          tree.set("spec", Json.parse(text));
        }
        case "PersistentVolumeClaim" -> {
          spec.remove("volumeName");
          BINDING.forEach(name -> drop(tree.at("/metadata/annotations"), name));
          dropEmpty(tree);
        }
        default -> {}
      }
    }
    return tree;
  }

  private static ObjectNode written(JsonNode object) {
    ObjectNode tree = object.deepCopy();
    tree.remove("status");
    VOLATILE.forEach(field -> drop(tree.path("metadata"), field));
    if (tree.path("kind").asText().equals("PersistentVolume")) {
      // Who holds it its controllers say: D1 to D4 judge that.
      drop(tree.path("metadata"), "finalizers");
      drop(tree.at("/spec/claimRef"), "uid");
      drop(tree.at("/spec/claimRef"), "resourceVersion");
    }
    if (tree.path("kind").asText().equals("Job")) {
      // Made by the server from the uid.
      drop(tree.path("spec"), "selector");
      for (String labels : List.of("/metadata/labels", "/spec/template/metadata/labels")) {
        drop(tree.at(labels), "controller-uid");
        drop(tree.at(labels), "batch.kubernetes.io/controller-uid");
      }
    }
    return tree;
  }

  private static void inert(ObjectNode tree) {
    drop(tree.path("spec"), "replicas");
    drop(tree.path("spec"), "suspend");
    drop(tree.at("/spec/template/spec/nodeSelector"), "migrator.dev/hold");
    drop(tree.path("spec"), "persistentVolumeClaimRetentionPolicy");
    drop(tree.path("spec"), "persistentVolumeReclaimPolicy");
    drop(tree.at("/metadata/annotations"), "migrator.dev/disk-in-transit");
    dropCounters(tree);
  }

  /** What counts the changes of a template. */
  private static void dropCounters(ObjectNode tree) {
    for (Map.Entry<String, String> counter :
        Map.of(
                "Deployment", "deployment.kubernetes.io/revision",
                "DaemonSet", "deprecated.daemonset.template.generation")
            .entrySet()) {
      if (tree.path("kind").asText().equals(counter.getKey())) {
        drop(tree.at("/metadata/annotations"), counter.getValue());
      }
    }
  }

  private static void dropEmpty(ObjectNode tree) {
    if (tree.at("/spec/template/spec/nodeSelector").isEmpty()) {
      drop(tree.at("/spec/template/spec"), "nodeSelector");
    }
    if (tree.at("/metadata/annotations").isEmpty()) {
      drop(tree.path("metadata"), "annotations");
    }
  }

  private static void drop(JsonNode from, String field) {
    if (from instanceof ObjectNode object) {
      object.remove(field);
    }
  }
}
