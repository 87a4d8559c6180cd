package dev.migrator.cluster.memory;

import dev.migrator.cluster.Discovery;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this server serves now; custom resources come and go. */
final class Types {

  /** Kinds that are one and the same under two groups: old group and kind to the group of now. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "Ingress.extensions", "Ingress.networking.k8s.io",
          "NetworkPolicy.extensions", "NetworkPolicy.networking.k8s.io",
          "Deployment.extensions", "Deployment.apps",
          "DaemonSet.extensions", "DaemonSet.apps",
          "ReplicaSet.extensions", "ReplicaSet.apps",
          "Event.events.k8s.io", "Event");

  private final List<ResourceType> served = new ArrayList<>();
  private final Map<String, ResourceType> byPath = new HashMap<>();
  private final Map<String, String> failing = new HashMap<>();

  Types(List<ResourceType> types) {
    types.forEach(this::add);
  }

  /** Under which type an object of this group and kind is stored. */
  static String storage(String group, String kind) {
    String type = group.isEmpty() ? kind : kind + "." + group;
    return ALIASES.getOrDefault(type, type);
  }

  static String storage(ResourceType type) {
    return storage(type.group(), type.kind());
  }

  void add(ResourceType type) {
    if (byPath.putIfAbsent(path(type), type) == null) {
      served.add(type);
    }
  }

  void remove(String group, String kind) {
    served.removeIf(type -> type.group().equals(group) && type.kind().equals(kind));
    byPath.values().removeIf(type -> type.group().equals(group) && type.kind().equals(kind));
  }

  /** From now on the server lists this group version but cannot describe it. */
  void fail(String groupVersion, String why) {
    failing.put(groupVersion, why);
  }

  /** The type as this server knows it; the caller's own description of it counts for nothing. */
  Optional<ResourceType> served(ResourceType asked) {
    return failing.containsKey(asked.apiVersion())
        ? Optional.empty()
        : Optional.ofNullable(byPath.get(path(asked)));
  }

  /** The first type that serves objects of this storage type. */
  Optional<ResourceType> of(String storageType) {
    return served.stream().filter(type -> storage(type).equals(storageType)).findFirst();
  }

  /** The type of this apiVersion and kind. */
  Optional<ResourceType> find(String apiVersion, String kind) {
    return served.stream()
        .filter(type -> type.kind().equals(kind) && type.apiVersion().equals(apiVersion))
        .findFirst();
  }

  Discovery discovery() {
    List<String> preference = served.stream().map(ResourceType::apiVersion).distinct().toList();
    List<ResourceType> types =
        served.stream()
            .filter(type -> !failing.containsKey(type.apiVersion()))
            .sorted(
                Comparator.comparing(ResourceType::group)
                    .thenComparingInt(type -> preference.indexOf(type.apiVersion()))
                    .thenComparing(ResourceType::plural))
            .toList();
    List<Discovery.Unread> unread =
        failing.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> new Discovery.Unread(entry.getKey(), entry.getValue()))
            .toList();
    return new Discovery(types, unread);
  }

  /** Whether objects of this storage type keep their status apart. */
  boolean hasStatus(String storageType) {
    return of(storageType).map(type -> type.subresources().contains("status")).orElse(false);
  }

  private static String path(ResourceType type) {
    return type.apiVersion() + "/" + type.plural();
  }
}
