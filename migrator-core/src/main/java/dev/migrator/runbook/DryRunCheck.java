package dev.migrator.runbook;

import dev.migrator.check.Check;
import dev.migrator.check.Move;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.TargetNames;
import dev.migrator.planner.Candidate;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Sends every create to the target as a dry run, many at once. What cannot be proven is told with
 * its reason, grouped; what the target refuses for good blocks the plan.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run">Dry-run</a>
 */
final class DryRunCheck implements Check {

  private final Survey source;
  private final Survey target;
  private final TargetDefinitions definitions;
  private final Map<ObjectRef, VersionChoice> choices;
  private final boolean all;

  /**
   * @param choices at which version each object is read and written
   * @param all false to prove only what everything of its kind depends on
   */
  DryRunCheck(
      Survey source,
      Survey target,
      TargetDefinitions definitions,
      Map<ObjectRef, VersionChoice> choices,
      boolean all) {
    this.source = source;
    this.target = target;
    this.definitions = definitions;
    this.choices = choices;
    this.all = all;
  }

  @Override
  public List<Finding> findings(Move move) {
    // As many at once as the move itself will send.
    return prove(
        move.candidates().values().stream().filter(c -> all || isDefinition(c)).toList(),
        move.migration().mappings(),
        ConcurrentRequests.of(move.migration().limits().parallel()));
  }

  private static boolean isDefinition(Candidate candidate) {
    return candidate.ref().groupKind().equals("CustomResourceDefinition.apiextensions.k8s.io");
  }

  private List<Finding> prove(
      Collection<Candidate> candidates, Migration.Mappings mappings, ConcurrentRequests requests) {
    Set<ObjectRef> namespaces = new LinkedHashSet<>();
    candidates.stream()
        .filter(c -> !c.ref().isClusterScoped())
        .forEach(c -> namespaces.add(ObjectRef.namespace(c.ref().namespace())));
    Set<ObjectRef> existing = target.existing(namespaces);
    Map<String, List<ObjectRef>> later = new TreeMap<>();
    Map<ResourceType, Map<ObjectRef, Candidate>> byType = new java.util.LinkedHashMap<>();
    for (Candidate c : candidates) {
      if (!(c.atTarget() instanceof Candidate.AtTarget.Absent)) {
        continue;
      }
      boolean unserved =
          !c.ref().isClusterScoped()
              && !existing.contains(ObjectRef.namespace(c.ref().namespace()));
      if (target.servedAs(c.ref().kind(), c.apiVersion()).isEmpty()) {
        later
            .computeIfAbsent(
                "the definition of " + c.ref().groupKind() + " is created in phase 1",
                k -> new ArrayList<>())
            .add(c.ref());
      } else if (unserved) {
        later
            .computeIfAbsent(
                "namespace " + mappings.namespace(c.ref().namespace()) + " is created in phase 1",
                k -> new ArrayList<>())
            .add(c.ref());
      } else {
        byType
            .computeIfAbsent(
                Optional.ofNullable(choices.get(c.ref())).orElseThrow().readFrom(),
                k -> new TreeMap<>())
            .put(c.ref(), c);
      }
    }
    List<Finding> findings = new ArrayList<>();
    later.forEach((why, refs) -> findings.add(unproven(refs, why)));
    ConcurrentLinkedQueue<Finding> refused = new ConcurrentLinkedQueue<>();
    byType.forEach((type, some) -> prove(type, some, mappings, requests, refused));
    findings.addAll(
        refused.stream()
            .sorted(java.util.Comparator.comparing(f -> f.object().orElseThrow()))
            .toList());
    return findings;
  }

  private void prove(
      ResourceType type,
      Map<ObjectRef, Candidate> wanted,
      Migration.Mappings mappings,
      ConcurrentRequests requests,
      ConcurrentLinkedQueue<Finding> refused) {
    List<Manifest> page = new ArrayList<>();
    source
        .side()
        .each(
            type,
            object -> {
              if (wanted.containsKey(object.ref())) {
                page.add(object);
              }
              if (page.size() == 500) {
                send(page, wanted, mappings, requests, refused);
                page.clear();
              }
            });
    send(page, wanted, mappings, requests, refused);
  }

  private void send(
      List<Manifest> objects,
      Map<ObjectRef, Candidate> wanted,
      Migration.Mappings mappings,
      ConcurrentRequests requests,
      ConcurrentLinkedQueue<Finding> refused) {
    requests
        .ask(
            objects,
            object ->
                one(object, Optional.ofNullable(wanted.get(object.ref())).orElseThrow(), mappings))
        .forEach(f -> f.ifPresent(refused::add));
  }

  private Optional<Finding> one(Manifest object, Candidate candidate, Migration.Mappings mappings) {
    ResourceType type =
        target.servedAs(candidate.ref().kind(), candidate.apiVersion()).orElseThrow();
    Manifest body = definitions.of(object, candidate.apiVersion()).body();
    try {
      target.side().cluster().prove(type, body);
      return Optional.empty();
    } catch (ClusterException e) {
      return judge(TargetNames.of(candidate.ref(), mappings), candidate.ref(), e.failure());
    }
  }

  private static Optional<Finding> judge(
      ObjectRef atTarget, ObjectRef ref, ClusterFailure failure) {
    return switch (failure) {
      case ClusterFailure.Invalid f ->
          Optional.of(
              new Finding(
                  FindingCode.REFUSED_BY_TARGET,
                  ref,
                  "the target refuses " + atTarget + ": " + f.detail(),
                  "change it at the source, with a modifier, or leave it out with label"
                      + " migrator.dev/exclude=true"));
      case ClusterFailure.AlreadyExists f -> Optional.empty();
      case ClusterFailure.NotFound f -> notProven(ref, f);
      case ClusterFailure.Conflict f -> notProven(ref, f);
      case ClusterFailure.Forbidden f -> notProven(ref, f);
      case ClusterFailure.Unauthorized f -> notProven(ref, f);
      case ClusterFailure.Throttled f -> notProven(ref, f);
      case ClusterFailure.Expired f -> notProven(ref, f);
      case ClusterFailure.Unreachable f -> notProven(ref, f);
      case ClusterFailure.OutcomeUnknown f -> notProven(ref, f);
    };
  }

  private static Optional<Finding> notProven(ObjectRef ref, ClusterFailure failure) {
    return Optional.of(
        new Finding(
            FindingCode.NOT_PROVEN, ref, "the dry run did not succeed: " + failure.detail(), ""));
  }

  private static Finding unproven(List<ObjectRef> refs, String why) {
    String some =
        refs.stream().sorted().limit(3).map(Object::toString).collect(Collectors.joining(", "));
    return new Finding(
        FindingCode.COMES_LATER,
        Optional.empty(),
        "%d not provable by dry run, because %s: %s%s"
            .formatted(refs.size(), why, some, refs.size() > 3 ? ", ..." : ""),
        "");
  }
}
