package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the two clusters of a run, with what it serves. Safe for use by many threads.
 *
 * <p>Types that appear during the run, because their definition was created, are found by asking
 * again.
 */
public final class ClusterSide {

  private final String name;
  private final Cluster raw;
  private volatile Cluster guarded;
  private volatile Map<String, ResourceType> types;

  /**
   * @param name {@code source} or {@code target}
   */
  public ClusterSide(String name, Cluster cluster, Discovery serves) {
    this.name = name;
    this.raw = cluster;
    this.guarded = cluster;
    this.types = index(serves);
  }

  /** From here on nothing is written unless the locks last long enough. */
  public void guardBy(Locks locks) {
    guarded = new LeasedCluster(raw, locks);
  }

  public String name() {
    return name;
  }

  public Cluster cluster() {
    return guarded;
  }

  Cluster unguarded() {
    return raw;
  }

  /** Everything that was served when we last asked, one version of each kind and more. */
  public List<ResourceType> types() {
    return List.copyOf(types.values());
  }

  /** The type at that version; empty when it was not served when we last asked. */
  public Optional<ResourceType> type(String kind, String apiVersion) {
    return Optional.ofNullable(types.get(kind + " " + apiVersion));
  }

  /**
   * The object at one of the versions at which its kind is served; empty when it is not there.
   *
   * <p>Errors: {@link ClusterException} as the cluster gave it.
   */
  Optional<Manifest> find(ObjectRef ref) {
    return types.values().stream()
        .filter(type -> type.groupKind().equals(ref.groupKind()) && type.supports("get"))
        .min(Comparator.comparing(ResourceType::apiVersion))
        .flatMap(type -> cluster().get(type, ref));
  }

  /** As {@link #type}, asking the server once more where it is not known. */
  Optional<ResourceType> typeByAsking(String kind, String apiVersion) {
    Optional<ResourceType> known = type(kind, apiVersion);
    if (known.isPresent()) {
      return known;
    }
    types = index(raw.discover());
    return type(kind, apiVersion);
  }

  ResourceType requireType(String kind, String apiVersion) {
    return typeByAsking(kind, apiVersion)
        .orElseThrow(
            () ->
                new ClusterException(
                    name, new ClusterFailure.NotFound(apiVersion + " " + kind + " is not served")));
  }

  private static Map<String, ResourceType> index(Discovery serves) {
    Map<String, ResourceType> index = new HashMap<>();
    serves.types().forEach(type -> index.putIfAbsent(type.kind() + " " + type.apiVersion(), type));
    return Map.copyOf(index);
  }
}
