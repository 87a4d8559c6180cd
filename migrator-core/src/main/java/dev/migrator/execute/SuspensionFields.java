package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a kind is told to do nothing, and how it is told to go on: fields and the values that make it
 * inert. Data, one line a kind.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension">suspension
 * of CronJobs</a> and <a
 * href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#suspending-a-job">Jobs</a>,
 * <a
 * href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/">scheduling
 * gates</a>; for custom resources the documentation of their controllers
 *
 * @param fields path to the value that makes the object inert
 * @param atSource whether the source's object is made inert; else it only ends by itself
 */
record SuspensionFields(List<Field> fields, boolean atSource) {

  SuspensionFields {
    fields = List.copyOf(fields);
  }

  /** One field and its inert value. */
  record Field(List<String> path, JsonNode inert) {

    String name() {
      return String.join("/", path);
    }
  }

  private static final JsonNode TRUE = Json.parse("true");
  private static final JsonNode ZERO = Json.parse("0");
  private static final JsonNode NOWHERE = Json.parse("\"nowhere\"");
  private static final JsonNode TRUE_TEXT = Json.parse("\"true\"");
  private static final JsonNode HELD = Json.parse("[{\"name\": \"migrator.dev/hold\"}]");

  private static final String RETENTION = "persistentVolumeClaimRetentionPolicy";
  private static final JsonNode RETAIN = Json.parse("\"Retain\"");

  private static final SuspensionFields NONE = new SuspensionFields(List.of(), false);
  private static final SuspensionFields REPLICAS = one(true, ZERO, "spec", "replicas");
  private static final SuspensionFields SUSPEND = one(true, TRUE, "spec", "suspend");
  private static final SuspensionFields STRIMZI =
      one(true, TRUE_TEXT, "metadata", "annotations", "strimzi.io/pause-reconciliation");
  private static final SuspensionFields KEDA =
      one(true, TRUE_TEXT, "metadata", "annotations", "autoscaling.keda.sh/paused");

  /** Nothing works on the disk of a claim that has this, as far as the run has it in hand. */
  private static final SuspensionFields IN_TRANSIT =
      one(true, TRUE_TEXT, "metadata", "annotations", "migrator.dev/disk-in-transit");

  private static final SuspensionFields RECLAIM =
      one(true, RETAIN, "spec", "persistentVolumeReclaimPolicy");

  private static final Map<String, SuspensionFields> KINDS =
      Map.ofEntries(
          Map.entry("CronJob.batch", SUSPEND),
          // To suspend a running Job would kill its pods: at the source it is waited for.
          Map.entry("Job.batch", one(false, TRUE, "spec", "suspend")),
          Map.entry("Deployment.apps", REPLICAS),
          Map.entry("StatefulSet.apps", REPLICAS),
          Map.entry("ReplicaSet.apps", REPLICAS),
          Map.entry("ReplicationController", REPLICAS),
          Map.entry(
              "DaemonSet.apps",
              one(true, NOWHERE, "spec", "template", "spec", "nodeSelector", "migrator.dev/hold")),
          // A Pod ends when it is deleted; at the target it is held by a gate.
          // What becomes of the disk when its volume is let go of.
          Map.entry("PersistentVolume", RECLAIM),
          Map.entry("PersistentVolumeClaim", IN_TRANSIT),
          Map.entry("Pod", one(false, HELD, "spec", "schedulingGates")),
          Map.entry("CronWorkflow.argoproj.io", SUSPEND),
          Map.entry(
              "Application.argoproj.io",
              one(true, TRUE_TEXT, "metadata", "annotations", "argocd.argoproj.io/skip-reconcile")),
          Map.entry("Kustomization.kustomize.toolkit.fluxcd.io", SUSPEND),
          Map.entry("HelmRelease.helm.toolkit.fluxcd.io", SUSPEND),
          Map.entry("Schedule.velero.io", one(true, TRUE, "spec", "paused")),
          Map.entry("Kafka.kafka.strimzi.io", STRIMZI),
          Map.entry("KafkaConnect.kafka.strimzi.io", STRIMZI),
          Map.entry("ScaledJob.keda.sh", KEDA),
          Map.entry("ScaledObject.keda.sh", KEDA));

