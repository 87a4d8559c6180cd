package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who in a cluster refers to some objects, and is neither one of ours nor owned by one of ours.
 * Reads all lists at once, again after {@link #FRESH}; whoever is found is asked for once more.
 *
 * <p>Errors: {@link ClusterException} when a list does not come to its end.
 */
public final class Referrers {

  /** A rollback that lasts looks again: somebody may begin to use a copy meanwhile. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private static final Set<String> NOISE =
      Set.of("Event", "Event.events.k8s.io", "Endpoints", "EndpointSlice.discovery.k8s.io");

  /**
   * Whose references count not.
   *
   * @param marked by what they say
   * @param uids by who they are, or were
   */
  private record Ours(Predicate<Manifest> marked, Predicate<String> uids) {}

  private final ClusterSide side;
  private final Predicate<ObjectRef> wanted;
  private final Ours ours;
  private final Supplier<Instant> now;
  private final Set<String> namespaces;
  private final Map<ObjectRef, List<Referrer>> referrers = new HashMap<>();
  private final Map<String, Lineage> lineages = new HashMap<>();
  private Optional<Instant> looked = Optional.empty();

  private Referrers(
      ClusterSide side,
      Predicate<ObjectRef> wanted,
      Ours ours,
      Supplier<Instant> now,
      Set<String> namespaces) {
    this.side = side;
    this.wanted = wanted;
    this.ours = ours;
    this.now = now;
    this.namespaces = Set.copyOf(namespaces);
  }

  /**
   * Who refers to what is in no namespace, as it is now.
   *
   * @param ours the uids of what refers to nothing any more
   */
  public static Referrers toClusterScoped(ClusterSide side, Predicate<String> ours) {
    return new Referrers(
        side,
        ref -> ref.namespace().isEmpty(),
        new Ours(object -> false, ours),
        () -> Instant.EPOCH,
        Set.of());
  }

  private record Referrer(ResourceType type, ObjectRef ref, String uid) {}

  /** Whether an object is one of ours, and who owns it. */
  private record Lineage(boolean isOurs, List<String> owners) {}

  /** Somebody who refers to it; empty when nobody does but ours. */
  public Optional<ObjectRef> user(ObjectRef ref) {
    Instant at = now.get();
    if (looked.filter(then -> then.plus(FRESH).isAfter(at)).isEmpty()) {
      look();
      looked = Optional.of(at);
    }
    return referrers.getOrDefault(ref, List.of()).stream()
        .filter(referrer -> !isOurs(referrer.uid()))
        .filter(referrer -> stillRefers(referrer, ref))
        .map(Referrer::ref)
        .findFirst();
  }

  private void look() {
    referrers.clear();
    lineages.clear();
    Map<String, ResourceType> types = new LinkedHashMap<>();
    side.allTypes().stream()
        .filter(type -> type.supports("list") && !isNoise(type))
        .forEach(type -> types.putIfAbsent(type.groupResource(), type));
    types.values().forEach(this::look);
  }

  /** What comes and goes by itself, and holds nothing. */
  static boolean isNoise(ResourceType type) {
    return NOISE.contains(type.groupKind()) || type.group().equals("metrics.k8s.io");
  }

  private void look(ResourceType type) {
    try {
      look(type, ListQuery.all());
    } catch (ClusterException e) {
      if (e.failure() instanceof ClusterFailure.Forbidden && !namespaces.isEmpty()) {
        lookInNamespaces(type);
      } else if (!(e.failure() instanceof ClusterFailure.NotFound)) {
        // What is not found went with its definition, a moment ago.
        throw e;
      }
    }
  }

  private void lookInNamespaces(ResourceType type) {
    if (!type.namespaced()) {
      return;
    }
    for (String namespace : namespaces) {
      try {
        look(type, ListQuery.inNamespace(namespace));
      } catch (ClusterException e) {
        if (!(e.failure() instanceof ClusterFailure.Forbidden)) {
          throw e;
        }
      }
    }
  }

  private void look(ResourceType type, ListQuery query) {
    WholeList.each(side.cluster(), type, query, object -> note(type, object));
  }

  private void note(ResourceType type, Manifest object) {
    List<String> owners = new ArrayList<>();
    for (JsonNode owner : object.at("metadata", "ownerReferences")) {
      owners.add(owner.path("uid").asText());
    }
    lineages.put(object.uid(), new Lineage(ours.marked().test(object), owners));
    for (ObjectRef ref : references(object)) {
      if (wanted.test(ref) && !ref.equals(object.ref())) {
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
      if (ours.uids().test(next)) {
        return true;
      }
      Lineage lineage = lineages.get(next);
      if (lineage != null && seen.add(next)) {
        if (lineage.isOurs()) {
          return true;
        }
        open.addAll(lineage.owners());
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
