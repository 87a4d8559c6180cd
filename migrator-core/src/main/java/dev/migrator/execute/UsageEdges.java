package dev.migrator.execute;

import dev.migrator.execute.ClusterSnapshot.Seen;
import dev.migrator.graph.AccessReferences;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.Node;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a cluster's objects leaves and is needed by others, acts on them, or gives rights to
 * them: unlike a {@link DependencyGraph} with all cycles, and in both directions.
 */
final class UsageEdges {

  /** These set the limits of all that is beside them in their namespace. */
  private static final Set<String> LIMITS = Set.of("LimitRange", "ResourceQuota");

  private final Map<ObjectRef, List<ObjectRef>> needs = new HashMap<>();
  private final Map<ObjectRef, List<ObjectRef>> limits = new HashMap<>();
  private final Map<ObjectRef, List<ObjectRef>> acting = new HashMap<>();
  private final Map<ObjectRef, List<ObjectRef>> inFront = new HashMap<>();
  private final Map<String, List<ObjectRef>> byGrant = new HashMap<>();
  private final Map<String, List<ObjectRef>> policies = new HashMap<>();

  UsageEdges(ClusterSnapshot snapshot, DepartingObjects leaving) {
    List<Node> nodes = new ArrayList<>();
    for (Seen seen : snapshot.objects().values()) {
      Node node = seen.node();
      // Whoever selects pods is asked for what makes them.
      nodes.add(
          leaving.isFromATemplate(seen)
              ? new Node(node.ref(), node.references(), Map.of(), node.offer())
              : node);
      if (leaving.has(seen.ref())) {
        seen.grants().forEach(name -> note(byGrant, name, seen.ref()));
        if (seen.ref().groupKind().equals("NetworkPolicy.networking.k8s.io")) {
          note(policies, seen.ref().namespace(), seen.ref());
        }
      }
    }
    for (Dependency one : DependencyGraph.needs(nodes)) {
      Seen to = snapshot.objects().get(one.to());
      boolean matters = leaving.has(one.to()) || (to != null && to.isIdle());
      if (one.isNeed() && matters) {
        note(LIMITS.contains(one.to().groupKind()) ? limits : needs, one.from(), one.to());
      }
      if (leaving.has(one.from()) && !one.field().equals(AccessReferences.SUBJECTS)) {
        if (!one.isNeed()) {
          note(acting, one.to(), one.from());
        } else if (one.isInFront()) {
          note(inFront, one.to(), one.from());
        }
      }
    }
  }

  private static <K> void note(Map<K, List<ObjectRef>> map, K key, ObjectRef ref) {
    map.computeIfAbsent(key, none -> new ArrayList<>()).add(ref);
  }

  /** What it does not work without. */
  List<ObjectRef> needs(ObjectRef ref) {
    return needs.getOrDefault(ref, List.of());
  }

  /** The limits and quotas that count its pods. */
  List<ObjectRef> limits(ObjectRef ref) {
    return limits.getOrDefault(ref, List.of());
  }

  /** What scales it, guards it, or fences it in by its labels. */
  List<ObjectRef> acting(ObjectRef ref) {
    return acting.getOrDefault(ref, List.of());
  }

  /** What leads traffic to it. */
  List<ObjectRef> inFront(ObjectRef ref) {
    return inFront.getOrDefault(ref, List.of());
  }

  /** The network policies of the namespace. */
  List<ObjectRef> policies(String namespace) {
    return policies.getOrDefault(namespace, List.of());
  }

  /** What gives rights to one of these. */
  Set<ObjectRef> granting(Set<String> names) {
    Set<ObjectRef> granting = new LinkedHashSet<>();
    names.forEach(name -> granting.addAll(byGrant.getOrDefault(name, List.of())));
    return granting;
  }
}
