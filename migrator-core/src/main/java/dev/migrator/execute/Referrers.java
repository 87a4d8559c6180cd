package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who in a cluster refers to what is in no namespace, and is neither one of ours nor owned by one
 * of ours. Reads all lists at once; whoever is found is asked for once more.
 *
 * <p>Errors: {@link ClusterException} when a list does not come to its end.
 */
public final class Referrers {

  private static final Set<String> NOISE =
      Set.of("Event", "Event.events.k8s.io", "Endpoints", "EndpointSlice.discovery.k8s.io");

  private final ClusterSide side;
  private final Predicate<String> ours;
  private final Map<ObjectRef, List<Referrer>> referrers = new HashMap<>();
  private final Map<String, List<String>> owners = new HashMap<>();
  private boolean isLooked;

  private Referrers(ClusterSide side, Predicate<String> ours) {
    this.side = side;
    this.ours = ours;
  }

  /**
   * Who refers to it, as it is when it is first asked.
   *
   * @param ours the uids of what refers to nothing any more
   */
  public static Referrers toClusterScoped(ClusterSide side, Predicate<String> ours) {
    return new Referrers(side, ours);
  }

  private record Referrer(ResourceType type, ObjectRef ref, String uid) {}

  /** Somebody who refers to it; empty when nobody does but ours. */
  public Optional<ObjectRef> user(ObjectRef ref) {
    if (!isLooked) {
      referrers.clear();
      owners.clear();
      listed(side.allTypes()).forEach(this::look);
      isLooked = true;
    }
    return referrers.getOrDefault(ref, List.of()).stream()
        .filter(referrer -> !isOurs(referrer.uid()))
        .filter(referrer -> stillRefers(referrer, ref))
        .map(Referrer::ref)
        .findFirst();
  }

  /** Of these, what can be listed and holds something, each kind at one version. */
  static Collection<ResourceType> listed(Collection<ResourceType> served) {
    Map<String, ResourceType> types = new LinkedHashMap<>();
    served.stream()
        .filter(type -> type.supports("list") && !isNoise(type))
        .forEach(type -> types.putIfAbsent(type.groupResource(), type));
    return types.values();
  }

  /** What comes and goes by itself, and holds nothing. */
  static boolean isNoise(ResourceType type) {
    return NOISE.contains(type.groupKind()) || type.group().equals("metrics.k8s.io");
  }

  private void look(ResourceType type) {
    try {
      WholeList.each(side.cluster(), type, ListQuery.all(), object -> note(type, object));
    } catch (ClusterException e) {
      // What is not found went with its definition, a moment ago.
      if (!(e.failure() instanceof ClusterFailure.NotFound)) {
        throw e;
      }
    }
  }

  private void note(ResourceType type, Manifest object) {
    owners.put(object.uid(), Owner.uids(object));
    for (ObjectRef ref : references(object)) {
      if (ref.isClusterScoped() && !ref.equals(object.ref())) {
        referrers
            .computeIfAbsent(ref, none -> new ArrayList<>())
            .add(new Referrer(type, object.ref(), object.uid()));
      }
    }
  }

  private static Set<ObjectRef> references(Manifest object) {
    Set<ObjectRef> references = new HashSet<>();
    for (Reference reference : References.of(object)) {
      if (reference instanceof Reference.ToObject to) {
        references.add(to.target());
      }
    }
    return references;
  }

  /** One of ours, or made by a controller for one. */
  private boolean isOurs(String uid) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(uid));
    while (!open.isEmpty()) {
      String next = open.remove();
      if (ours.test(next)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(owners.getOrDefault(next, List.of()));
      }
    }
    return false;
  }

  private boolean stillRefers(Referrer referrer, ObjectRef ref) {
    return side.cluster()
        .get(referrer.type(), referrer.ref())
        .filter(live -> !live.isBeingDeleted())
        .filter(live -> references(live).contains(ref))
        .isPresent();
  }
}
