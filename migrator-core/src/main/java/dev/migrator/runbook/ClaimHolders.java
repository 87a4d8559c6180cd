package dev.migrator.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.execute.ClusterSide;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which objects take claims with them when they are deleted: those that a claim names as its owner,
 * and the owners of these. Reads one list of claims a namespace, and each owner once.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage
 * Collection</a>; StatefulSet's {@code persistentVolumeClaimRetentionPolicy}
 */
final class ClaimHolders {

  private final ClusterSide side;
  private final Map<String, Map<String, Set<String>>> byNamespace = new HashMap<>();

  ClaimHolders(ClusterSide side) {
    this.side = side;
  }

  /**
   * Why the object stays, in words; empty when no claim goes with it.
   *
   * <p>Errors: as {@link Side}.
   */
  Optional<String> reasonToKeep(ObjectRef ref, String uid) {
    // What is in no namespace may own claims of any.
    Set<String> claims =
        byNamespace
            .computeIfAbsent(ref.namespace(), this::claimsByHolder)
            .getOrDefault(uid, Set.of());
    if (claims.isEmpty()) {
      return Optional.empty();
    }
    String more = claims.size() > 1 ? " and " + (claims.size() - 1) + " more" : "";
    return Optional.of("takes claim " + claims.iterator().next() + more + " with it");
  }

  /** The names of the claims that go with an object, by its uid. */
  private Map<String, Set<String>> claimsByHolder(String namespace) {
    Optional<ResourceType> type = side.type("PersistentVolumeClaim", "v1");
    Map<String, Set<String>> claims = new HashMap<>();
    if (type.isEmpty()) {
      return claims;
    }
    Owners owners = new Owners();
    for (Manifest claim :
        new Side("source", side.cluster())
            .ask("list claims", cluster -> claims(cluster, type.get(), namespace))) {
      for (String uid : owners.above(claim)) {
        claims.computeIfAbsent(uid, u -> new TreeSet<>()).add(claim.name());
      }
    }
    return claims;
  }

  private static List<Manifest> claims(Cluster cluster, ResourceType type, String namespace) {
    return WholeList.all(cluster, type, ListQuery.inNamespace(namespace));
  }

  /** The way up from a claim. */
  private final class Owners {

    private final Map<String, Optional<Manifest>> known = new HashMap<>();

    /** The uids of everything that owns the object, at whatever distance. */
    Set<String> above(Manifest object) {
      Set<String> uids = new HashSet<>();
      Deque<Manifest> open = new ArrayDeque<>(List.of(object));
      while (!open.isEmpty()) {
        Manifest next = open.remove();
        for (JsonNode reference : next.at("metadata", "ownerReferences")) {
          // The volume of a pod lasts as long as the pod, whoever deletes that.
          if (uids.add(reference.path("uid").asText()) && !isPod(reference)) {
            read(reference, object.namespace()).ifPresent(open::add);
          }
        }
      }
      return uids;
    }

    private static boolean isPod(JsonNode reference) {
      return reference.path("kind").asText().equals("Pod")
          && reference.path("apiVersion").asText().equals("v1");
    }

    private Optional<Manifest> read(JsonNode reference, String namespace) {
      String uid = reference.path("uid").asText();
      Optional<Manifest> seen = known.get(uid);
      if (seen == null) {
        seen =
            side.type(reference.path("kind").asText(), reference.path("apiVersion").asText())
                .flatMap(type -> get(type, reference.path("name").asText(), namespace))
                .filter(owner -> owner.uid().equals(uid));
        known.put(uid, seen);
      }
      return seen;
    }

    private Optional<Manifest> get(ResourceType type, String name, String namespace) {
      ObjectRef ref =
          new ObjectRef(type.group(), type.kind(), type.namespaced() ? namespace : "", name);
      return new Side("source", side.cluster()).get(type, ref);
    }
  }
}
