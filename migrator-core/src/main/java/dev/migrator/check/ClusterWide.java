package dev.migrator.check;

import dev.migrator.graph.Dependency;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.migration.Migration.ClusterScoped;
import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which cluster-scoped objects stay because the move does not need them: a move of one namespace
 * must not carry every ClusterRole, webhook and class of the cluster along.
 *
 * <p>Needed is what a travelling object refers to, at whatever distance; the ClusterRoleBindings of
 * travelling accounts; the parts of an aggregated role; and what calls a travelling Service or
 * holds a travelling claim. Why: ADR 31.
 */
public final class ClusterWide {

  /** Why a cluster-scoped object stays behind in a move of some namespaces. */
  static final String NOT_NEEDED =
      "out of scope: nothing that travels needs it (scope.clusterScoped)";

  /** Kinds that belong to what they point at: a webhook to its Service, a volume to its claim. */
  private static final Set<String> BELONGS_TO_WHAT_IT_NAMES =
      Set.of(
          "MutatingWebhookConfiguration.admissionregistration.k8s.io",
          "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
          "APIService.apiregistration.k8s.io",
          "PersistentVolume");

  private final Map<ObjectRef, List<ObjectRef>> needs = new HashMap<>();
  private final Map<ObjectRef, List<ObjectRef>> callers = new HashMap<>();
  private final Grants grants;
  private final Set<ObjectRef> needed = new HashSet<>();
  private final Deque<ObjectRef> open = new ArrayDeque<>();

  private ClusterWide(DependencyGraph graph, Grants grants) {
    this.grants = grants;
    Stream.concat(graph.all().stream(), graph.broken().stream()).forEach(this::note);
  }

  private void note(Dependency d) {
    needs.computeIfAbsent(d.from(), k -> new ArrayList<>(2)).add(d.to());
    // Of the volumes of a class only those that a claim names.
    boolean isOfAClass = d.to().groupKind().equals("StorageClass.storage.k8s.io");
    if (BELONGS_TO_WHAT_IT_NAMES.contains(d.from().groupKind()) && !isOfAClass) {
      callers.computeIfAbsent(d.to(), k -> new ArrayList<>(1)).add(d.from());
    }
  }

  /**
   * The cluster-scoped objects that stay, each with the reason; sorted, never a Namespace.
   *
   * @param graph of all candidates
   */
  public static Map<ObjectRef, String> staying(
      Collection<ObjectRef> candidates, DependencyGraph graph, Grants grants, ClusterScoped which) {
    return switch (which) {
      case ALL -> Map.of();
      case NONE -> staying(candidates, Set.of(), "out of scope: scope.clusterScoped is none");
      case NEEDED ->
          staying(candidates, new ClusterWide(graph, grants).needed(candidates), NOT_NEEDED);
    };
  }

  private static Map<ObjectRef, String> staying(
      Collection<ObjectRef> candidates, Set<ObjectRef> needed, String why) {
    Map<ObjectRef, String> staying = new TreeMap<>();
    candidates.stream()
        .filter(ref -> isShared(ref) && !needed.contains(ref))
        .forEach(ref -> staying.put(ref, why));
    return staying;
  }

  private static boolean isShared(ObjectRef ref) {
    return ref.isClusterScoped() && !ref.groupKind().equals("Namespace");
  }

  private Set<ObjectRef> needed(Collection<ObjectRef> candidates) {
    Set<ObjectRef> known = Set.copyOf(candidates);
    known.stream().filter(ref -> !isShared(ref)).forEach(this::need);
    grants.boundTo(ref -> isThere(known, ref)).forEach(this::need);
    while (!open.isEmpty()) {
      ObjectRef ref = open.remove();
      needs.getOrDefault(ref, List.of()).forEach(this::need);
      callers.getOrDefault(ref, List.of()).forEach(this::need);
      grants.partsOf(ref).forEach(this::need);
    }
    return needed;
  }

  /** The default account of a namespace never travels: it is there as soon as the namespace is. */
  private static boolean isThere(Set<ObjectRef> known, ObjectRef subject) {
    return known.contains(
        subject.groupKind().equals("ServiceAccount") && subject.name().equals("default")
            ? ObjectRef.namespace(subject.namespace())
            : subject);
  }

  private void need(ObjectRef ref) {
    if (needed.add(ref)) {
      open.add(ref);
    }
  }
}
