package dev.migrator.execute;

import dev.migrator.cluster.Discovery;
import dev.migrator.graph.ReferencedKinds;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.Optional;
import java.util.Set;

/**
 * What may be in a cluster and was not read: a kind that could not be listed, or a group of which
 * the server does not say what it serves.
 *
 * @param what as a person knows it, such as {@code clusterrolebindings.rbac.authorization.k8s.io}
 * @param type empty for a whole group
 * @param seen the namespaces where it was read after all
 * @param why as the server says it
 */
public record UnreadResource(
    String what, String group, Optional<ResourceType> type, Set<String> seen, String why) {

  public UnreadResource {
    seen = Set.copyOf(seen);
  }

  static UnreadResource kind(ResourceType type, Set<String> seen, String why) {
    return new UnreadResource(type.groupResource(), type.group(), Optional.of(type), seen, why);
  }

  static UnreadResource group(Discovery.Unread unread) {
    return new UnreadResource(
        unread.groupVersion(), unread.group(), Optional.empty(), Set.of(), unread.why());
  }

  /**
   * Why the copy stays, in words: something that was not seen may need it. Empty when nothing of
   * this can.
   *
   * @param defines the {@code Kind.group} that the copy defines
   */
  Optional<String> mayNeed(ObjectRef copy, Optional<String> defines) {
    return switch (copy.groupKind()) {
      case "Namespace" ->
          type.map(ResourceType::namespaced).orElse(true) && !seen.contains(copy.name())
              ? Optional.of("may hold " + cannotBeRead())
              : Optional.empty();
      case "CustomResourceDefinition.apiextensions.k8s.io" ->
          defines.filter(this::isDefinedBy).isPresent()
              ? Optional.of("defines " + cannotBeRead())
              : mayName(copy);
      default -> mayName(copy);
    };
  }

  /** Whether the object may be among what was not read. */
  public boolean mayBe(ObjectRef ref) {
    return type.map(t -> t.groupKind().equals(ref.groupKind()) && !seen.contains(ref.namespace()))
        .orElse(ref.group().equals(group));
  }

  private Optional<String> mayName(ObjectRef copy) {
    boolean isElsewhere = !copy.namespace().isEmpty() && seen.contains(copy.namespace());
    boolean names =
        isElsewhere
            ? ReferencedKinds.isNamedFromOtherNamespaces(of(), copy.groupKind())
            : ReferencedKinds.isNamed(of(), copy.groupKind());
    return names ? Optional.of("may be needed by " + cannotBeRead()) : Optional.empty();
  }

  /** The kind as {@code Kind.group}, or the whole group as {@code *.group}. */
  private String of() {
    return type.map(ResourceType::groupKind).orElse("*." + group);
  }

  private boolean isDefinedBy(String kind) {
    return type.map(t -> t.groupKind().equals(kind)).orElse(kind.endsWith("." + group));
  }

  /** What a person is told of it. */
  public String cannotBeRead() {
    return what + ", which cannot be read: " + why;
  }
}
