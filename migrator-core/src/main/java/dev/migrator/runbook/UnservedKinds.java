package dev.migrator.runbook;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Severity;
import dev.migrator.planner.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells apart the objects of custom and aggregated kinds that the target serves, or will serve once
 * their definition is there, from those that it will never serve.
 *
 * @param travelling what can be created
 * @param leftOut what cannot, because neither the target serves its kind nor its definition travels
 */
record UnservedKinds(
    Map<ObjectRef, Candidate> travelling, List<LeftOut> leftOut, List<Finding> findings) {

  private static final Set<String> DEFINITIONS =
      Set.of("CustomResourceDefinition.apiextensions.k8s.io", "APIService.apiregistration.k8s.io");

  static UnservedKinds of(Map<ObjectRef, Candidate> candidates, Survey target) {
    Set<String> defined = definedGroups(candidates);
    Map<ObjectRef, Candidate> travelling = new TreeMap<>(candidates);
    Map<String, List<ObjectRef>> without = new TreeMap<>();
    for (Candidate candidate : candidates.values()) {
      ObjectRef ref = candidate.ref();
      if (target.servedAs(ref.kind(), candidate.apiVersion()).isEmpty()
          && !defined.contains(group(candidate.apiVersion()))) {
        travelling.remove(ref);
        without.computeIfAbsent(ref.groupKind(), k -> new ArrayList<>()).add(ref);
      }
    }
    List<LeftOut> leftOut = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    without.forEach(
        (kind, refs) -> {
          String why = "the target does not serve " + kind + ", and its definition does not travel";
          refs.forEach(ref -> leftOut.add(new LeftOut(ref, why)));
          findings.add(
              new Finding(
                  Severity.WARNING,
                  ErrorCode.M1106,
                  Optional.empty(),
                  why + ": " + refs.size() + " left out",
                  "let its CustomResourceDefinition travel, or install it at the target, then plan"
                      + " again"));
        });
    return new UnservedKinds(travelling, leftOut, findings);
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  boolean travels(ObjectRef ref) {
    return travelling.containsKey(ref);
  }

  /**
   * The groups whose definitions travel: custom ones named {@code plural.group}, aggregated ones
   * named {@code version.group}.
   */
  private static Set<String> definedGroups(Map<ObjectRef, Candidate> candidates) {
    Set<String> groups = new HashSet<>();
    for (ObjectRef ref : candidates.keySet()) {
      if (DEFINITIONS.contains(ref.groupKind()) && ref.name().indexOf('.') > 0) {
        groups.add(ref.name().substring(ref.name().indexOf('.') + 1));
      }
    }
    return groups;
  }
}
