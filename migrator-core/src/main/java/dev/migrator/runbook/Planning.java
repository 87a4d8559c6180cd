package dev.migrator.runbook;

import dev.migrator.check.Checks;
import dev.migrator.check.Move;
import dev.migrator.check.ServiceAddresses;
import dev.migrator.check.Validators;
import dev.migrator.classify.Classifier;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Discovery;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.Reference;
import dev.migrator.inventory.Exclusions;
import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.ScopeFilter;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.inventory.Versions;
import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Reading;
import dev.migrator.planner.Candidate;
import dev.migrator.planner.PlanInput;
import dev.migrator.planner.Planner;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a plan from two clusters. Reads only: neither cluster is changed.
 *
 * <p>Errors: M1103 when both are one cluster; M1104, M1109, M1401 to M1403 when something could not
 * be read in full: then there is no plan. What is undecided or in the way does not throw: the plan
 * says it, and is blocked.
 */
public final class Planning {

  private static final int AT_ONCE = 8;

  private final ClusterIdentity from;
  private final ClusterIdentity to;
  private final CommandSide source;
  private final CommandSide target;
  private final Migration migration;
  private final PlanningOptions options;

  private Planning(
      CommandSide source,
      ClusterIdentity from,
      CommandSide target,
      ClusterIdentity to,
      Migration migration,
      PlanningOptions options) {
    this.source = source.at(from.context());
    this.from = from;
    this.target = target.at(to.context());
    this.to = to;
    this.migration = migration;
    this.options = options;
  }

  public static Plan plan(
      Cluster source, Cluster target, Migration migration, PlanningOptions options) {
    CommandSide one = new CommandSide("source", source);
    ClusterIdentity from = one.identity();
    CommandSide other = new CommandSide("target", target);
    return new Planning(one, from, other, other.identity(), migration, options).plan();
  }

  private Plan plan() {
    requireTwoClusters(from, to);
    Discovery sourceServes = source.discover();
    Discovery targetServes = target.discover();
    requireTargetRead(sourceServes, targetServes);
    ConcurrentRequests requests = ConcurrentRequests.of(AT_ONCE);
    Survey there = Survey.ofTarget(target, targetServes, requests, migration.mappings());
    Survey here = Survey.ofSource(source, sourceServes, requests);
    List<VersionChoice> choices = sameGroupFirst(Versions.choose(sourceServes, targetServes));
    VolumeClassifier volumes = volumes(here);
    Migration.Data said = migration.data().withVolumes(volumes.remembered(volumes.withData()));
    Migration.Data ranges = ServiceAddresses.withRanges(there, said);
    TargetDefinitions definitions = new TargetDefinitions(migration.withData(ranges));
    SourceReading reading = reading(definitions, here, there, from.context(), volumes);
    Inventory.Found found = read(sourceServes, choices, reading, volumes);
    Selection selection =
        Selection.of(reading, found, options.only(), migration.scope().clusterScoped(), there);
    Map<ObjectRef, Candidate> compared =
        new TargetComparison(here, there, migration.mappings(), definitions)
            .compare(selection.travelling(), reading::readFrom);
    VersionTrials versions =
        new VersionTrials(
            here,
            there,
            sourceServes,
            migration.withData(ranges),
            there.existing(namespaces(compared)));
    Map<ObjectRef, Candidate> candidates =
        UsedSpace.noted(versions.tried(compared, reading.choices()), here);
    List<VolumeRule> remembered = volumes.remembered(selection.travelling().keySet());
    Migration planned =
        migration.withData(reading.checks().remembered(said, ranges).withVolumes(remembered));
    Map<ObjectRef, Integer> autoscaled = autoscaled(selection.graph(), reading);
    Move move =
        new Move(
            candidates,
            selection.graph(),
            found,
            choices,
            Ownership.of(found, selection.travelling(), selection.leftOut(), reading),
            autoscaled.keySet(),
            planned,
            options.only().isEmpty(),
            from.version().equals(to.version()),
            here,
            there);
    List<Finding> findings = new ArrayList<>(selection.findings());
    findings.addAll(versions.findings());
    findings.addAll(reading.checks().findings(move));
    findings.addAll(
        new DryRunCheck(here, there, definitions, reading.choices(), options.prove())
            .findings(move));
    return Planner.plan(
        new PlanInput(
            from,
            to,
            options.key().map(PlanKey::check),
            planned,
            new Reading(
                options.includeHelmReleases(),
                options.withoutApis(),
                found.unread().stream().map(Inventory.Unread::what).toList()),
            found.listed(),
            List.copyOf(candidates.values()),
            selection.leftOut(),
            selection.graph().order(),
            selection.graph().all(),
            autoscaled,
            reading.refusals(),
            findings));
  }

