package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An object on its way through the rules: how the source has it, the copy that is being worked on,
 * and what was dropped so far.
 */
final class Draft {

  private final Manifest source;
  private final ObjectNode tree;
  private final List<String> drops = new ArrayList<>();
  private final List<String> repairs = new ArrayList<>();
  private final List<String> unfit = new ArrayList<>();

  Draft(Manifest source) {
    this.source = source;
    this.tree = copy(source.tree());
  }

  /** Without what no object is sent with: often that is more than half of it. */
  private static ObjectNode copy(ObjectNode source) {
    ObjectNode copy = Json.object();
    for (Map.Entry<String, JsonNode> field : source.properties()) {
      String name = field.getKey();
      if (name.equals("metadata") && field.getValue() instanceof ObjectNode given) {
        ObjectNode metadata = copy.putObject(name);
        given.properties().stream()
            .filter(e -> !e.getKey().equals("managedFields"))
            .forEach(e -> metadata.set(e.getKey(), e.getValue().deepCopy()));
      } else if (!name.equals("status")) {
        copy.set(name, field.getValue().deepCopy());
      }
    }
    return copy;
  }

  Manifest source() {
    return source;
  }

  ObjectNode tree() {
    return tree;
  }

  List<String> drops() {
    return drops;
  }

  List<String> repairs() {
    return repairs;
  }

  List<String> unfit() {
    return unfit;
  }

  /** Puts another content in the place of what there was. */
  void replace(ObjectNode other) {
    tree.removeAll();
    tree.setAll(other);
  }

  boolean is(String groupKind) {
    return source.ref().groupKind().equals(groupKind);
  }

  void dropped(String what) {
    drops.add(what);
  }

  /** Changed so that the target takes it, with nothing lost. */
  void repaired(String what) {
    repairs.add(what);
  }

  /** Has another value than the one that was to be set back. */
  void doesNotFit(String path) {
    unfit.add(path);
  }

  ObjectNode metadata() {
    return tree.withObjectProperty("metadata");
  }

  /** The object at the path, when there is one. */
  Optional<ObjectNode> object(String... path) {
    return object(tree, path);
  }

  static Optional<ObjectNode> object(JsonNode from, String... path) {
    JsonNode node = from;
    for (String field : path) {
      node = node.path(field);
    }
    return node instanceof ObjectNode found ? Optional.of(found) : Optional.empty();
  }

  /** The items of the list at the path that are objects; empty when there is no list. */
  static List<ObjectNode> objects(JsonNode from, String... path) {
    JsonNode node = from;
    for (String field : path) {
      node = node.path(field);
    }
    List<ObjectNode> items = new ArrayList<>();
    node.forEach(
        item -> {
          if (item instanceof ObjectNode object) {
            items.add(object);
          }
        });
    return items;
  }

  /**
   * Removes the items of a list, and the list when none is left. Returns whether any was removed.
   */
  static boolean removeItems(ObjectNode parent, String field, Predicate<JsonNode> unwanted) {
    if (!(parent.get(field) instanceof ArrayNode list)) {
      return false;
    }
    boolean removed = false;
    for (int i = list.size() - 1; i >= 0; i--) {
      if (unwanted.test(list.get(i))) {
        list.remove(i);
        removed = true;
      }
    }
    if (removed && list.isEmpty()) {
      parent.remove(field);
    }
    return removed;
  }

  /**
   * Removes an annotation or label, and the map when it is left empty by that. Returns whether it
   * was there.
   */
  boolean removeFromMetadata(String map, Predicate<String> key) {
    return removeKeys(metadata(), map, key);
  }

  static boolean removeKeys(ObjectNode parent, String map, Predicate<String> key) {
    if (!(parent.get(map) instanceof ObjectNode entries)) {
      return false;
    }
    List<String> unwanted = new ArrayList<>();
    entries
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (key.test(name)) {
                unwanted.add(name);
              }
            });
    unwanted.forEach(entries::remove);
    if (!unwanted.isEmpty() && entries.isEmpty()) {
      parent.remove(map);
    }
    return !unwanted.isEmpty();
  }

  /** Every pod spec in the object: of the Pod itself, or of the template of any workload. */
  List<ObjectNode> podSpecs() {
    return podTemplates().stream().flatMap(t -> object(t, "spec").stream()).toList();
  }

  /**
   * Every node that has metadata and a pod spec: the Pod itself, or the templates of a workload.
   */
  List<ObjectNode> podTemplates() {
    return switch (source.ref().groupKind()) {
      case "Pod" -> List.of(tree);
      case "PodTemplate" -> object("template").stream().toList();
      case "CronJob.batch" -> object("spec", "jobTemplate", "spec", "template").stream().toList();
      case "Deployment.apps",
          "StatefulSet.apps",
          "DaemonSet.apps",
          "ReplicaSet.apps",
          "Deployment.extensions",
          "DaemonSet.extensions",
          "ReplicaSet.extensions",
          "ReplicationController",
          "Job.batch" ->
          object("spec", "template").stream().toList();
      default -> List.of();
    };
  }

  /** Every container of a pod spec, init and ephemeral ones too. */
  static List<ObjectNode> containers(ObjectNode podSpec) {
    List<ObjectNode> all = new ArrayList<>(objects(podSpec, "initContainers"));
    all.addAll(objects(podSpec, "containers"));
    all.addAll(objects(podSpec, "ephemeralContainers"));
    return all;
  }
}
