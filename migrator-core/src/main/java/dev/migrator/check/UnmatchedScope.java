package dev.migrator.check;

import dev.migrator.migration.Glob;
import dev.migrator.migration.Migration;
import dev.migrator.migration.Spelling;
import dev.migrator.model.Manifest;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Names in the migration file's scope and mappings that match nothing at the source: a slip of the
 * pen leaves out what shall move, or moves what shall stay. Pure.
 */
public final class UnmatchedScope implements Check {

  /** In the order of the file. Where no namespace is known, nothing is said of them. */
  @Override
  public List<Finding> findings(Move move) {
    Migration migration = move.migration();
    Set<String> namespaces =
        move.source().all("Namespace").stream().map(Manifest::name).collect(Collectors.toSet());
    List<Finding> findings = new ArrayList<>();
    Migration.Scope scope = migration.scope();
    if (!namespaces.isEmpty()) {
      String what = "namespace of the source";
      List<String> include = scope.namespaces().include();
      // Where not one is there, the plan would move nothing that was meant.
      Severity severity =
          include.stream().noneMatch(glob -> matches(glob, namespaces))
              ? Severity.BLOCKER
              : Severity.WARNING;
      add(findings, severity, "scope.namespaces.include", include, namespaces, what);
      add(
          findings,
          Severity.WARNING,
          "scope.namespaces.exclude",
          scope.namespaces().exclude(),
          namespaces,
          what);
      add(
          findings,
          Severity.WARNING,
          "mappings.namespaces",
          migration.mappings().namespaces().keySet().stream().sorted().toList(),
          namespaces,
          what);
    }
    Set<String> resources = new TreeSet<>();
    for (String resource : move.source().resources()) {
      resources.add(resource);
      int dot = resource.indexOf('.');
      if (dot > 0) {
        resources.add(resource.substring(dot + 1) + "/" + resource.substring(0, dot));
      }
    }
    String what = "resource that the source serves";
    add(
        findings,
        Severity.WARNING,
        "scope.resources.include",
        scope.resources().include(),
        resources,
        what);
    add(
        findings,
        Severity.WARNING,
        "scope.resources.exclude",
        scope.resources().exclude(),
        resources,
        what);
    return findings;
  }

  private static boolean matches(String glob, Set<String> names) {
    return names.stream().anyMatch(name -> Glob.matches(glob, name));
  }

  private static void add(
      List<Finding> findings,
      Severity severity,
      String field,
      List<String> globs,
      Set<String> names,
      String what) {
    for (String glob : globs) {
      if (!matches(glob, names)) {
        Optional<String> meant = Spelling.nearest(glob, names);
        findings.add(
            new Finding(
                severity,
                FindingCode.SCOPE_MATCHES_NOTHING,
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
