package dev.migrator.sanitize;

import dev.migrator.migration.Glob;
import dev.migrator.model.KnowledgeLines;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of annotations on the way.
 *
 * <p>Pure. Knowledge: {@code annotations.tsv}, a reason and its source on each line.
 */
final class KnownAnnotations {

  private static final List<List<String>> LINES =
      KnowledgeLines.of(KnownAnnotations.class, "annotations.tsv", 4);

  private static final Set<String> DROPPED = names("drop");

  private static final List<String> DROPPED_PREFIXES =
      DROPPED.stream().filter(name -> name.endsWith("*")).toList();

  /** Those that their controllers read as {@code NAMESPACE/NAME}. */
  static final Set<String> QUALIFIED_NAMES = names("namespace/name");

  /** Lists of {@code NAMESPACE-NAME@kubernetescrd}, as Traefik calls its own resources. */
  static final Set<String> TRAEFIK_NAMES = names("namespace-name@kubernetescrd");

  private KnownAnnotations() {}

  /** True for what controllers of the source remember of what they did there. */
  static boolean isDropped(String name) {
    return DROPPED.contains(name)
        || DROPPED_PREFIXES.stream().anyMatch(prefix -> Glob.matches(prefix, name));
  }

  private static Set<String> names(String what) {
    return LINES.stream()
        .filter(line -> line.get(1).equals(what))
        .map(List::getFirst)
        .collect(Collectors.toUnmodifiableSet());
  }
}
