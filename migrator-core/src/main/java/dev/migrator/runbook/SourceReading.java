package dev.migrator.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.check.CheckedObject;
import dev.migrator.check.Checks;
import dev.migrator.check.Validators;
import dev.migrator.classify.Classifier;
import dev.migrator.classify.Verdict;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.graph.Node;
import dev.migrator.graph.References;
import dev.migrator.inventory.Inventory.Kinship;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.ResourceType;
import dev.migrator.planner.Candidate;
import dev.migrator.planner.Refusals;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.sanitize.TargetDefinitions;
import dev.migrator.verify.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reduces each object of the source to what planning must know of it, as it streams by. No body is
 * kept.
 */
final class SourceReading {

  private final TargetDefinitions definitions;
  private final Classifier classifier;
  private final Map<String, Map<String, String>> namespaceLabels;
  private final Checks checks;
  private final Validators validators;
  private final VolumeClassifier volumes;
  private final Optional<PlanKey> key;

  private final Map<ObjectRef, Candidate> candidates = new TreeMap<>();
  private final Map<ObjectRef, VersionChoice> choices = new TreeMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<ObjectRef, Kinship> owners = new TreeMap<>();
  private final Map<ObjectRef, Integer> replicas = new TreeMap<>();

  /**
   * @param namespaceLabels of every namespace, also of those that do not travel
   * @param key by which Secrets are bound, if any
   */
  SourceReading(
      TargetDefinitions definitions,
      Classifier classifier,
      Map<String, Map<String, String>> namespaceLabels,
      Checks checks,
      Validators validators,
      VolumeClassifier volumes,
      Optional<PlanKey> key) {
    this.definitions = definitions;
    this.classifier = classifier;
    this.namespaceLabels = namespaceLabels;
    this.checks = checks;
    this.validators = validators;
    this.volumes = volumes;
    this.key = key;
  }

  /** What an object says alone; safe for use by many threads. The result takes it in. */
  Runnable look(Manifest object, VersionChoice choice) {
    ObjectRef ref = object.ref();
    String apiVersion = choice.apiVersion().orElse(object.apiVersion());
    Sanitized sanitized = definitions.of(object, apiVersion);
    Travel travel =
        Travel.of(
            object,
            classifier.classify(object, namespaceLabels.getOrDefault(ref.namespace(), Map.of())),
            volumes);
    Verdict verdict = travel.verdict();
    boolean secret = ref.groupKind().equals("Secret");
    Candidate candidate =
        new Candidate(
            ref,
            apiVersion,
            object.apiVersion(),
            object.uid(),
            secret ? object.resourceVersion() : "",
            secret ? Optional.empty() : Optional.of(Digest.of(sanitized.body().tree())),
            key.filter(k -> secret).map(k -> k.digest(sanitized.body().tree())),
            verdict,
            travel.volume(),
            sanitized.drops(),
            notReady(object),
            new Candidate.AtTarget.Absent());
    Node node = References.node(object);
    CheckedObject checked = new CheckedObject(object, sanitized, choice.readFrom(), verdict);
    return () -> {
      candidates.put(ref, candidate);
      choices.put(ref, choice);
      nodes.add(node);
      Kinship.of(object).ifPresent(kin -> owners.put(ref, kin));
      JsonNode wanted = sanitized.body().at("spec", "replicas");
      if (wanted.isInt()) {
        replicas.put(ref, wanted.intValue());
      }
      validators.accept(object, sanitized.body(), choice.readFrom());
      checks.see(checked);
    };
  }

  private static String notReady(Manifest object) {
    Readiness readiness = Readiness.of(object);
    String message = readiness.message();
    return switch (readiness.status()) {
      case CURRENT -> "";
      case IN_PROGRESS -> message.isEmpty() ? "in progress" : message;
      case FAILED -> message.isEmpty() ? "failed" : message;
      case TERMINATING -> "is being deleted";
      case UNKNOWN -> message.isEmpty() ? "does not say" : message;
    };
  }

  Map<ObjectRef, Candidate> candidates() {
    return candidates;
  }

  /** At which version each candidate is read and written. */
  Map<ObjectRef, VersionChoice> choices() {
    return choices;
  }

  /** As which type a candidate is read. */
  ResourceType readFrom(ObjectRef ref) {
    return Optional.ofNullable(choices.get(ref)).orElseThrow().readFrom();
  }

  List<Node> nodes() {
    return nodes;
  }

  /** Whose each object is; only objects that have an owner. */
  Map<ObjectRef, Kinship> owners() {
    return owners;
  }

  /** How many replicas each object wants; only objects that say it. */
  Map<ObjectRef, Integer> replicas() {
    return replicas;
  }

  /** The volumes that would be handed over with claims that are not among these; sorted. */
  List<ObjectRef> volumesOfStayingClaims(Set<ObjectRef> travelling) {
    return candidates.keySet().stream()
        .filter(
            ref ->
                volumes
                    .handedOverWith(ref)
                    .filter(claim -> !travelling.contains(claim))
                    .isPresent())
        .toList();
  }

  /** What was told of the source to the checks. */
  Checks checks() {
    return checks;
  }

  /** Who may refuse what of what was read. */
  Refusals refusals() {
    return validators.refusals();
  }
}
