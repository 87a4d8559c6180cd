package dev.migrator.inventory;

import dev.migrator.migration.Glob;
import dev.migrator.migration.LabelQuery;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the user wants left out, by scope, by mark, or because the target's own is used. Pure. */
public final class ScopeFilter {

  private static final String EXCLUDE = "migrator.dev/exclude";

  private final Migration.Scope scope;
  private final LabelQuery selector;
  private final Map<String, Set<String>> mapped;

  public ScopeFilter(Migration.Scope scope, Migration.Mappings mappings) {
    this.scope = scope;
    this.mapped =
        Map.of(
            "StorageClass.storage.k8s.io", mappings.storageClasses().keySet(),
            "IngressClass.networking.k8s.io", mappings.ingressClasses().keySet());
    this.selector = LabelQuery.parse(scope.selector());
  }

  /**
   * Whether somebody marked the object, by a label or an annotation, so that it does not travel.
   */
  public static boolean isMarked(Manifest object) {
    return "true".equals(object.labels().get(EXCLUDE))
        || "true".equals(object.annotations().get(EXCLUDE));
  }

  /**
   * Why this object does not travel by what a person can write on it at any time, its labels and
   * annotations; empty when it may.
   */
  public Optional<String> ofMarks(Manifest object) {
    if (isMarked(object)) {
      return Optional.of("it is marked " + EXCLUDE);
    }
    return selector.matches(object.labels())
        ? Optional.empty()
        : Optional.of("its labels do not match the selector " + scope.selector());
  }

  /** Why no object of this type travels; empty when they may. */
  public Optional<String> ofType(ResourceType type) {
    String full = type.group().isEmpty() ? type.plural() : type.group() + "/" + type.plural();
    return matches(scope.resources(), full) || matches(scope.resources(), type.groupResource())
        ? excludedBy(scope.resources(), full, type.groupResource())
        : Optional.of("out of scope: resources");
  }

  /** Why this object does not travel; empty when it may. */
  public Optional<String> ofObject(Manifest object) {
    if (isMarked(object)) {
      return Optional.of("marked " + EXCLUDE);
    }
    ObjectRef ref = object.ref();
    if (mapped.getOrDefault(ref.groupKind(), Set.of()).contains(ref.name())) {
      return Optional.of("mapped to a class of the target");
    }
    String namespace = ref.groupKind().equals("Namespace") ? ref.name() : ref.namespace();
    if (!namespace.isEmpty()
        && (!matches(scope.namespaces(), namespace) || isExcluded(scope.namespaces(), namespace))) {
      return Optional.of("out of scope: namespace " + namespace);
    }
    return selector.matches(object.labels())
        ? Optional.empty()
        : Optional.of("out of scope: selector");
  }

  private static Optional<String> excludedBy(Migration.Filter filter, String... names) {
    for (String name : names) {
      if (isExcluded(filter, name)) {
        return Optional.of("out of scope: resources");
      }
    }
    return Optional.empty();
  }

  private static boolean matches(Migration.Filter filter, String name) {
    return filter.include().stream().anyMatch(glob -> Glob.matches(glob, name));
  }

  private static boolean isExcluded(Migration.Filter filter, String name) {
    return filter.exclude().stream().anyMatch(glob -> Glob.matches(glob, name));
  }
}
