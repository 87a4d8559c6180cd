package dev.migrator.cluster;

import dev.migrator.model.ResourceType;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a cluster serves, so that "it serves no such kind" is never said of a group that it could
 * not describe: the objects of such a group may well be there.
 *
 * <p>Errors: {@link ClusterException} with {@link ClusterFailure.Unreachable} where absence would
 * be a guess.
 *
 * <p>Source: docs/adr/0044
 */
public final class Served {

  private final String cluster;
  private final Map<String, ResourceType> types;
  private final Map<String, ResourceType> preferred;
  private final List<Discovery.Unread> unread;

  /**
   * @param cluster its name, for people
   */
  public Served(String cluster, Discovery discovery) {
    this.cluster = cluster;
    Map<String, ResourceType> index = new LinkedHashMap<>();
    Map<String, ResourceType> best = new HashMap<>();
    for (ResourceType type : discovery.types()) {
      index.putIfAbsent(type.kind() + " " + type.apiVersion(), type);
      best.putIfAbsent(type.groupKind(), type);
    }
    this.types = Collections.unmodifiableMap(index);
    this.preferred = Map.copyOf(best);
    this.unread = discovery.unread();
  }

  /**
   * What it could tell of, one version of each kind and more, the preferred first; something may be
   * missing.
   */
  public List<ResourceType> types() {
    return List.copyOf(types.values());
  }

  /** Whether it may serve something at that group version that it could not tell of. */
  public boolean isUnread(String apiVersion) {
    return unread.stream().anyMatch(one -> one.groupVersion().equals(apiVersion));
  }

  /** The kind at that version, if it was told of. */
  public Optional<ResourceType> known(String kind, String apiVersion) {
    return Optional.ofNullable(types.get(kind + " " + apiVersion));
  }

  /**
   * The kind at the version that the cluster prefers, if it was told of.
   *
   * @param groupKind such as {@code CronJob.batch}
   */
  public Optional<ResourceType> preferred(String groupKind) {
    return Optional.ofNullable(preferred.get(groupKind));
  }

  /** The kind at that version; empty only when the cluster does not serve it. */
  public Optional<ResourceType> type(String kind, String apiVersion) {
    Optional<ResourceType> known = known(kind, apiVersion);
    if (known.isEmpty()) {
      refuse(one -> one.groupVersion().equals(apiVersion));
    }
    return known;
  }

  /**
   * The kind at one of its versions, the same each time; empty only when the cluster serves it at
   * none.
   *
   * @param groupKind such as {@code CronJob.batch}
   */
  public Optional<ResourceType> anyVersion(String groupKind) {
    Optional<ResourceType> known =
        types.values().stream()
            .filter(type -> type.groupKind().equals(groupKind) && type.supports("get"))
            .min(Comparator.comparing(ResourceType::apiVersion));
    if (known.isEmpty()) {
      int dot = groupKind.indexOf('.');
      String group = dot < 0 ? "" : groupKind.substring(dot + 1);
      refuse(one -> one.group().equals(group));
    }
    return known;
  }

  /**
   * Everything that it serves.
   *
   * @param passedOver the group versions that need not be read
   */
  public List<ResourceType> all(Predicate<String> passedOver) {
    refuse(one -> !passedOver.test(one.groupVersion()));
    return types();
  }

  private void refuse(Predicate<Discovery.Unread> matters) {
    Optional<Discovery.Unread> first = unread.stream().filter(matters).findFirst();
    if (first.isPresent()) {
      throw new ClusterException(
          cluster,
          new ClusterFailure.Unreachable(
              "API discovery at the %s failed for %s (%s), so what it has is unknown; see: kubectl get apiservices"
                  .formatted(cluster, first.get().groupVersion(), first.get().why())));
    }
  }
}
