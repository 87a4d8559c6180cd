package dev.migrator.inventory;

import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Kinds and names that belong to a cluster's own plumbing, whoever brought them: nodes, what is
 * measured, what networks and storage systems keep of both.
 *
 * <p>Pure. Knowledge: {@code stays.tsv}, a reason and its source on each line.
 */
final class ClusterPlumbing {

  private record Line(String pattern, String name, String label, String reason) {

    boolean isOfWholeKind() {
      return name.equals("*") && label.equals("-");
    }

    boolean speaksOf(Manifest object) {
      return (name.equals("*") || name.equals(object.name()))
          && (label.equals("-") || object.labels().containsKey(label));
    }
  }

  private static final Map<String, List<Line>> LINES =
      KnowledgeLines.of(ClusterPlumbing.class, "stays.tsv", 5).stream()
          .map(l -> new Line(l.get(0), l.get(1), l.get(2), l.get(3)))
          .collect(Collectors.groupingBy(Line::pattern));

  private ClusterPlumbing() {}

  /** Why no object of the kind travels. */
  static Optional<String> kind(String groupKind, String group) {
    return of(groupKind)
        .or(() -> of("*." + group))
        .filter(lines -> lines.getFirst().isOfWholeKind())
        .map(lines -> lines.getFirst().reason());
  }

  /** Why this object does not travel, though others of its kind may. */
  static Optional<String> object(Manifest object) {
    return of(object.ref().groupKind()).stream()
        .flatMap(List::stream)
        .filter(line -> line.speaksOf(object))
        .map(Line::reason)
        .findFirst();
  }

  private static Optional<List<Line>> of(String pattern) {
    return Optional.ofNullable(LINES.get(pattern));
  }
}
