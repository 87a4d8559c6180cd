package dev.migrator.execute;

import dev.migrator.execute.Census.Seen;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The copies that are there, found by what others may say of them instead of their names. */
final class Copies {

  private final Set<ObjectRef> all;
  private final List<ObjectRef> there = new ArrayList<>();
  private final Map<String, List<Seen>> byNamespace = new HashMap<>();
  private final Map<String, Set<ObjectRef>> byGrant = new HashMap<>();
  private final Map<String, Set<ObjectRef>> byDefinition = new HashMap<>();
  private final Map<ObjectRef, String> definitions = new HashMap<>();
  private final Set<String> uids = new HashSet<>();

  /**
   * @param all of them, also those that are gone
   */
  Copies(Census census, Set<ObjectRef> all) {
    this.all = Set.copyOf(all);
    for (Seen seen : census.objects().values()) {
      uids.add(seen.uid());
      if (all.contains(seen.ref())) {
        note(seen);
      }
    }
  }

  private void note(Seen seen) {
    ObjectRef ref = seen.ref();
    there.add(ref);
    byNamespace.computeIfAbsent(ref.namespace(), none -> new ArrayList<>()).add(seen);
    seen.grants()
        .forEach(name -> byGrant.computeIfAbsent(name, none -> new LinkedHashSet<>()).add(ref));
    seen.offers()
        .ifPresent(
            kind -> {
              definitions.put(ref, kind);
              byDefinition.computeIfAbsent(kind, none -> new LinkedHashSet<>()).add(ref);
            });
  }

  /** Whether it is a copy, or was one. */
  boolean isOrWas(ObjectRef ref) {
    return all.contains(ref);
  }

  /** Whether anything of this uid is there, copy or not. */
  boolean isThere(String uid) {
    return uids.contains(uid);
  }

  /** The {@code Kind.group} that the copy defines. */
  Optional<String> defines(ObjectRef ref) {
    return Optional.ofNullable(definitions.get(ref));
  }

  /** What defines this {@code Kind.group}, or serves this {@code group/version}. */
  Set<ObjectRef> defining(String kind) {
    return byDefinition.getOrDefault(kind, Set.of());
  }

  /** All of a kind in a namespace. */
  Set<ObjectRef> ofKind(String namespace, String groupKind) {
    return matching(namespace, seen -> seen.ref().groupKind().equals(groupKind));
  }

  /** Whatever has this name; in every namespace if none is given. */
  Set<ObjectRef> named(String namespace, String name) {
    Set<ObjectRef> named = new LinkedHashSet<>(there);
    named.removeIf(
        ref ->
            !ref.name().equals(name)
                || (!namespace.isEmpty() && !ref.namespace().equals(namespace)));
    return named;
  }

  /** What makes pods with these labels, or is one; nothing for no labels. */
  Set<ObjectRef> making(String namespace, Map<String, String> labels) {
    return labels.isEmpty()
        ? Set.of()
        : matching(namespace, seen -> seen.podLabels().entrySet().containsAll(labels.entrySet()));
  }

  /** What gives rights to one of these. */
  Set<ObjectRef> granting(Set<String> names) {
    Set<ObjectRef> granting = new LinkedHashSet<>();
    names.forEach(name -> granting.addAll(byGrant.getOrDefault(name, Set.of())));
    return granting;
  }

  private Set<ObjectRef> matching(String namespace, Predicate<Seen> wanted) {
    Set<ObjectRef> found = new LinkedHashSet<>();
    byNamespace.getOrDefault(namespace, List.of()).stream()
        .filter(wanted)
        .forEach(seen -> found.add(seen.ref()));
    return found;
  }
}
