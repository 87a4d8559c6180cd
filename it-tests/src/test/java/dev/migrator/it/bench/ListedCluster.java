package dev.migrator.it.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.VolumeUse;
import dev.migrator.cluster.WatchListener;
import dev.migrator.cluster.WatchQuery;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster that can be read and costs nothing: its objects are lists. */
public final class ListedCluster implements Cluster {

  private static final Set<String> VERBS = Set.of("create", "delete", "get", "list", "watch");

  private final String name;
  private final Map<ResourceType, List<Manifest>> objects = new LinkedHashMap<>();

  private ListedCluster(String name) {
    this.name = name;
    for (ResourceType type :
        List.of(
            type("", "v1", "Namespace", "namespaces", false),
            type("", "v1", "ConfigMap", "configmaps", true),
            type("", "v1", "Secret", "secrets", true),
            type("", "v1", "Service", "services", true),
            type("", "v1", "ServiceAccount", "serviceaccounts", true),
            type("rbac.authorization.k8s.io", "v1", "Role", "roles", true),
            type("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true),
            type("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true),
            type("apps", "v1", "Deployment", "deployments", true))) {
      objects.put(type, new ArrayList<>());
    }
  }

  /** One that has nothing. */
  public static ListedCluster empty(String name) {
    return new ListedCluster(name);
  }

  /** As if a server had stored the workload. */
  public static ListedCluster of(String name, Workload workload) {
    ListedCluster cluster = new ListedCluster(name);
    List<Workload.Item> items = new ArrayList<>(workload.namespaces());
    items.addAll(workload.contents());
    int version = 1_000;
    for (Workload.Item item : items) {
      cluster.store(Manifest.parse(item.body()), version++);
    }
    return cluster;
  }

  /** All that it has. */
  public List<Manifest> everything() {
    return objects.values().stream().flatMap(List::stream).toList();
  }

  private void store(Manifest object, int version) {
    Manifest stored =
        object.edit(
            tree -> {
              ObjectNode metadata = tree.withObjectProperty("metadata");
              metadata.put("uid", "00000000-0000-4000-8000-%012d".formatted(version));
              metadata.put("resourceVersion", String.valueOf(version));
            });
    objects.entrySet().stream()
        .filter(e -> e.getKey().groupKind().equals(object.ref().groupKind()))
        .forEach(e -> e.getValue().add(stored));
  }

  private static ResourceType type(
      String group, String version, String kind, String plural, boolean namespaced) {
    return new ResourceType(group, version, kind, plural, namespaced, VERBS, Set.of(), List.of());
  }

  @Override
  public ClusterIdentity identity() {
    return new ClusterIdentity(name, "uid-of-" + name, "v1.36.3");
  }

  @Override
  public Discovery discover() {
    return new Discovery(List.copyOf(objects.keySet()), List.of());
  }

  @Override
  public ListPage list(ResourceType type, ListQuery query) {
    List<Manifest> all = objects.getOrDefault(type, List.of());
    int from = query.continueToken().isEmpty() ? 0 : Integer.parseInt(query.continueToken());
    int to = Math.min(all.size(), from + query.limit());
    return new ListPage(all.subList(from, to), "1", to == all.size() ? "" : String.valueOf(to));
  }

  @Override
  public Optional<Manifest> get(ResourceType type, ObjectRef ref) {
    return objects.getOrDefault(type, List.of()).stream()
        .filter(object -> object.ref().equals(ref))
        .findFirst();
  }

  @Override
  public boolean allows(Access access) {
    return true;
  }

  @Override
  public Map<ObjectRef, VolumeUse> volumeUse(String node) {
    return Map.of();
  }

  @Override
  public String lastLog(ObjectRef pod, String container, int lines) {
    return "";
  }

  @Override
  public Instant serverTime() {
    return Instant.EPOCH;
  }

  @Override
  public Manifest create(ResourceType type, Manifest body) {
    throw readOnly();
  }

  @Override
  public Manifest prove(ResourceType type, Manifest body) {
    throw readOnly();
  }

  @Override
  public Manifest patch(ResourceType type, ObjectRef ref, Patch patch) {
    throw readOnly();
  }

  @Override
  public Manifest replace(ResourceType type, Manifest body) {
    throw readOnly();
  }

  @Override
  public Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion) {
    throw readOnly();
  }

  @Override
  public Watch watch(ResourceType type, WatchQuery query, WatchListener listener) {
    throw readOnly();
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("planning only reads");
  }

  @Override
  public void close() {}
}
