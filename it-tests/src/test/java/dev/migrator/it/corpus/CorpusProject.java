package dev.migrator.it.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.it.compare.Key;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The manifests of one public project, and what a server of today makes of each: {@code EXPECT.tsv}
 * beside them.
 */
public final class CorpusProject {

  private static final String CONTEXT = "(context)";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Some people write a key twice; the last one counts, as with kubectl. */
  private static final LoadSettings LENIENT =
      LoadSettings.builder().setAllowDuplicateKeys(true).build();

  private final Path folder;
  private final String home;
  private final List<ObjectNode> accepted = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private CorpusProject(Path folder) {
    this.folder = folder;
    this.home = "corpus-" + folder.getFileName();
  }

  /** Reads the project in this folder. */
  public static CorpusProject read(Path folder) {
    CorpusProject project = new CorpusProject(folder);
    try {
      Map<String, List<ObjectNode>> documents = new HashMap<>();
      List<String> rows = Files.readAllLines(folder.resolve("EXPECT.tsv"));
      for (String row : rows.subList(1, rows.size())) {
        String[] columns = row.split("\t", -1);
        project.accept(
            columns,
            documents.computeIfAbsent(columns[0], file -> documents(folder.resolve(file))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return project;
  }

  /** The namespace of everything that names none. */
  public String home() {
    return home;
  }

  /** What a server should take, each once, in the files' order, with its namespace. */
  public List<ObjectNode> accepted() {
    return accepted;
  }

  /** What no server of today takes, with the reason. */
  public List<String> refused() {
    return refused;
  }

  /** Every namespace that must be there, and is not among the manifests. */
  public Set<String> namespaces() {
    Set<String> all = new TreeSet<>();
    Set<String> own = new TreeSet<>();
    for (ObjectNode object : accepted) {
      all.add(object.path("metadata").path("namespace").asText(home));
      if (object.path("kind").asText().equals("Namespace")) {
        own.add(object.path("metadata").path("name").asText());
      }
    }
    all.removeAll(own);
    return all;
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }

  private void accept(String[] row, List<ObjectNode> documents) {
    String status = row[6];
    if (!status.startsWith("ok")) {
      refused.add(
          "%s %s/%s %s: %s %s"
              .formatted(folder.getFileName(), row[3], row[5], row[2], status, row[7]));
      return;
    }
    ObjectNode found =
        documents.stream()
            .filter(d -> isIn(row, d))
            .findFirst()
            .orElseThrow(() -> new AssertionError("not found: " + String.join(" ", row)));
    ObjectNode object = creatable(found);
    if (row[4].equals(CONTEXT)) {
      object.withObjectProperty("metadata").put("namespace", home);
    }
    Key key = Key.of(object);
    if (accepted.stream().noneMatch(known -> Key.of(known).equals(key))) {
      accepted.add(object);
    }
  }

  private static boolean isIn(String[] row, ObjectNode document) {
    JsonNode metadata = document.path("metadata");
    String namespace = row[4].equals(CONTEXT) ? "" : row[4];
    return document.path("apiVersion").asText().equals(row[2])
        && document.path("kind").asText().equals(row[3])
        && metadata.path("name").asText(metadata.path("generateName").asText()).equals(row[5])
        && (namespace.isEmpty() || metadata.path("namespace").asText("").equals(namespace));
  }

  /** A dump of a live cluster without what a create refuses. */
  private static ObjectNode creatable(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    boolean live = copy.path("metadata").has("uid");
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("resourceVersion", "uid", "managedFields", "creationTimestamp"));
    }
    // The addresses of the cluster that it was dumped from.
    if (live && copy.path("kind").asText().equals("Service")) {
      copy.withObjectProperty("spec").remove(List.of("clusterIP", "clusterIPs"));
    }
    return copy;
  }

  private static List<ObjectNode> documents(Path file) {
    try {
      List<ObjectNode> documents = new ArrayList<>();
      for (Object document : new Load(LENIENT).loadAllFromString(Files.readString(file))) {
        flatten(MAPPER.valueToTree(document), documents);
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flatten(JsonNode document, List<ObjectNode> into) {
    if (document.path("kind").asText().endsWith("List") && document.path("items").isArray()) {
      document.path("items").forEach(item -> flatten(item, into));
    } else if (document instanceof ObjectNode object && object.has("kind")) {
      into.add(object);
    }
  }

  /** The kinds that are needed before others can be created, and those that get in their way. */
  public static int order(JsonNode object) {
    return switch (object.path("kind").asText()) {
      case "Namespace" -> 0;
      case "CustomResourceDefinition" -> 1;
      case "APIService", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration" -> 3;
      default -> 2;
    };
  }

  /** Every project below the folder. */
  public static List<CorpusProject> below(Path corpus) {
    Set<Path> folders = new LinkedHashSet<>();
    try (var files = Files.walk(corpus)) {
      files
          .filter(file -> file.getFileName().toString().equals("EXPECT.tsv"))
          .sorted()
          .forEach(file -> folders.add(file.getParent()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folders.stream().map(CorpusProject::read).toList();
  }
}
