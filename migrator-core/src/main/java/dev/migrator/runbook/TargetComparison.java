package dev.migrator.runbook;

import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.TargetNames;
import dev.migrator.planner.Candidate;
import dev.migrator.planner.Candidate.AtTarget;
import dev.migrator.sanitize.TargetDefinitions;
import dev.migrator.verify.Comparison;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Holds the candidates against what the target has under their names. */
record TargetComparison(
    Survey source, Survey target, Migration.Mappings mappings, TargetDefinitions definitions) {

  /**
   * The candidates with what the target has under their names.
   *
   * @param sourceTypes at which type each candidate is read
   */
  Map<ObjectRef, Candidate> compare(
      Map<ObjectRef, Candidate> candidates, Function<ObjectRef, ResourceType> sourceTypes) {
    Map<String, List<Candidate>> byType = new TreeMap<>();
    for (Candidate candidate : candidates.values()) {
      if (target.servedAs(candidate.ref().kind(), candidate.apiVersion()).isPresent()) {
        byType
            .computeIfAbsent(
                candidate.apiVersion() + " " + candidate.ref().kind(), k -> new ArrayList<>())
            .add(candidate);
      }
    }
    Map<ObjectRef, AtTarget> found = new ConcurrentHashMap<>();
    target
        .requests()
        .ask(
            List.copyOf(byType.values()),
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
    ResourceType type = target.servedAs(first.ref().kind(), first.apiVersion()).orElseThrow();
    Map<ObjectRef, Candidate> wanted = new HashMap<>();
    candidates.forEach(c -> wanted.put(TargetNames.of(c.ref(), c.apiVersion(), mappings), c));
    Map<ObjectRef, byte[]> live = new HashMap<>();
    target
        .side()
        .each(
            type,
            object -> {
              Candidate candidate = wanted.get(object.ref());
              if (candidate != null) {
                live.put(candidate.ref(), object.bytes());
              }
            });
    Map<ObjectRef, AtTarget> found = new HashMap<>();
    if (!live.isEmpty()) {
      source.each(
          sourceTypes.apply(first.ref()),
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

  private AtTarget judge(Manifest sourceObject, String apiVersion, Manifest live) {
    Manifest sent = definitions.of(sourceObject, apiVersion).body();
    List<String> fields =
        Comparison.compare(sent, live).stream().map(d -> d.path()).sorted().toList();
    return fields.isEmpty() ? new AtTarget.Equal() : new AtTarget.Different(fields);
  }
}
