package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an object claims outside of its cluster: names in the DNS, addresses, load balancers,
 * backups.
 *
 * <p>Pure. Knowledge: {@code claims.tsv}, a source on each line.
 */
final class OutsideClaims {

  private static final String ANNOTATION = "annotation ";

  /** One thing that an object claims, such as {@code dns} and {@code shop.example.com}. */
  record Claim(String kind, String value) {}

  private record Line(String groupKind, String field, String kind) {

    List<String> values(Manifest object) {
      List<String> values = new ArrayList<>();
      if (isAnnotation()) {
        String value = object.annotations().getOrDefault(annotation(), "");
        for (String one : value.split(",", -1)) {
          values.add(one.strip());
        }
      } else {
        collect(object.at(), field.split("\\."), 0, values);
      }
      values.removeIf(String::isBlank);
      return values;
    }

    boolean isAnnotation() {
      return field.startsWith(ANNOTATION);
    }

    String annotation() {
      return field.substring(ANNOTATION.length());
    }

    private static void collect(JsonNode node, String[] path, int at, List<String> values) {
      if (at == path.length) {
        if (node.isTextual()) {
          values.add(node.textValue());
        }
        return;
      }
      boolean all = path[at].endsWith("[]");
      JsonNode next = node.path(all ? path[at].substring(0, path[at].length() - 2) : path[at]);
      if (all) {
        next.forEach(item -> collect(item, path, at + 1, values));
      } else {
        collect(next, path, at + 1, values);
      }
    }
  }

  private static final Map<String, List<Line>> LINES =
      KnowledgeLines.of(OutsideClaims.class, "claims.tsv", 4).stream()
          .map(l -> new Line(l.get(0), l.get(1), l.get(2)))
          .collect(Collectors.groupingBy(Line::groupKind));

  private OutsideClaims() {}

  /** Everything that the object claims; mostly nothing. */
  static List<Claim> of(Manifest object) {
    return lines(object).stream()
        .flatMap(line -> line.values(object).stream().map(v -> new Claim(line.kind(), v)))
        .distinct()
        .toList();
  }

  /** The annotations of the object that claim something of a kind, sorted. */
  static Set<String> annotations(Manifest object, String kind) {
    return lines(object).stream()
        .filter(line -> line.kind().equals(kind) && line.isAnnotation())
        .map(Line::annotation)
        .filter(object.annotations()::containsKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Line> lines(Manifest object) {
    return LINES.getOrDefault(object.ref().groupKind(), List.of());
  }
}
