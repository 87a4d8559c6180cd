package dev.migrator.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.inventory.Versions;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.planner.Candidate;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * At which version a custom resource is created, where its definition has several: a schema belongs
 * to a version, so an object that was written at one may be refused at another, better one. What
 * was not last written at the chosen version is tried there by a dry run, and where that refuses it
 * the other served versions are tried.
 *
 * <p>Where the target does not serve the kind yet, the definition travels, and the source is asked:
 * under a name that is taken, so that nothing could be stored; a server validates before it looks
 * at names.
 *
 * <p>Errors: none of its own; what a dry run cannot tell leaves the choice as it is.
 *
 * <p>Source: docs/adr/0037
 */
final class VersionTrials {

  private static final String SOMEWHERE = "default";

  private final Survey source;
  private final Survey target;
  private final TargetDefinitions definitions;
  private final TargetDefinitions unchanged;
  private final Set<ObjectRef> namespaces;
  private final Map<String, List<ResourceType>> versions = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param namespaces of the source's names, those that the target has
   */
  VersionTrials(
      Survey source,
      Survey target,
      Discovery sourceServes,
      Migration migration,
      Set<ObjectRef> namespaces) {
    this.source = source;
    this.target = target;
    this.definitions = new TargetDefinitions(migration);
    this.unchanged = new TargetDefinitions(migration.withoutChanges());
    this.namespaces = namespaces;
    sourceServes.types().stream()
        .filter(Versions::isCustom)
        .forEach(
            type -> versions.computeIfAbsent(type.groupKind(), k -> new ArrayList<>()).add(type));
  }

  /** What was found out, in the order of the objects. */
  List<Finding> findings() {
    return findings;
  }

  /** The candidates, at the versions at which they can be created. */
  Map<ObjectRef, Candidate> tried(
      Map<ObjectRef, Candidate> candidates, Map<ObjectRef, VersionChoice> choices) {
    Map<ObjectRef, Candidate> tried = new TreeMap<>(candidates);
    List<Candidate> open =
        candidates.values().stream()
            .filter(c -> c.atTarget() instanceof Candidate.AtTarget.Absent)
            .filter(c -> !others(c).isEmpty())
            .toList();
    for (Optional<Change> change : target.requests().ask(open, this::one)) {
      change.ifPresent(
          found -> {
            findings.add(found.finding());
            tried.put(found.candidate().ref(), found.candidate());
            found.choice().ifPresent(choice -> choices.put(found.candidate().ref(), choice));
          });
    }
    return tried;
  }

  private record Change(Candidate candidate, Optional<VersionChoice> choice, Finding finding) {}

  /** The other versions at which the source can be read and the target be written. */
  private List<ResourceType> others(Candidate candidate) {
    boolean travels = target.served(candidate.ref().groupKind()).isEmpty();
    return versions.getOrDefault(candidate.ref().groupKind(), List.of()).stream()
        .filter(type -> !type.apiVersion().equals(candidate.apiVersion()))
        .filter(
            type ->
                travels || target.servedAs(candidate.ref().kind(), type.apiVersion()).isPresent())
        .toList();
  }

  private Optional<Change> one(Candidate candidate) {
    Optional<Manifest> object = read(candidate.ref(), candidate.sourceApiVersion());
    if (object.isEmpty() || wasLastWrittenAt(object.get(), candidate.apiVersion())) {
      return Optional.empty();
    }
    Optional<String> refusal = refusal(object.get(), candidate.apiVersion());
    if (refusal.isEmpty()) {
      return Optional.empty();
    }
    for (ResourceType other : others(candidate)) {
      Optional<Manifest> there = read(candidate.ref(), other.apiVersion());
      if (there.isPresent() && refusal(there.get(), other.apiVersion()).isEmpty()) {
        return Optional.of(at(candidate, other, there.get(), refusal.get()));
      }
    }
    return Optional.of(
        new Change(
            candidate,
            Optional.empty(),
            new Finding(
                FindingCode.REFUSED_BY_TARGET,
                candidate.ref(),
                "the target refuses it at every version that both clusters serve; at %s: %s"
                    .formatted(candidate.apiVersion(), refusal.get()),
                "change it at the source, with a modifier, or leave it out with label"
                    + " migrator.dev/exclude=true")));
  }

  private Change at(Candidate candidate, ResourceType type, Manifest object, String refusal) {
    Sanitized sanitized = definitions.of(object, type.apiVersion());
    return new Change(
        new Candidate(
            candidate.ref(),
            type.apiVersion(),
            type.apiVersion(),
            candidate.uid(),
            candidate.resourceVersion(),
            candidate.digest().map(d -> Digest.of(sanitized.body().tree())),
            candidate.keyed(),
            candidate.verdict(),
            candidate.volume(),
            sanitized.drops(),
            candidate.notReady(),
            candidate.atTarget()),
        Optional.of(new VersionChoice(type, Optional.of(type.apiVersion()), "")),
        new Finding(
            FindingCode.OTHER_VERSION,
            candidate.ref(),
            "is created as %s: as %s the target refuses it: %s"
                .formatted(type.apiVersion(), candidate.apiVersion(), refusal),
            ""));
  }

  private Optional<Manifest> read(ObjectRef ref, String apiVersion) {
    return versions.getOrDefault(ref.groupKind(), List.of()).stream()
        .filter(type -> type.apiVersion().equals(apiVersion))
        .findFirst()
        .flatMap(type -> source.side().get(type, ref));
  }

  /** Who wrote all of it at this version last has had it validated there. */
  private static boolean wasLastWrittenAt(Manifest object, String apiVersion) {
    String latest = "";
    Set<String> at = new HashSet<>();
    for (JsonNode entry : object.at("metadata", "managedFields")) {
      String time = entry.path("time").asText();
      if (entry.path("subresource").asText().isEmpty() && time.compareTo(latest) >= 0) {
        if (!time.equals(latest)) {
          at.clear();
        }
        latest = time;
        at.add(entry.path("apiVersion").asText());
      }
    }
    return at.equals(Set.of(apiVersion));
  }

  /** Why it is refused for good at that version; empty when it is taken, or nobody can tell. */
  private Optional<String> refusal(Manifest object, String apiVersion) {
    Optional<ResourceType> served = target.servedAs(object.kind(), apiVersion);
    try {
      if (served.isPresent()) {
        Manifest unused =
            target.side().cluster().prove(served.get(), somewhere(object, apiVersion));
      } else {
        ResourceType type =
            versions.getOrDefault(object.ref().groupKind(), List.of()).stream()
                .filter(t -> t.apiVersion().equals(apiVersion))
                .findFirst()
                .orElseThrow();
        Manifest unused =
            source.side().cluster().prove(type, unchanged.of(object, apiVersion).body());
      }
      return Optional.empty();
    } catch (ClusterException e) {
      return e.failure() instanceof ClusterFailure.Invalid invalid
              && !invalid.detail().contains("admission webhook")
          ? Optional.of(invalid.detail())
          : Optional.empty();
    }
  }

  /** In a namespace that the target has: its own may come only with the move. */
  private Manifest somewhere(Manifest object, String apiVersion) {
    Manifest body = definitions.of(object, apiVersion).body();
    boolean unserved =
        !object.ref().isClusterScoped()
            && !namespaces.contains(ObjectRef.namespace(object.ref().namespace()));
    return unserved
        ? body.edit(tree -> tree.withObjectProperty("metadata").put("namespace", SOMEWHERE))
        : body;
  }
}
