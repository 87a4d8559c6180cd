package dev.migrator.plans;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.memory.Disks;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.runbook.MoverFolder;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One folder of {@code plans/}: what two clusters hold, what the user wants, and the plan that
 * comes of it.
 *
 * <p>The same case drives the golden plan, a run on simulated clusters and a run on real ones.
 */
public record PlanCase(Path folder) {

  /** Every case, by name. */
  public static List<PlanCase> all() {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.filter(Files::isDirectory).sorted().map(PlanCase::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static PlanCase named(String name) {
    return all().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case " + name));
  }

  public String name() {
    return folder.getFileName().toString();
  }

  public Migration migration() {
    return MoverFolder.withMovers(
        MigrationFile.read(text(folder.resolve("migration.yaml"))), folder);
  }

  public Path migrationFile() {
    return folder.resolve("migration.yaml");
  }

  /** What the source holds before, in the files' order, as a person wrote it. */
  public List<Manifest> source() {
    return manifests(folder.resolve("source"));
  }

  /** What the target holds before; often nothing. */
  public List<Manifest> target() {
    return manifests(folder.resolve("target"));
  }

  public Path goldenFile() {
    return folder.resolve("plan.yaml");
  }

  public Plan golden() {
    return PlanFile.read(new StringReader(text(goldenFile())));
  }

  /**
   * Both clusters, simulated, with everything in place and a minute gone by; uids come from the
   * objects' names.
   */
  public Pair simulated(VirtualClock clock) {
    JsonNode clusters = Yaml.parse(text(folder.resolve("clusters.yaml"))).orElseThrow();
    Disks disks = Disks.withoutFence(clock);
    MemoryCluster from = cluster(clock, disks, clusters.path("source"), source());
    MemoryCluster to = cluster(clock, disks, clusters.path("target"), target());
    clock.advance(Duration.ofMinutes(1));
    return new Pair(clock, from, to, disks);
  }

  /** Two simulated clusters on one clock, which reach the same disks. */
  public record Pair(VirtualClock clock, MemoryCluster source, MemoryCluster target, Disks disks) {

    /** The same two, the other way round. */
    public Pair backward() {
      return new Pair(clock, target, source, disks);
    }
  }

  @Override
  public String toString() {
    return name();
  }

  private static MemoryCluster cluster(
      VirtualClock clock, Disks disks, JsonNode said, List<Manifest> objects) {
    String context = said.path("context").asText();
    List<String> drivers = new ArrayList<>();
    said.path("drivers").forEach(driver -> drivers.add(driver.asText()));
    MemoryCluster cluster =
        MemoryCluster.builder(clock, context)
            .version(said.path("version").asText())
            .disks(disks)
            .drivers(drivers)
            .build();
    return cluster.load(objects.stream().map(o -> withUid(context, o)).toArray(Manifest[]::new));
  }

  private static Manifest withUid(String context, Manifest object) {
    String uid =
        UUID.nameUUIDFromBytes((context + "/" + object.ref()).getBytes(StandardCharsets.UTF_8))
            .toString();
    return object.edit(tree -> tree.withObjectProperty("metadata").put("uid", uid));
  }

  private static List<Manifest> manifests(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Manifest> manifests = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        for (JsonNode document : Yaml.parseAll(text(file))) {
          manifests.add(Manifest.of(stored((ObjectNode) document)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return manifests;
  }

  /** A Secret's stringData is stored as data. */
  private static ObjectNode stored(ObjectNode object) {
    if (object.remove("stringData") instanceof ObjectNode texts) {
      ObjectNode data = object.withObjectProperty("data");
      texts
          .properties()
          .forEach(
              e ->
                  data.put(
                      e.getKey(),
                      java.util.Base64.getEncoder()
                          .encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8))));
    }
    return (ObjectNode) Json.parse(Json.bytes(object));
  }

  private static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("plans/README.md"))) {
        return at.resolve("plans");
      }
    }
    throw new IllegalStateException("no folder plans above " + Path.of("").toAbsolutePath());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
