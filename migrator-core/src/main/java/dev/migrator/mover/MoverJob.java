package dev.migrator.mover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What every Job of a mover has, whatever its template says. */
final class MoverJob {

  /** On the pods of a transfer, for Services to select. */
  private static final String LABEL = "migrator.dev/mover";

  /** The exit code of a container that says: to try again is of no use. */
  private static final int IN_VAIN = 3;

  private static final int TRIES_AGAIN = 3;

  private MoverJob() {}

  static Manifest of(ObjectNode filled, Side side, Pass pass, Values values) {
    ObjectNode metadata = filled.withObject("/metadata");
    metadata.put("name", values.name() + "-" + side.label() + "-" + pass.label());
    metadata.put("namespace", values.namespace());
    Blanks.mark(metadata, values.marks());
    ObjectNode spec = filled.withObject("/spec");
    // What it said last is read when it has ended; and it begins when it is created.
    spec.remove(List.of("ttlSecondsAfterFinished", "suspend"));
    spec.put("parallelism", 1).put("completions", 1).put("backoffLimit", TRIES_AGAIN);
    // Two pods must not write one volume: the next starts when the last has ended.
    spec.put("podReplacementPolicy", "Failed");
    spec.set("podFailurePolicy", policy());
    ObjectNode template = spec.withObject("/template");
    Blanks.mark(template.withObject("/metadata"), values.marks());
    template.withObject("/metadata/labels").put(LABEL, values.name());
    ObjectNode pod = template.withObject("/spec");
    pod.put("restartPolicy", "Never");
    pod.put("automountServiceAccountToken", false).put("enableServiceLinks", false);
    for (JsonNode container : pod.path("containers")) {
      if (container instanceof ObjectNode object) {
        // What a container says last is read; one that fails without a word has its log.
        object.put("terminationMessagePolicy", "FallbackToLogsOnError");
      }
    }
    if (!values.node().isEmpty()) {
      pod.withObject("/affinity").set("nodeAffinity", onNode(values.node()));
    }
    return Manifest.of(filled);
  }

  private static ObjectNode policy() {
    ObjectNode policy = Json.object();
    ArrayNode rules = policy.putArray("rules");
    ObjectNode inVain = rules.addObject().put("action", "FailJob");
    inVain
        .putObject("onExitCodes")
        .put("containerName", SideTemplate.CONTAINER)
        .put("operator", "In")
        .putArray("values")
        .add(IN_VAIN);
    ObjectNode disrupted = rules.addObject().put("action", "Ignore");
    disrupted
        .putArray("onPodConditions")
        .addObject()
        .put("type", "DisruptionTarget")
        .put("status", "True");
    return policy;
  }

  /** Not nodeName, by which a claim that waits for its first consumer is never provisioned. */
  private static ObjectNode onNode(String node) {
    ObjectNode affinity = Json.object();
    affinity
        .putObject("requiredDuringSchedulingIgnoredDuringExecution")
        .putArray("nodeSelectorTerms")
        .addObject()
        .putArray("matchFields")
        .addObject()
        .put("key", "metadata.name")
        .put("operator", "In")
        .putArray("values")
        .add(node);
    return affinity;
  }

  /** The Secrets and claims that the pods name. */
  static SortedSet<ObjectRef> named(Manifest job) {
    SortedSet<ObjectRef> named = new TreeSet<>();
    JsonNode pod = job.at("spec", "template", "spec");
    for (JsonNode volume : pod.path("volumes")) {
      name(named, job, "Secret", volume.path("secret").path("secretName"));
      name(
          named,
          job,
          "PersistentVolumeClaim",
          volume.path("persistentVolumeClaim").path("claimName"));
    }
    for (JsonNode container : pod.path("containers")) {
      for (JsonNode from : container.path("envFrom")) {
        name(named, job, "Secret", from.path("secretRef").path("name"));
      }
      for (JsonNode variable : container.path("env")) {
        name(named, job, "Secret", variable.path("valueFrom").path("secretKeyRef").path("name"));
      }
    }
    return named;
  }

  private static void name(Set<ObjectRef> named, Manifest job, String kind, JsonNode name) {
    if (name.isTextual()) {
      named.add(ObjectRef.core(kind, job.namespace(), name.textValue()));
    }
  }
}
