package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What etcd is to a cluster: objects by key, one revision for every change, and the log of all
 * changes.
 *
 * <p>Shape: the change with revision r is {@code log.get(r - 1)}, so that a watch can start
 * anywhere. Not safe for threads: the cluster's lock guards it.
 */
final class Storage {

  private final VirtualClock clock;
  private final Map<String, TreeMap<String, Manifest>> types = new HashMap<>();
  private final Map<String, Key> byUid = new HashMap<>();
  private final Map<String, Set<Key>> dependants = new HashMap<>();
  private final List<StoredChange> log = new ArrayList<>();
  private final List<Consumer<StoredChange>> listeners = new ArrayList<>();
  private boolean inRequest;

  Storage(VirtualClock clock) {
    this.clock = clock;
  }

  void onChange(Consumer<StoredChange> listener) {
    listeners.add(listener);
  }

  /** Says who causes the changes that follow. */
  void attribute(boolean toRequest) {
    inRequest = toRequest;
  }

  long revision() {
    return log.size();
  }

  List<StoredChange> log() {
    return log;
  }

  Optional<Manifest> get(Key key) {
    TreeMap<String, Manifest> objects = types.get(key.type());
    return objects == null ? Optional.empty() : Optional.ofNullable(objects.get(key.path()));
  }

  Optional<Manifest> byUid(String uid) {
    return Optional.ofNullable(byUid.get(uid)).flatMap(this::get);
  }

  /** The object as it was at that time. */
  Optional<Manifest> asOf(Key key, Instant time) {
    Optional<Manifest> found = get(key);
    for (int i = log.size() - 1; i >= 0 && log.get(i).time().isAfter(time); i--) {
      if (Key.of(log.get(i).object().ref()).equals(key)) {
        found = log.get(i).before();
      }
    }
    return found;
  }

  /** Every object of the type, in key order; a copy that stays as it is. */
  List<Manifest> all(String type) {
    TreeMap<String, Manifest> objects = types.get(type);
    return objects == null ? List.of() : List.copyOf(objects.values());
  }

  /** Every object of the type in the namespace, in key order. */
  List<Manifest> in(String type, String namespace) {
    TreeMap<String, Manifest> objects = types.get(type);
    return objects == null
        ? List.of()
        : List.copyOf(objects.subMap(namespace + "/", namespace + "0").values());
  }

  /** Every type that ever had an object. */
  Set<String> typeNames() {
    return types.keySet();
  }

  /** Every object of every type, in no promised order. */
  List<Manifest> everything() {
    return types.values().stream().map(TreeMap::values).flatMap(Collection::stream).toList();
  }

  /** What names this uid as an owner, in order of creation. */
  List<Manifest> dependantsOf(String uid) {
    return dependants.getOrDefault(uid, Set.of()).stream()
        .map(this::get)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Stores the tree, which it owns from now on, under a new resourceVersion. */
  Manifest put(Key key, ObjectNode tree) {
    tree.withObjectProperty("metadata").put("resourceVersion", Long.toString(revision() + 1));
    Manifest after = Manifest.of(tree);
    Manifest before =
        types.computeIfAbsent(key.type(), type -> new TreeMap<>()).put(key.path(), after);
    if (before != null) {
      unlink(key, before);
    }
    byUid.put(after.uid(), key);
    for (JsonNode owner : after.at("metadata", "ownerReferences")) {
      dependants.computeIfAbsent(owner.path("uid").asText(), uid -> new LinkedHashSet<>()).add(key);
    }
    record(Optional.ofNullable(before), Optional.of(after));
    return after;
  }

  /** Removes the object; its last state carries the revision of the removal. */
  void remove(Key key) {
    TreeMap<String, Manifest> objects = types.get(key.type());
    Manifest before = objects == null ? null : objects.remove(key.path());
    if (before == null) {
      return;
    }
    unlink(key, before);
    byUid.remove(before.uid());
    String revision = Long.toString(revision() + 1);
    record(
        Optional.of(
            before.edit(
                tree -> tree.withObjectProperty("metadata").put("resourceVersion", revision))),
        Optional.empty());
  }

  private void unlink(Key key, Manifest before) {
    for (JsonNode owner : before.at("metadata", "ownerReferences")) {
      Set<Key> keys = dependants.get(owner.path("uid").asText());
      if (keys != null) {
        keys.remove(key);
      }
    }
  }

  private void record(Optional<Manifest> before, Optional<Manifest> after) {
    StoredChange change =
        new StoredChange(clock.nextSequence(), clock.now(), inRequest, before, after);
    log.add(change);
    for (Consumer<StoredChange> listener : listeners) {
      listener.accept(change);
    }
  }
}
