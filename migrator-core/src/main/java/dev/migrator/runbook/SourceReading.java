package dev.migrator.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.Classifier;
import dev.migrator.classify.Verdict;
import dev.migrator.graph.Node;
import dev.migrator.graph.References;
import dev.migrator.inventory.Inventory.Kinship;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Protection;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.Finding;
import dev.migrator.plan.preflight.ActsOutside;
import dev.migrator.plan.preflight.CascadingDeletions;
import dev.migrator.plan.preflight.ChangedActivity;
import dev.migrator.plan.preflight.ClusterAddresses;
import dev.migrator.plan.preflight.Demand;
import dev.migrator.plan.preflight.Factors;
import dev.migrator.plan.preflight.Grants;
import dev.migrator.plan.preflight.HandOverHazards;
import dev.migrator.plan.preflight.HeldByRun;
import dev.migrator.plan.preflight.LimitRanges;
import dev.migrator.plan.preflight.Observations;
import dev.migrator.plan.preflight.PodSecurity;
import dev.migrator.plan.preflight.PodSecurity.Level;
import dev.migrator.plan.preflight.Reconciled;
import dev.migrator.plan.preflight.SecondDefaults;
import dev.migrator.plan.preflight.SharedVolumes;
import dev.migrator.plan.preflight.StatusMemory;
import dev.migrator.plan.preflight.TakenNodePorts;
import dev.migrator.plan.preflight.Validators;
import dev.migrator.plan.preflight.Webhooks;
import dev.migrator.sanitize.AskedAddress;
import dev.migrator.sanitize.Definitions;
import dev.migrator.sanitize.MappedStatus;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.verify.Readiness;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

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
  private final Reconciled reconciled = new Reconciled();
  private final Map<ObjectRef, Kinship> owners = new TreeMap<>();
  private final Set<ObjectRef> defaults = new TreeSet<>();
  private final Set<ObjectRef> exclusiveClaims = new TreeSet<>();
  private final LimitRanges limits;
  private final Set<String> underQuota;
  private final Webhooks webhooks;
  private final Validators validators;
  private final Map<ObjectRef, List<Webhooks.Sight>> seen = new TreeMap<>();
  private final Map<ObjectRef, LimitRanges.Effect> limited = new TreeMap<>();
  private final Map<ObjectRef, Demand> demands = new TreeMap<>();
  private final Map<ObjectRef, Manifest> quotas = new TreeMap<>();
  private final Map<ObjectRef, Level> enforced = new TreeMap<>();
  private final Map<ObjectRef, Set<Integer>> nodePorts = new TreeMap<>();
  private final Grants grants = new Grants();
  private final ActsOutside outside = new ActsOutside();
  private final HeldByRun held = new HeldByRun();
  private final SharedVolumes volumes;
  private final StatusMemory statuses;
  private final Map<ObjectRef, ClusterAddresses.Asked> addresses = new TreeMap<>();
  private final Map<ObjectRef, Integer> replicas = new TreeMap<>();
  private final Optional<Factors> factors;
  private final Optional<PlanKey> key;

  /**
   * @param underQuota the namespaces of the target that have a quota
   * @param names of namespaces, in a status that travels
   * @param key by which Secrets are bound, if any
   */
  SourceReading(
      Definitions definitions,
      Classifier classifier,
      Map<String, Map<String, String>> namespaceLabels,
      LimitRanges limits,
      Set<String> underQuota,
      Webhooks webhooks,
      Validators validators,
      SharedVolumes volumes,
      MappedStatus names,
      Optional<Factors> factors,
      Optional<PlanKey> key) {
    this.key = key;
    this.limits = limits;
    this.underQuota = new HashSet<>(underQuota);
    this.webhooks = webhooks;
    this.validators = validators;
    this.factors = factors;
    this.definitions = definitions;
    this.volumes = volumes;
    this.statuses = new StatusMemory(names);
    this.classifier = classifier;
    this.namespaceLabels = namespaceLabels;
  }

  /** What an object says alone; safe for use by many threads. The result takes it in. */
  Runnable look(Manifest object, VersionChoice choice) {
    ObjectRef ref = object.ref();
    String apiVersion = choice.apiVersion().orElse(object.apiVersion());
    Sanitized sanitized = definitions.of(object, apiVersion);
    Verdict verdict =
        classifier.classify(object, namespaceLabels.getOrDefault(ref.namespace(), Map.of()));
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
            sanitized.drops(),
            notReady(object),
            new Candidate.AtTarget.Absent());
    Node node = References.node(object);
    List<Finding> noticed = new ArrayList<>(Observations.of(object));
    noticed.addAll(CascadingDeletions.of(object, verdict));
    noticed.addAll(ChangedActivity.of(object, sanitized.body(), verdict));
    repaired(ref, sanitized).ifPresent(noticed::add);
    Map<Level, List<String>> rejected = rejections(sanitized.body());
    return () -> {
      candidates.put(ref, candidate);
      choices.put(ref, choice);
      nodes.add(node);
      findings.addAll(noticed);
      if (!rejected.isEmpty()) {
        rejections.put(ref, rejected);
      }
      reconciled.accept(object, protection(verdict));
      takeIn(object, sanitized.body(), choice, protection(verdict));
    };
  }

  private void takeIn(
      Manifest object, Manifest body, VersionChoice choice, Optional<Protection> protection) {
    ObjectRef ref = object.ref();
    factors.ifPresent(f -> f.accept(body));
    noteOwners(ref, object);
    grants.accept(object);
    outside.accept(ref, body);
    held.accept(object);
    volumes.accept(object, body);
    statuses.accept(object, !choice.readFrom().subresources().contains("status"));
    JsonNode wanted = body.at("spec", "replicas");
    if (wanted.isInt()) {
      replicas.put(ref, wanted.intValue());
    }
    if (SecondDefaults.isDefault(body)) {
      defaults.add(ref);
    }
    if (HandOverHazards.isExclusiveClaim(object)) {
      exclusiveClaims.add(ref);
    }
    noteNodePorts(ref, body);
    AskedAddress.of(object)
        .ifPresent(
            address ->
                addresses.put(
                    ref, new ClusterAddresses.Asked(address, body.has("spec", "clusterIP"))));
    noteLimits(ref, body);
    noteDemand(ref, body, choice);
    if (ref.groupKind().equals("Namespace")) {
      enforced.put(ref, Level.ofLabel(body.labels().getOrDefault(PodSecurity.ENFORCE, "")));
    }
    validators.accept(object, body, choice.readFrom());
    List<Webhooks.Sight> sights =
        webhooks.seeing(
            body,
            choice.readFrom().plural(),
            protection.equals(Optional.of(Protection.DUPLICATION)));
    if (!sights.isEmpty()) {
      seen.put(ref, sights);
    }
  }

  private static Optional<Finding> repaired(ObjectRef ref, Sanitized sanitized) {
    return sanitized.repairs().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Finding.Severity.NOTE,
                "definition-repaired",
                Optional.of(ref),
                "is changed so that the target takes it, and its objects stay as they are: "
                    + String.join("; ", sanitized.repairs()),
                ""));
  }

  private void noteOwners(ObjectRef ref, Manifest object) {
    Kinship.of(object).ifPresent(kin -> owners.put(ref, kin));
  }

  private void noteNodePorts(ObjectRef ref, Manifest body) {
    if (ref.groupKind().equals("Service")) {
      Set<Integer> ports = TakenNodePorts.of(body);
      if (!ports.isEmpty()) {
        nodePorts.put(ref, ports);
      }
    }
  }

  /** LimitRanges are read before what they limit. */
  private void noteLimits(ObjectRef ref, Manifest body) {
    if (ref.groupKind().equals("LimitRange")) {
      limits.add(body, true);
      return;
    }
    LimitRanges.Effect effect = limits.on(body);
    if (effect.filled() || !effect.refusals().isEmpty()) {
      limited.put(ref, effect);
    }
  }

  /** What quotas count, where there is one: they are read before what they count. */
  private void noteDemand(ObjectRef ref, Manifest body, VersionChoice choice) {
    if (ref.isClusterScoped()) {
      return;
    }
    if (ref.groupKind().equals("ResourceQuota")) {
      quotas.put(ref, body);
      underQuota.add(body.namespace());
    }
    if (underQuota.contains(body.namespace())) {
      demands.put(ref, new Demand(body, choice.readFrom().plural(), limits));
    }
  }

  private static Map<Level, List<String>> rejections(Manifest body) {
    Map<Level, List<String>> why = new TreeMap<>();
    for (Level level : List.of(Level.BASELINE, Level.RESTRICTED)) {
      List<String> fields = PodSecurity.rejections(body, level);
      if (!fields.isEmpty()) {
        why.put(level, fields);
      }
    }
    return why;
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

  /** As which type a candidate is read. */
  ResourceType readFrom(ObjectRef ref) {
    return Optional.ofNullable(choices.get(ref)).orElseThrow().readFrom();
  }

  /**
   * Why the pods of a workload would be rejected, by level; only workloads that some level rejects.
   */
  Map<ObjectRef, Map<Level, List<String>>> rejections() {
    return rejections;
  }

  /** Which webhooks of the target see what; only objects that one sees. */
  Map<ObjectRef, List<Webhooks.Sight>> seen() {
    return seen;
  }

  /** What LimitRanges do to objects; only objects to which they do something. */
  Map<ObjectRef, LimitRanges.Effect> limited() {
    return limited;
  }

  /** What each object in a namespace with a quota asks of it. */
  Map<ObjectRef, Demand> demands() {
    return demands;
  }

  /** ResourceQuotas, as they will be sent to the target. */
  Map<ObjectRef, Manifest> quotas() {
    return quotas;
  }

  /** For which node ports each Service asks; only Services that ask for one. */
  Map<ObjectRef, Set<Integer>> nodePorts() {
    return nodePorts;
  }

  /** The Pod Security level that each namespace enforces. */
  Map<ObjectRef, Level> enforced() {
    return enforced;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** What each decided object is protected from. */
  Map<ObjectRef, Protection> protections() {
    Map<ObjectRef, Protection> protections = new TreeMap<>();
    candidates.forEach(
        (ref, candidate) ->
            protection(candidate.verdict()).ifPresent(p -> protections.put(ref, p)));
    return protections;
  }

  /** Whose each object is; only objects that have an owner. */
  Map<ObjectRef, Kinship> owners() {
    return owners;
  }

  /** Who is granted what. */
  Grants grants() {
    return grants;
  }

  /** What would act outside of the clusters twice. */
  ActsOutside outside() {
    return outside;
  }

  /** What another run has stopped. */
  HeldByRun held() {
    return held;
  }

  /** Which cluster address each Service was given because it asked; only those that did. */
  Map<ObjectRef, ClusterAddresses.Asked> addresses() {
    return addresses;
  }

  /** What only a status holds. */
  StatusMemory statuses() {
    return statuses;
  }

  /** Who mounts what. */
  SharedVolumes volumes() {
    return volumes;
  }

  /** How many replicas each object wants; only objects that say it. */
  Map<ObjectRef, Integer> replicas() {
    return replicas;
  }

  /** Travelling objects that are the default of their kind. */
  Set<ObjectRef> defaults() {
    return defaults;
  }

  /** Claims that one node may mount at a time. */
  Set<ObjectRef> exclusiveClaims() {
    return exclusiveClaims;
  }

  /**
   * What was noticed of the objects that travel, advice last: of what stays the plan does nothing,
   * so there is nothing to say.
   */
  List<Finding> findings(Predicate<ObjectRef> travels) {
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(reconciled.findings(travels));
    factors.ifPresent(f -> all.addAll(f.findings()));
    all.removeIf(finding -> finding.object().filter(travels.negate()).isPresent());
    return all;
  }
}
