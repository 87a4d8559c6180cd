package dev.migrator.runbook;

import dev.migrator.check.ClusterView;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.Served;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.TargetNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * One of the two clusters as the checks of a plan ask it: what it serves, and what was read of it
 * and is kept.
 */
final class Survey implements ClusterView {

  /** Up to so many objects of a type are read one by one; more are listed again. */
  private static final int ONE_BY_ONE = 64;

  private final CommandSide side;
  private final ConcurrentRequests requests;
  private final BiFunction<ObjectRef, ResourceType, ObjectRef> names;
  private final Served served;
  private final Map<String, Set<String>> versions = new HashMap<>();
  private final Map<String, List<Manifest>> listed = new ConcurrentHashMap<>();

  private Survey(
      CommandSide side,
      Discovery serves,
      ConcurrentRequests requests,
      BiFunction<ObjectRef, ResourceType, ObjectRef> names) {
    this.side = side;
    this.requests = requests;
    this.names = names;
    this.served = new Served(side.name(), serves);
    served
        .types()
        .forEach(
            t ->
                versions.computeIfAbsent(t.groupResource(), k -> new HashSet<>()).add(t.version()));
  }

  static Survey ofSource(CommandSide side, Discovery serves, ConcurrentRequests requests) {
    return new Survey(side, serves, requests, (ref, type) -> ref);
  }

  static Survey ofTarget(
      CommandSide side,
      Discovery serves,
      ConcurrentRequests requests,
      Migration.Mappings mappings) {
    return new Survey(
        side, serves, requests, (ref, type) -> TargetNames.of(ref, type.apiVersion(), mappings));
  }

  CommandSide side() {
    return side;
  }

  /** For questions of one's own, at most so many at once as the survey asks. */
  ConcurrentRequests requests() {
    return requests;
  }

  /** The type at that version; empty when it is not served there (yet). */
  Optional<ResourceType> servedAs(String kind, String apiVersion) {
    return served.known(kind, apiVersion);
  }

  /** The best type of a kind, such as {@code ResourceQuota}; empty when none is served. */
  Optional<ResourceType> served(String groupKind) {
    return served.preferred(groupKind);
  }

  @Override
  public Set<String> resources() {
    return versions.keySet();
  }

  @Override
  public Set<String> versions(String groupResource) {
    return versions.getOrDefault(groupResource, Set.of());
  }

  @Override
  public List<Manifest> all(String... groupKinds) {
    List<Manifest> all = new ArrayList<>();
    for (String groupKind : groupKinds) {
      all.addAll(listed.computeIfAbsent(groupKind, this::list));
    }
    return all;
  }

  private List<Manifest> list(String groupKind) {
    List<Manifest> all = new ArrayList<>();
    each(groupKind, all::add);
    return List.copyOf(all);
  }

  @Override
  public void each(String groupKind, Consumer<Manifest> consumer) {
    served(groupKind).ifPresent(type -> side.each(type, consumer));
  }

  @Override
  public List<Manifest> get(Collection<ObjectRef> refs) {
    return requests
        .ask(List.copyOf(refs), ref -> served(ref.groupKind()).flatMap(type -> side.get(type, ref)))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Set<ObjectRef> existing(Set<ObjectRef> refs) {
    Map<String, Set<ObjectRef>> byKind = new TreeMap<>();
    refs.forEach(ref -> byKind.computeIfAbsent(ref.groupKind(), k -> new HashSet<>()).add(ref));
    Set<ObjectRef> existing = ConcurrentHashMap.newKeySet();
    requests.ask(
        List.copyOf(byKind.entrySet()),
        kind -> {
          served(kind.getKey()).ifPresent(type -> existing.addAll(existing(type, kind.getValue())));
          return true;
        });
    return existing;
  }

  private Set<ObjectRef> existing(ResourceType type, Set<ObjectRef> refs) {
    Set<ObjectRef> existing = new HashSet<>();
    Map<ObjectRef, ObjectRef> byName = new HashMap<>();
    refs.forEach(ref -> byName.put(names.apply(ref, type), ref));
    if (refs.size() > ONE_BY_ONE) {
      side.each(
          type, object -> Optional.ofNullable(byName.get(object.ref())).ifPresent(existing::add));
    } else {
      byName.forEach((at, ref) -> side.get(type, at).ifPresent(o -> existing.add(ref)));
    }
    return existing;
  }

  /** Hands on these objects of a type, and, of a list that is shorter than so many reads, more. */
  void each(ResourceType type, Set<ObjectRef> refs, Consumer<Manifest> each) {
    if (refs.size() > ONE_BY_ONE) {
      side.each(type, each);
    } else {
      refs.stream().sorted().forEach(ref -> side.get(type, ref).ifPresent(each));
    }
  }
}
