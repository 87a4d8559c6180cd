package dev.migrator.runbook;

import dev.migrator.cluster.Discovery;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.Candidate.AtTarget;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.preflight.Webhooks;
import dev.migrator.sanitize.Definitions;
import dev.migrator.verify.Comparison;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the target has of what is planned, and of what is named. Reads by lists, one a type; of what
 * exists on both sides it keeps bodies only while their type is looked at.
 */
final class TargetSurvey {

  /** Up to so many objects of a type are read one by one; more are listed again. */
  private static final int ONE_BY_ONE = 64;

  private final Side source;
  private final Side target;
  private final Map<String, ResourceType> served = new HashMap<>();
  private final Map<String, List<Manifest>> listed = new ConcurrentHashMap<>();
  private final Migration migration;
  private final Definitions definitions;

  TargetSurvey(
      Side source,
      Side target,
      Discovery targetServes,
      Migration migration,
      Definitions definitions) {
    this.source = source;
    this.target = target;
    this.migration = migration;
    this.definitions = definitions;
    targetServes.types().forEach(t -> served.putIfAbsent(t.groupKind() + "@" + t.apiVersion(), t));
    targetServes.types().forEach(t -> served.putIfAbsent(t.groupKind(), t));
  }

  /** The target's type at that version; empty when it is not served there (yet). */
  Optional<ResourceType> servedAs(String kind, String apiVersion) {
    int slash = apiVersion.indexOf('/');
    String groupKind = slash < 0 ? kind : kind + "." + apiVersion.substring(0, slash);
    return Optional.ofNullable(served.get(groupKind + "@" + apiVersion));
  }

  /** The target's best type of a kind, such as {@code ResourceQuota}; empty when it serves none. */
  Optional<ResourceType> served(String groupKind) {
    return Optional.ofNullable(served.get(groupKind));
  }

  /**
   * Everything of these kinds at the target; kinds that it does not serve have nothing. Listed
   * once, and kept: for kinds of which there are few.
   */
  List<Manifest> all(String... groupKinds) {
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

  /** Shows everything of this kind at the target once, and keeps nothing. */
  void each(String groupKind, Consumer<Manifest> each) {
    served(groupKind).ifPresent(type -> target.each(type, each));
  }

  /** The target's webhooks, ready to say what they see. */
  Webhooks webhooks() {
    Map<String, Set<String>> versions = new HashMap<>();
    served
        .values()
        .forEach(
            type ->
                versions
                    .computeIfAbsent(type.groupResource(), k -> new HashSet<>())
                    .add(type.version()));
    return new Webhooks(
        all(
            "MutatingWebhookConfiguration.admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration.admissionregistration.k8s.io"),
        all("Namespace"),
        resource -> versions.getOrDefault(resource, Set.of()));
  }

  /** Which of these objects, named as at the target, the target has. */
  Set<ObjectRef> there(Set<ObjectRef> refs, Parallel parallel) {
    Set<ObjectRef> there = new HashSet<>();
    parallel
        .ask(
            refs,
            ref ->
                served(ref.groupKind()).flatMap(type -> target.get(type, ref)).map(Manifest::ref))
        .forEach(found -> found.ifPresent(there::add));
    return there;
  }

  /**
   * The candidates with what the target has under their names.
   *
   * @param sourceTypes at which type each candidate is read
   */
  Map<ObjectRef, Candidate> compare(
      Map<ObjectRef, Candidate> candidates,
      Function<ObjectRef, ResourceType> sourceTypes,
      Parallel parallel) {
    Map<String, List<Candidate>> byType = new TreeMap<>();
    for (Candidate candidate : candidates.values()) {
      if (servedAs(candidate.ref().kind(), candidate.apiVersion()).isPresent()) {
        byType
            .computeIfAbsent(
                candidate.apiVersion() + " " + candidate.ref().kind(), k -> new ArrayList<>())
            .add(candidate);
      }
    }
    Map<ObjectRef, AtTarget> found = new ConcurrentHashMap<>();
    parallel.ask(
        byType.values(),
        some -> {
          found.putAll(compareType(some, sourceTypes));
          return true;
        });
    // In one go: what is sorted already is not sorted again, object by object.
    Map<ObjectRef, Candidate> compared = new TreeMap<>(candidates);
    found.forEach(
        (ref, there) ->
            compared.computeIfPresent(ref, (same, candidate) -> candidate.withAtTarget(there)));
    return compared;
  }

  private Map<ObjectRef, AtTarget> compareType(
      List<Candidate> candidates, Function<ObjectRef, ResourceType> sourceTypes) {
    Candidate first = candidates.getFirst();
    ResourceType type = servedAs(first.ref().kind(), first.apiVersion()).orElseThrow();
    Map<ObjectRef, Candidate> wanted = new HashMap<>();
    candidates.forEach(
        c -> wanted.put(TargetNames.of(c.ref(), c.apiVersion(), migration.mappings()), c));
    Map<ObjectRef, byte[]> live = new HashMap<>();
    target.each(
        type,
        object -> {
          Candidate candidate = wanted.get(object.ref());
          if (candidate != null) {
            live.put(candidate.ref(), object.bytes());
          }
        });
    Map<ObjectRef, AtTarget> found = new HashMap<>();
    if (!live.isEmpty()) {
      ResourceType from = sourceTypes.apply(first.ref());
      readAgain(
          from,
          live.keySet(),
          object -> {
            byte[] bytes = live.get(object.ref());
            if (bytes != null) {
              found.put(object.ref(), judge(object, first.apiVersion(), Manifest.parse(bytes)));
            }
          });
    }
    return found;
  }

  private void readAgain(ResourceType type, Set<ObjectRef> refs, Consumer<Manifest> each) {
    if (refs.size() > ONE_BY_ONE) {
      source.each(type, each);
    } else {
      refs.stream().sorted().forEach(ref -> source.get(type, ref).ifPresent(each));
    }
  }

  private AtTarget judge(Manifest sourceObject, String apiVersion, Manifest live) {
    Manifest sent = definitions.of(sourceObject, apiVersion).body();
    List<String> fields =
        Comparison.compare(sent, live).stream().map(d -> d.path()).sorted().toList();
    return fields.isEmpty() ? new AtTarget.Equal() : new AtTarget.Different(fields);
  }

  /** Which of these objects, named as at the source, the target has. */
  Set<ObjectRef> existing(Set<ObjectRef> refs, Parallel parallel) {
    Map<String, Set<ObjectRef>> byKind = new TreeMap<>();
    refs.forEach(ref -> byKind.computeIfAbsent(ref.groupKind(), k -> new HashSet<>()).add(ref));
    Set<ObjectRef> existing = ConcurrentHashMap.newKeySet();
    parallel.ask(
        byKind.entrySet(),
        kind -> {
          served(kind.getKey()).ifPresent(type -> existing.addAll(existing(type, kind.getValue())));
          return true;
        });
    return existing;
  }

  private Set<ObjectRef> existing(ResourceType type, Set<ObjectRef> refs) {
    Set<ObjectRef> existing = new HashSet<>();
    Map<ObjectRef, ObjectRef> byTarget = new HashMap<>();
    refs.forEach(
        ref -> byTarget.put(TargetNames.of(ref, type.apiVersion(), migration.mappings()), ref));
    if (refs.size() > ONE_BY_ONE) {
      target.each(
          type, object -> Optional.ofNullable(byTarget.get(object.ref())).ifPresent(existing::add));
    } else {
      byTarget.forEach((at, ref) -> target.get(type, at).ifPresent(o -> existing.add(ref)));
    }
    return existing;
  }
}
