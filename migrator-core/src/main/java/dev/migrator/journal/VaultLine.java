package dev.migrator.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.Base64;
import java.util.Optional;

/**
 * One object as a line of JSON that {@code kubectl create -f} takes: everything that the server
 * said, less what a create refuses. A sealed one is {@code {"sealed": {"namespace", "name",
 * "age"}}}, where {@code age} is the same line as an age file, in base64.
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

  /** As it stands on disk, without a line end: sealed when the keys say so. */
  static byte[] of(Manifest object, VaultKeys keys) {
    byte[] plain = of(object);
    if (!keys.seals(object.ref())) {
      return plain;
    }
    // Has no kind, so that kubectl refuses it: a Secret without its data must not be created.
    ObjectNode sealed =
        Json.object()
            .put("namespace", object.ref().namespace())
            .put("name", object.ref().name())
            .put("age", Base64.getEncoder().encodeToString(keys.seal(plain)));
    return Json.bytes(Json.object().set("sealed", sealed));
  }

  private static byte[] of(Manifest object) {
    return Json.bytes(
        switch (object.ref().groupKind()) {
          case "Job.batch" -> {
            ObjectNode job = withoutVersion(object.copyTree());
            dropGeneratedSelector(job);
            yield job;
          }
          case "Pod" -> {
            ObjectNode pod = withoutVersion(object.copyTree());
            if (pod.path("spec") instanceof ObjectNode spec) {
              spec.remove("ephemeralContainers");
            }
            yield pod;
          }
          default -> withoutVersion(object.tree());
        });
  }

  /** Copies only what differs: the tree itself is not changed. */
  private static ObjectNode withoutVersion(ObjectNode tree) {
    ObjectNode copy = Json.object();
    copy.setAll(tree);
    if (tree.path("metadata") instanceof ObjectNode given) {
      ObjectNode metadata = Json.object();
      metadata.setAll(given);
      metadata.remove("resourceVersion");
      copy.set("metadata", metadata);
    }
    return copy;
  }

  /**
   * What {@link #of} was given, as far as it matters to us: with its resourceVersion again; empty
   * when the line is sealed and the keys do not open it.
   */
  static Optional<Manifest> read(byte[] line, VaultEntry entry, VaultKeys keys) {
    if (!entry.isSealed()) {
      return Optional.of(read(line, entry));
    }
    byte[] age = Base64.getDecoder().decode(Json.parseObject(line).at("/sealed/age").asText());
    return keys.open(age).map(plain -> read(plain, entry));
  }

  private static Manifest read(byte[] plain, VaultEntry entry) {
    ObjectNode tree = Json.parseObject(plain);
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