  private static SuspensionFields one(boolean atSource, JsonNode inert, String... path) {
    return new SuspensionFields(List.of(new Field(List.of(path), inert)), atSource);
  }

  /**
   * Of this object; nothing to set where nothing runs by itself. A StatefulSet that would delete
   * its claims when it is scaled or deleted keeps them meanwhile.
   */
  static SuspensionFields of(Manifest object) {
    SuspensionFields inertia = KINDS.getOrDefault(object.ref().groupKind(), NONE);
    if (!object.ref().groupKind().equals("StatefulSet.apps") || !object.has("spec", RETENTION)) {
      return inertia;
    }
    List<Field> fields = new ArrayList<>(inertia.fields());
    fields.add(new Field(List.of("spec", RETENTION, "whenDeleted"), RETAIN));
    fields.add(new Field(List.of("spec", RETENTION, "whenScaled"), RETAIN));
    return new SuspensionFields(fields, inertia.atSource());
  }

  /**
   * The values that the fields have in the object, as JSON text; empty text for an absent field.
   */
  Map<String, String> read(Manifest object) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Field field : fields) {
      JsonNode value = object.at(field.path().toArray(String[]::new));
      values.put(field.name(), value.isMissingNode() ? "" : Json.text(value));
    }
    return values;
  }

  /**
   * How the object is meant to be at its new place: as it was, but for what was changed on the way.
   *
   * @param original what {@link #read} read before we touched it
   * @param atSource the object as it was
   * @param definition what is sent for it
   */
  Map<String, String> meant(Map<String, String> original, Manifest atSource, Manifest definition) {
    Map<String, String> meant = new LinkedHashMap<>(original);
    Map<String, String> was = read(atSource);
    read(definition)
        .forEach(
            (field, value) -> {
              if (!value.equals(was.get(field))) {
                meant.put(field, value);
              }
            });
    return meant;
  }

  boolean isInert(Manifest object) {
    return fields.stream()
        .allMatch(f -> object.at(f.path().toArray(String[]::new)).equals(f.inert()));
  }

  /** The object in its inert form. */
  Manifest inert(Manifest object) {
    // Safeguard: created-active
    return object.edit(tree -> fields.forEach(f -> set(tree, f.path(), f.inert())));
  }

  /** A merge patch that makes inert. */
  ObjectNode patch() {
    ObjectNode patch = Json.object();
    fields.forEach(f -> set(patch, f.path(), f.inert()));
    return patch;
  }

  /** A merge patch that gives back what {@link #read} read. */
  ObjectNode patchBack(Map<String, String> original) {
    ObjectNode patch = Json.object();
    for (Field field : fields) {
      String value = original.getOrDefault(field.name(), "");
      set(patch, field.path(), value.isEmpty() ? Json.parse("null") : Json.parse(value));
    }
    return patch;
  }

  /** The object with the fields as {@link #read} read them. */
  Manifest restored(Manifest object, Map<String, String> original) {
    return object.edit(
        tree -> {
          for (Field field : fields) {
            String value = original.getOrDefault(field.name(), "");
            if (value.isEmpty()) {
              remove(tree, field.path());
            } else {
              set(tree, field.path(), Json.parse(value));
            }
          }
        });
  }

  private static void set(ObjectNode tree, List<String> path, JsonNode value) {
    ObjectNode at = tree;
    for (String field : path.subList(0, path.size() - 1)) {
      at = at.withObjectProperty(field);
    }
    at.set(path.getLast(), value.deepCopy());
  }

  /** Also removes the maps that are empty then: they were not there before. */
  private static void remove(ObjectNode tree, List<String> path) {
    Optional<ObjectNode> parent = parent(tree, path);
    parent.ifPresent(p -> p.remove(path.getLast()));
    if (parent.isPresent() && parent.get().isEmpty() && path.size() > 2) {
      remove(tree, path.subList(0, path.size() - 1));
    }
  }

  private static Optional<ObjectNode> parent(ObjectNode tree, List<String> path) {
    JsonNode at = tree;
    for (String field : path.subList(0, path.size() - 1)) {
      at = at instanceof ObjectNode object ? object.path(field) : MissingNode.getInstance();
    }
    return at instanceof ObjectNode found ? Optional.of(found) : Optional.empty();
  }
}
