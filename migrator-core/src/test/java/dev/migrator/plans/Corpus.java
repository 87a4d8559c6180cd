package dev.migrator.plans;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Manifests of public projects: a small sample that is always there, and a large collection where
 * the environment variable {@code MIGRATOR_CORPUS} names its folder, or a folder {@code
 * shared/corpus} stands beside the repository.
 */
public final class Corpus {

  /** One object and where it comes from. */
  public record Entry(String origin, Manifest object) {
    @Override
    public String toString() {
      return origin + " " + object.ref();
    }
  }

  private Corpus() {}

  /** The sample: objects of live clusters, and objects that people wrote. */
  public static List<Entry> sample() {
    List<Entry> entries = new ArrayList<>();
    for (String file : List.of("live.yaml", "written.yaml")) {
      try (InputStream in =
          Objects.requireNonNull(Corpus.class.getResourceAsStream("sample/" + file))) {
        entries(file, new String(in.readAllBytes(), StandardCharsets.UTF_8), entries);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.copyOf(entries);
  }

  /** The sample and, where it is there, the whole collection. */
  public static List<Entry> all() {
    List<Entry> entries = new ArrayList<>(sample());
    folder().ifPresent(folder -> read(folder, entries));
    return List.copyOf(entries);
  }

  /** The folder of the whole collection, where there is one. */
  public static Optional<Path> folder() {
    String named = System.getenv("MIGRATOR_CORPUS");
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("shared/corpus"))) {
        return Optional.of(at.resolve("shared/corpus"));
      }
    }
    return Optional.empty();
  }

  private static void read(Path folder, List<Entry> entries) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Corpus::isManifest).sorted().toList()) {
        entries(folder.relativize(file).toString(), Files.readString(file), entries);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.toString();
    return Files.isRegularFile(file)
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private static void entries(String origin, String text, List<Entry> entries) {
    List<JsonNode> documents;
    try {
      documents = Yaml.parseAll(text);
    } catch (IllegalArgumentException e) {
      // Some files are templates, and no YAML before they are filled in.
      return;
    }
    for (JsonNode document : documents) {
      if (document.path("kind").asText().endsWith("List")) {
        document.path("items").forEach(item -> entry(origin, item, entries));
      } else {
        entry(origin, document, entries);
      }
    }
  }

  private static void entry(String origin, JsonNode document, List<Entry> entries) {
    if (document instanceof ObjectNode tree
        && document.path("apiVersion").isTextual()
        && document.path("kind").isTextual()
        && document.path("metadata").path("name").isTextual()) {
      entries.add(new Entry(origin, Manifest.of(tree)));
    }
  }
}
