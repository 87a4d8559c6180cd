package dev.migrator.runbook;

import dev.migrator.graph.Dependency;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.Missing;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import dev.migrator.plan.TargetNames;
import dev.migrator.plan.preflight.ClusterAddresses;
import dev.migrator.plan.preflight.IgnoredLabels;
import dev.migrator.plan.preflight.Interceptions;
import dev.migrator.plan.preflight.MissingReferences;
import dev.migrator.plan.preflight.OutOfBounds;
import dev.migrator.plan.preflight.PodSecurity;
import dev.migrator.plan.preflight.PodSecurity.Level;
import dev.migrator.plan.preflight.Quotas;
import dev.migrator.plan.preflight.SecondDefaults;
import dev.migrator.plan.preflight.TakenNodePorts;
import dev.migrator.plan.preflight.Webhooks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Gathers what the rules of preflight look at, from both clusters, and asks them. */
final class Preflight {

  private final TargetSurvey survey;
  private final Migration migration;
  private final Parallel parallel;

  Preflight(TargetSurvey survey, Migration migration, Parallel parallel) {
    this.survey = survey;
    this.migration = migration;
    this.parallel = parallel;
  }

  /** What was not read, and which kinds the target has no place for. */
  List<Finding> ofInventory(Inventory.Found found, List<VersionChoice> choices) {
    List<Finding> findings = new ArrayList<>();
    found.unread().forEach(u -> findings.add(finding(Severity.NOTE, "not-read", u, "")));
    Map<String, Integer> counts = new HashMap<>();
    found
        .excluded()
        .forEach(e -> counts.merge(e.ref().groupKind() + " " + e.reason(), 1, Integer::sum));
    for (VersionChoice choice : choices) {
      int count = counts.getOrDefault(choice.readFrom().groupKind() + " " + choice.advice(), 0);
      if (choice.apiVersion().isEmpty() && count > 0) {
        findings.add(
            finding(
                Severity.WARNING,
                ErrorCode.M1106.name(),
                "%s: %s: %d left out"
                    .formatted(choice.readFrom().groupKind(), choice.advice(), count),
                ""));
      }
    }
    findings.addAll(
        IgnoredLabels.findings(
            found.excluded().stream()
                .filter(one -> !one.label().isEmpty())
                .map(one -> new IgnoredLabels.InVain(one.ref(), one.label(), one.reason()))
                .toList(),
            migration.classification().label().key()));
    return findings;
  }

  /** References to what does not travel, and dependencies that had to be given up. */
  List<Finding> ofGraph(DependencyGraph graph) {
    List<Missing> missing = graph.missing();
    Set<ObjectRef> named =
        missing.stream()
            .map(Missing::to)
            .filter(MissingReferences::matters)
            .collect(Collectors.toSet());
    Set<ObjectRef> existing = survey.existing(named, parallel);
    List<Finding> findings =
        new ArrayList<>(MissingReferences.findings(missing, existing::contains));
    for (Dependency broken : graph.broken()) {
      findings.add(
          new Finding(
              broken.strength() == Strength.HARD ? Severity.WARNING : Severity.NOTE,
              "cycle-broken",
              Optional.of(broken.from()),
              "does not wait for %s (%s), because that one waits for it"
                  .formatted(broken.to(), broken.field()),
              ""));
    }
    return findings;
  }

  /** What the target would refuse or change. */
  List<Finding> ofTarget(
      Map<ObjectRef, Candidate> candidates,
      SourceReading reading,
      List<Webhooks.Hook> hooks,
      Migration.Data data) {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(quotas(candidates, reading));
    findings.addAll(outOfBounds(candidates, reading));
    findings.addAll(interceptions(candidates, reading, hooks));
    findings.addAll(podSecurity(candidates, reading));
    findings.addAll(
        services(
            created(candidates, reading.nodePorts()),
            new ClusterAddresses(created(candidates, reading.addresses()), data.serviceRanges())));
    findings.addAll(
        SecondDefaults.findings(
            reading.defaults().stream()
                .filter(
                    ref ->
                        Optional.ofNullable(candidates.get(ref))
                            .filter(Preflight::isAbsent)
                            .isPresent())
                .toList(),
            survey.all(SecondDefaults.kinds().stream().sorted().toArray(String[]::new))));
    return findings;
  }

  private List<Finding> quotas(Map<ObjectRef, Candidate> candidates, SourceReading reading) {
    Map<ObjectRef, Quotas.Quota> quotas = new TreeMap<>();
    created(candidates, reading.quotas())
        .values()
        .forEach(quota -> quotas.put(quota.ref(), new Quotas.Quota(quota, true)));
    survey
        .all("ResourceQuota")
        .forEach(quota -> quotas.put(quota.ref(), new Quotas.Quota(quota, false)));
    return quotas.isEmpty()
        ? List.of()
        : Quotas.findings(
            quotas.values(),
            created(candidates, reading.demands()),
            defaultClass(candidates, reading),
            arriving(candidates, "PersistentVolumeClaim")::contains);
  }