  private SourceReading reading(
      TargetDefinitions definitions,
      Survey here,
      Survey there,
      String sourceContext,
      VolumeClassifier volumes) {
    Map<String, Map<String, String>> namespaceLabels = new HashMap<>();
    here.each("Namespace", one -> namespaceLabels.put(one.name(), one.labels()));
    return new SourceReading(
        definitions,
        new Classifier(migration.classification()),
        namespaceLabels,
        Checks.of(
            migration, options.advice() ? Optional.of(sourceContext) : Optional.empty(), there),
        new Validators(namespaceLabels, there.all("Namespace")),
        volumes,
        options.key());
  }

  /** Reads every claim and volume first: what goes with what is known before either is judged. */
  private VolumeClassifier volumes(Survey here) {
    List<Manifest> claims = here.all("PersistentVolumeClaim");
    boolean asked =
        migration.data().volumes().stream().anyMatch(rule -> !rule.match().workload().isEmpty());
    return new VolumeClassifier(
        migration,
        claims,
        claims.isEmpty() ? List.of() : here.all("PersistentVolume"),
        asked ? ClaimUsers.names(here, claims) : Map.of());
  }

  private static Set<ObjectRef> namespaces(Map<ObjectRef, Candidate> candidates) {
    return candidates.keySet().stream()
        .filter(ref -> !ref.isClusterScoped())
        .map(ref -> ObjectRef.namespace(ref.namespace()))
        .collect(Collectors.toSet());
  }

  /** The replicas of what an autoscaler scales, whichever kind of autoscaler it is. */
  private static Map<ObjectRef, Integer> autoscaled(DependencyGraph graph, SourceReading reading) {
    Map<ObjectRef, Integer> autoscaled = new TreeMap<>(reading.replicas());
    autoscaled
        .keySet()
        .retainAll(
            graph.all().stream()
                .filter(d -> d.field().equals(Reference.SCALE_TARGET))
                .map(Dependency::to)
                .toList());
    return autoscaled;
  }

  static void requireTwoClusters(ClusterIdentity from, ClusterIdentity to) {
    if (from.uid().equals(to.uid())) {
      throw Problem.of(
              ErrorCode.M1103,
              "source and target are the same cluster",
              "contexts %s and %s lead to the same kube-system namespace, uid %s"
                  .formatted(from.context(), to.context(), from.uid()),
              "name two different clusters with --source-context and --target-context")
          .withState("This command changed nothing.")
          .exception();
    }
  }

  /** What the target does not say that it serves would be left out by mistake. */
  private void requireTargetRead(Discovery sourceServes, Discovery targetServes) {
    for (Discovery.Unread unread : targetServes.unread()) {
      String group = unread.groupVersion().replaceFirst("/.*", "");
      boolean needed =
          options
              .only()
              .map(only -> only.stream().anyMatch(ref -> ref.group().equals(group)))
              .orElseGet(
                  () -> sourceServes.types().stream().anyMatch(t -> t.group().equals(group)));
      if (needed
          && !Inventory.holdsNothingToMove(unread.groupVersion())
          && !options.withoutApis().contains(unread.groupVersion())) {
        throw Problem.of(
                ErrorCode.M1104,
                "API discovery of %s failed at the target (%s)"
                    .formatted(unread.groupVersion(), to.context()),
                unread.why(),
                target.kubectl() + " get apiservices",
                options.again()
                    + " --without-api "
                    + unread.groupVersion()
                    + "   (leaves its objects behind)")
            .withState("This command changed nothing.")
            .exception();
      }
    }
  }

  /** Of an object that is served under two groups, the name that it keeps is the better one. */
  static List<VersionChoice> sameGroupFirst(List<VersionChoice> choices) {
    return choices.stream()
        .sorted(
            Comparator.comparing(
                c -> !c.apiVersion().filter(v -> v.equals(c.readFrom().apiVersion())).isPresent()))
        .toList();
  }

  private Inventory.Found read(
      Discovery serves,
      List<VersionChoice> choices,
      SourceReading reading,
      VolumeClassifier volumes) {
    try (ComputeThreads bench = new ComputeThreads()) {
      return inventory(volumes).read(serves, choices, bench, reading::look);
    }
  }

  private Inventory inventory(VolumeClassifier volumes) {
    Set<ObjectRef> claims = Set.copyOf(volumes.withData());
    return new Inventory(
        source.cluster(),
        new Exclusions(
            options.includeHelmReleases(),
            Set.copyOf(migration.scope().namespaces().include()),
            migration.classification(),
            ref -> claims.contains(ref) || volumes.handedOverWith(ref).isPresent()),
        new ScopeFilter(migration.scope(), migration.mappings()),
        options.withoutApis(),
        options.again());
  }
}
