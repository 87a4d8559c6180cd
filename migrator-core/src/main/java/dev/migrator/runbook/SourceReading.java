package dev.migrator.runbook;

import dev.migrator.classify.Classifier;
import dev.migrator.classify.Verdict;
import dev.migrator.graph.Node;
import dev.migrator.graph.References;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.Finding;
import dev.migrator.plan.preflight.Observations;
import dev.migrator.plan.preflight.PodSecurity;
import dev.migrator.plan.preflight.PodSecurity.Level;
import dev.migrator.sanitize.Definitions;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.verify.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reduces each object of the source to what planning must know of it, as it streams by. No body is
 * kept.
 */
final class SourceReading {

  private final Definitions definitions;
  private final Classifier classifier;
  private final Map<String, Map<String, String>> namespaceLabels;

  private final Map<ObjectRef, Candidate> candidates = new TreeMap<>();
  private final Map<ObjectRef, VersionChoice> choices = new TreeMap<>();
  private final Map<ObjectRef, Map<Level, List<String>>> rejections = new TreeMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  SourceReading(
      Definitions definitions,
      Classifier classifier,
      Map<String, Map<String, String>> namespaceLabels) {
    this.definitions = definitions;
    this.classifier = classifier;
    this.namespaceLabels = namespaceLabels;
  }

  void accept(Manifest object, VersionChoice choice) {
    ObjectRef ref = object.ref();
    String apiVersion = choice.apiVersion().orElse(object.apiVersion());
    Sanitized sanitized = definitions.of(object, apiVersion);
    Verdict verdict =
        classifier.classify(object, namespaceLabels.getOrDefault(ref.namespace(), Map.of()));
    boolean secret = ref.groupKind().equals("Secret");
    candidates.put(
        ref,
        new Candidate(
            ref,
            apiVersion,
            object.apiVersion(),
            object.uid(),
            secret ? object.resourceVersion() : "",
            secret ? Optional.empty() : Optional.of(Digest.of(sanitized.body().tree())),
            verdict,
            sanitized.drops(),
            notReady(object),
            new Candidate.AtTarget.Absent()));
    choices.put(ref, choice);
    nodes.add(References.node(object));
    findings.addAll(Observations.of(object, protection(verdict)));
    noteRejections(ref, sanitized.body());
  }

  private void noteRejections(ObjectRef ref, Manifest body) {
    Map<Level, List<String>> why = new TreeMap<>();
    for (Level level : List.of(Level.BASELINE, Level.RESTRICTED)) {
      List<String> fields = PodSecurity.rejections(body, level);
      if (!fields.isEmpty()) {
        why.put(level, fields);
      }
    }
    if (!why.isEmpty()) {
      rejections.put(ref, why);
    }
  }

  private static Optional<Protection> protection(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Decided decided -> Optional.of(decided.protection());
      case Verdict.Undecided undecided -> Optional.empty();
      case Verdict.Illegal illegal -> Optional.empty();
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

  /**
   * Why the pods of a workload would be rejected, by level; only workloads that some level rejects.
   */
  Map<ObjectRef, Map<Level, List<String>>> rejections() {
    return rejections;
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Finding> findings() {
    return findings;
  }
}
