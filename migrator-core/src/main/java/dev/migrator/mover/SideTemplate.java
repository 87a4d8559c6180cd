package dev.migrator.mover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a mover makes at one side: the file {@code source.yaml} or {@code target.yaml}, whose
 * documents are the objects that the Job needs, and the Job.
 */
record SideTemplate(List<ObjectNode> objects, ObjectNode job) {

  /** The container that does the work, and whose exit code counts. */
  static final String CONTAINER = "mover";

  private static final Set<String> KINDS =
      Set.of("v1 Secret", "v1 ConfigMap", "v1 Service", "batch/v1 Job");

  static String file(Side side) {
    return side.label() + ".yaml";
  }

  /** Reads the file. Errors: {@link Blunder}. */
  static SideTemplate of(
      Side side, SortedMap<String, String> files, SortedMap<String, Parameter> parameters) {
    String file = file(side);
    List<ObjectNode> objects = new ArrayList<>();
    List<ObjectNode> jobs = new ArrayList<>();
    for (JsonNode document : documents(file, files.getOrDefault(file, ""))) {
      if (!(document instanceof ObjectNode object)) {
        throw new Blunder(file, "", "has a document that is not a mapping");
      }
      boolean isJob = kind(file, object).equals("batch/v1 Job");
      Template.check(
          file,
          object.path("kind").asText(),
          object,
          Blanks.names(files, parameters, object.path("kind").asText()));
      checkMetadata(file, object);
      (isJob ? jobs : objects).add(object);
    }
    if (jobs.size() != 1) {
      throw new Blunder(file, "", "has " + jobs.size() + " Jobs, and needs one");
    }
    checkJob(file, jobs.getFirst());
    return new SideTemplate(List.copyOf(objects), jobs.getFirst());
  }

  private static List<JsonNode> documents(String file, String text) {
    try {
      return Yaml.parseAll(text);
    } catch (IllegalArgumentException e) {
      throw new Blunder(file, "", String.valueOf(e.getMessage()));
    }
  }

  private static String kind(String file, ObjectNode object) {
    String kind = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    if (!KINDS.contains(kind)) {
      throw new Blunder(
          file,
          "kind",
          "`%s` is not one of %s"
              .formatted(kind.strip(), String.join(", ", KINDS.stream().sorted().toList())));
    }
    return kind;
  }

  /** Whatever a transfer makes has the transfer's name, so that two never share an object. */
  private static void checkMetadata(String file, ObjectNode object) {
    String kind = object.path("kind").asText();
    if (!object.path("metadata").path("name").asText().startsWith("${name}")) {
      throw new Blunder(file, kind + ".metadata.name", "does not begin with ${name}");
    }
    if (object.path("metadata").has("namespace")) {
      throw new Blunder(file, kind + ".metadata.namespace", "is that of the claim; leave it out");
    }
  }

  private static void checkJob(String file, ObjectNode job) {
    JsonNode pod = job.path("spec").path("template").path("spec");
    String path = "Job.spec.template.spec.";
    boolean works = false;
    for (JsonNode container : pod.path("containers")) {
      works |= container.path("name").asText().equals(CONTAINER);
    }
    if (!works) {
      throw new Blunder(file, path + "containers", "has none of the name " + CONTAINER);
    }
    boolean mounts = false;
    for (JsonNode volume : pod.path("volumes")) {
      mounts |= volume.at("/persistentVolumeClaim/claimName").asText().equals("${claim}");
    }
    if (!mounts) {
      throw new Blunder(file, path + "volumes", "has no persistentVolumeClaim of ${claim}");
    }
  }
}
