package dev.migrator.plan.preflight;

import dev.migrator.migration.Glob;
import dev.migrator.migration.Migration;
import dev.migrator.migration.Spelling;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names in the migration file's scope and mappings that match nothing at the source: a slip of the
 * pen leaves out what shall move, or moves what shall stay. Pure.
 */
public final class UnmatchedScope {

  private UnmatchedScope() {}

  /**
   * What matches nothing, in the order of the file.
   *
   * @param namespaces of the source; where none is known, nothing is said of them
   * @param types that the source serves
   */
  public static List<Finding> findings(
      Migration migration, Set<String> namespaces, Collection<ResourceType> types) {
    List<Finding> findings = new ArrayList<>();
    Migration.Scope scope = migration.scope();
    if (!namespaces.isEmpty()) {
      String what = "namespace of the source";
      add(findings, "scope.namespaces.include", scope.namespaces().include(), namespaces, what);
      add(findings, "scope.namespaces.exclude", scope.namespaces().exclude(), namespaces, what);
      add(
          findings,
          "mappings.namespaces",
          migration.mappings().namespaces().keySet().stream().sorted().toList(),
          namespaces,
          what);
    }
    Set<String> resources = new TreeSet<>();
    for (ResourceType type : types) {
      resources.add(type.groupResource());
      resources.add(type.group().isEmpty() ? type.plural() : type.group() + "/" + type.plural());
    }
    String what = "resource that the source serves";
    add(findings, "scope.resources.include", scope.resources().include(), resources, what);
    add(findings, "scope.resources.exclude", scope.resources().exclude(), resources, what);
    return findings;
  }

  private static void add(
      List<Finding> findings, String field, List<String> globs, Set<String> names, String what) {
    for (String glob : globs) {
      if (names.stream().noneMatch(name -> Glob.matches(glob, name))) {
        Optional<String> meant = Spelling.nearest(glob, names);
        findings.add(
            new Finding(
                Severity.WARNING,
                "scope-matches-nothing",
                Optional.empty(),
                "%s: %s matches no %s%s"
                    .formatted(
                        field,
                        glob,
                        what,
                        meant.map(name -> "; did you mean " + name + "?").orElse("")),
                "correct it in the migration file, then plan again"));
      }
    }
  }
}
