package dev.migrator.it.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether every definition could be had again if the machine were lost now: from the source, from
 * the target, or from the vault that the run left on the disk.
 */
public final class Rebuildable {

  /** Where a definition is whole. */
  public enum Place {
    SOURCE,
    TARGET,
    VAULT
  }

  private final ClusterState before;
  private final AllowedDifferences allowed;

  /**
   * @param before the source before the plan was made
   */
  public Rebuildable(ClusterState before, AllowedDifferences allowed) {
    this.before = before;
    this.allowed = allowed;
  }

  /**
   * Looks for every planned object.
   *
   * @param counts how often each place had it; the first place that has it counts
   * @return the objects that are nowhere whole
   */
  public List<Key> lost(Planned plan, Map<Place, ClusterState> places, Map<Place, Integer> counts) {
    return plan.travelling().keySet().stream()
        .filter(
            key -> {
              Optional<Place> found =
                  Stream.of(Place.values())
                      .filter(place -> isWhole(key, places.get(place)))
                      .findFirst();
              found.ifPresent(place -> counts.merge(place, 1, Integer::sum));
              return found.isEmpty();
            })
        .toList();
  }

  /** An empty count. */
  public static Map<Place, Integer> counts() {
    return new EnumMap<>(Place.class);
  }

  private boolean isWhole(Key key, @org.jspecify.annotations.Nullable ClusterState place) {
    if (place == null) {
      return false;
    }
    Optional<JsonNode> here = place.find(key);
    return here.isPresent()
        && Difference.between(before.find(key).orElseThrow(), here.get()).stream()
            .allMatch(d -> d.path().equals("/metadata/resourceVersion") || allowed.allow(key, d));
  }

  /** What the vault of a run holds. Shape: one JSON object a line; a torn last line is none. */
  public static ClusterState vault(Path runFolder) {
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    Path vault = runFolder.resolve("vault");
    if (Files.isDirectory(vault)) {
      try (Stream<Path> files = Files.walk(vault)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
          Files.readAllLines(file).stream()
              .filter(line -> line.startsWith("{") && line.endsWith("}"))
              .forEach(line -> items.add(ClusterState.parse(line)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ClusterState.of(JsonNodeFactory.instance.objectNode().set("items", items));
  }
}
