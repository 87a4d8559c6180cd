package dev.migrator.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;

/**
 * One object as a line of JSON that {@code kubectl create -f} takes: everything that the server
 * said, less what a create refuses.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API
 * concepts</a> (resourceVersion must not be set on create), <a
 * href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a> (a generated
 * selector must not be sent), <a
 * href="https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/">ephemeral
 * containers</a> (cannot be created with a Pod).
 */
final class VaultLine {

  private VaultLine() {}

  /** Without a line end. */
  static byte[] of(Manifest object) {
    ObjectNode tree = object.copyTree();
    if (tree.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("resourceVersion");
    }
    switch (object.ref().groupKind()) {
      case "Job.batch" -> dropGeneratedSelector(tree);
      case "Pod" -> {
        if (tree.path("spec") instanceof ObjectNode spec) {
          spec.remove("ephemeralContainers");
        }
      }
      default -> {}
    }
    return Json.bytes(tree);
  }

  /** What {@link #of} was given, as far as it matters to us: with its resourceVersion again. */
  static Manifest read(byte[] line, VaultEntry entry) {
    ObjectNode tree = Json.parseObject(line);
    if (!entry.resourceVersion().isEmpty()
        && tree.path("metadata") instanceof ObjectNode metadata) {
      metadata.put("resourceVersion", entry.resourceVersion());
    }
    return Manifest.of(tree);
  }

  private static void dropGeneratedSelector(ObjectNode job) {
    if (!(job.path("spec") instanceof ObjectNode spec)
        || spec.path("manualSelector").asBoolean(false)) {
      return;
    }
    spec.remove("selector");
    dropControllerUid(job.at("/metadata/labels"));
    dropControllerUid(job.at("/spec/template/metadata/labels"));
  }

  private static void dropControllerUid(com.fasterxml.jackson.databind.JsonNode labels) {
    if (labels instanceof ObjectNode object) {
      object.remove("controller-uid");
      object.remove("batch.kubernetes.io/controller-uid");
    }
  }
}