  /** The storage class that claims get which name none; empty when the target will have none. */
  private String defaultClass(Map<ObjectRef, Candidate> candidates, SourceReading reading) {
    List<Manifest> there =
        survey.all("StorageClass.storage.k8s.io").stream()
            .filter(SecondDefaults::isDefault)
            .toList();
    return there.isEmpty()
        ? reading.defaults().stream()
            .filter(ref -> ref.groupKind().equals("StorageClass.storage.k8s.io"))
            .filter(candidates::containsKey)
            .map(ObjectRef::name)
            .findFirst()
            .orElse("")
        : there.getFirst().name();
  }

  private static boolean isAbsent(Candidate candidate) {
    return candidate.atTarget() instanceof Candidate.AtTarget.Absent;
  }

  /** What is known of those candidates that will be created, by their names at the source. */
  private static <T> Map<ObjectRef, T> created(
      Map<ObjectRef, Candidate> candidates, Map<ObjectRef, T> known) {
    Map<ObjectRef, T> created = new TreeMap<>();
    known.forEach(
        (ref, what) -> {
          if (Optional.ofNullable(candidates.get(ref)).filter(Preflight::isAbsent).isPresent()) {
            created.put(ref, what);
          }
        });
    return created;
  }

  /** The candidates of a kind, named as at the target. */
  private Set<ObjectRef> arriving(Map<ObjectRef, Candidate> candidates, String groupKind) {
    return candidates.keySet().stream()
        .filter(ref -> ref.groupKind().equals(groupKind))
        .map(ref -> TargetNames.of(ref, migration.mappings()))
        .collect(Collectors.toSet());
  }

  private List<Finding> interceptions(
      Map<ObjectRef, Candidate> candidates, SourceReading reading, List<Webhooks.Hook> hooks) {
    Set<ObjectRef> services =
        hooks.stream().flatMap(hook -> hook.service().stream()).collect(Collectors.toSet());
    return Interceptions.findings(
        hooks,
        List.copyOf(created(candidates, reading.seen()).values()),
        survey.there(services, parallel),
        arriving(candidates, "Service"));
  }

  private List<Finding> outOfBounds(Map<ObjectRef, Candidate> candidates, SourceReading reading) {
    Set<ObjectRef> arriving = arriving(candidates, "LimitRange");
    return OutOfBounds.findings(
        created(candidates, reading.limited()), r -> !r.travels() || arriving.contains(r.by()));
  }

  /** What goes with its namespace keeps neither its port nor its address. */
  private List<Finding> services(Map<ObjectRef, Set<Integer>> asked, ClusterAddresses addresses) {
    if (asked.isEmpty() && !addresses.asksForAny()) {
      return addresses.findings();
    }
    Set<String> leaving =
        survey.all("Namespace").stream()
            .filter(Manifest::isBeingDeleted)
            .map(Manifest::name)
            .collect(Collectors.toSet());
    TakenNodePorts taken = new TakenNodePorts(asked);
    survey.each(
        "Service",
        service -> {
          if (!service.isBeingDeleted() && !leaving.contains(service.namespace())) {
            taken.accept(service);
            addresses.accept(service);
          }
        });
    List<Finding> findings = new ArrayList<>(taken.findings());
    findings.addAll(addresses.findings());
    return findings;
  }

  private List<Finding> podSecurity(Map<ObjectRef, Candidate> candidates, SourceReading reading) {
    Map<String, Level> travelling = new HashMap<>();
    reading
        .enforced()
        .forEach(
            (ref, level) -> {
              if (candidates.containsKey(ref)) {
                travelling.put(TargetNames.of(ref, migration.mappings()).name(), level);
              }
            });
    Map<String, Level> there = new HashMap<>();
    for (Manifest namespace : survey.all("Namespace")) {
      there.put(
          namespace.name(),
          Level.ofLabel(namespace.labels().getOrDefault(PodSecurity.ENFORCE, "")));
    }
    List<Finding> findings = new ArrayList<>();
    reading
        .rejections()
        .forEach(
            (ref, why) -> {
              String namespace = TargetNames.of(ref, migration.mappings()).namespace();
              boolean arrives = !there.containsKey(namespace);
              Level level =
                  (arrives ? travelling : there).getOrDefault(namespace, Level.PRIVILEGED);
              List<String> fields = why.getOrDefault(level, List.of());
              if (!fields.isEmpty() && candidates.containsKey(ref)) {
                findings.add(
                    new Finding(
                        Severity.WARNING,
                        "pod-security",
                        Optional.of(ref),
                        "%s will be rejected: namespace %s%s enforces %s, and %s in %s"
                            .formatted(
                                ref.groupKind().equals("Pod") ? "it" : "its pods",
                                namespace,
                                arrives ? ", which travels along," : " of the target",
                                level.name().toLowerCase(java.util.Locale.ROOT),
                                ref.groupKind().equals("Pod") ? "it breaks that" : "they break it",
                                String.join(", ", fields)),
                        ""));
              }
            });
    return findings;
  }

  private static Finding finding(Severity severity, String code, String message, String remedy) {
    return new Finding(severity, code, Optional.empty(), message, remedy);
  }
}
