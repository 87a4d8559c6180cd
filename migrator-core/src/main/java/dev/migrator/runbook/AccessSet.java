package dev.migrator.runbook;

import dev.migrator.cluster.Access;
import dev.migrator.model.ResourceType;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What must be allowed in one cluster: reads everywhere, writes in the namespace where they go. */
final class AccessSet {

  private static final Comparator<Access> ORDER =
      Comparator.comparing(Access::group)
          .thenComparing(Access::resource)
          .thenComparing(Access::subresource)
          .thenComparing(Access::verb)
          .thenComparing(Access::namespace)
          .thenComparing(Access::name);

  private final Set<Access> all = new TreeSet<>(ORDER);

  void read(ResourceType type, String... verbs) {
    write(type, "", verbs);
  }

  /**
   * @param namespace empty for what is in none
   */
  void write(ResourceType type, String namespace, String... verbs) {
    for (String verb : verbs) {
      all.add(new Access(verb, type.group(), type.plural(), "", namespace));
    }
  }

  void patchStatus(ResourceType type, String namespace) {
    all.add(new Access("patch", type.group(), type.plural(), "status", namespace));
  }

  void add(Access access) {
    all.add(access);
  }

  void addAll(AccessSet other) {
    all.addAll(other.all);
  }

  /** Unique, by group, resource and verb. */
  List<Access> sorted() {
    return List.copyOf(all);
  }
}
