package dev.migrator.runbook;

import dev.migrator.classify.Classifier;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Discovery;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.Reference;
import dev.migrator.inventory.Exclusions;
import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.ScopeFilter;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.inventory.Versions;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.plan.Candidate;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanInput;
import dev.migrator.plan.Planner;
import dev.migrator.plan.preflight.DeletedWithOwner;
import dev.migrator.plan.preflight.Factors;
import dev.migrator.plan.preflight.HandOverHazards;
import dev.migrator.plan.preflight.Kin;
import dev.migrator.plan.preflight.LimitRanges;
import dev.migrator.plan.preflight.MadeAnew;
import dev.migrator.plan.preflight.Orphans;
import dev.migrator.plan.preflight.SharedVolumes;
import dev.migrator.plan.preflight.StayingData;
import dev.migrator.plan.preflight.TwoWriters;
import dev.migrator.plan.preflight.UnmatchedScope;
import dev.migrator.plan.preflight.Validators;
import dev.migrator.plan.preflight.Webhooks;
import dev.migrator.sanitize.Definitions;
import dev.migrator.sanitize.MappedStatus;
import java.util.ArrayList;
import java.util.Collection;
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

  private final Side source;
  private final Side target;
  private final Migration migration;
  private final PlanningOptions options;

  private Planning(Cluster source, Cluster target, Migration migration, PlanningOptions options) {
    this.source = new Side("source", source);
    this.target = new Side("target", target);
    this.migration = migration;
    this.options = options;
  }

  public static Plan plan(
      Cluster source, Cluster target, Migration migration, PlanningOptions options) {
    return new Planning(source, target, migration, options).plan();
  }

  private Plan plan() {
    ClusterIdentity from = source.ask("say who it is", Cluster::identity);
    ClusterIdentity to = target.ask("say who it is", Cluster::identity);
    requireTwoClusters(from, to);
    Discovery sourceServes = source.ask("say what it serves", Cluster::discover);
    Discovery targetServes = target.ask("say what it serves", Cluster::discover);
    requireTargetRead(sourceServes, targetServes);
    List<VersionChoice> choices = sameGroupFirst(Versions.choose(sourceServes, targetServes));
    ServiceRanges ranges = ServiceRanges.of(target, targetServes, migration.data());
    Definitions definitions = new Definitions(migration.withData(ranges.known()));
    TargetSurvey survey = new TargetSurvey(source, target, targetServes, migration, definitions);
    LimitRanges limits = new LimitRanges();
    survey.all("LimitRange").forEach(limit -> limits.add(limit, false));
    Webhooks webhooks = survey.webhooks();
    Map<String, Map<String, String>> namespaceLabels = namespaceLabels(source, sourceServes);
    Validators validators = new Validators(namespaceLabels, survey.all("Namespace"));
    SourceReading reading =
        new SourceReading(
            definitions,
            new Classifier(migration.classification()),
            namespaceLabels,
            limits,
            survey.all("ResourceQuota").stream()
                .map(Manifest::namespace)
                .collect(Collectors.toSet()),
            webhooks,
            validators,
            new SharedVolumes(migration.data().volumes()),
            new MappedStatus(migration.mappings().namespaces()),
            options.advice()
                ? Optional.of(new Factors(migration.classification().label().key(), from.context()))
                : Optional.empty(),
            options.key());
    Inventory.Found found = read(sourceServes, choices, reading);
    try (Parallel parallel = new Parallel(AT_ONCE)) {
      TargetsOwn own = TargetsOwn.of(wanted(reading.candidates()), survey, parallel);
      Homeless homeless = Homeless.of(own.travelling(), survey);
      ScopedSelection selection =
          ScopedSelection.of(
              homeless.travelling(), reading, migration.scope().clusterScoped(), survey, parallel);
      DependencyGraph graph = selection.graph();
      List<LeftOut> leftOut = leftOut(found, reading.candidates(), own, homeless);
      leftOut.addAll(selection.leftOut());
      Map<ObjectRef, Candidate> compared =
          survey.compare(selection.travelling(), reading::readFrom, parallel);
      VersionTrials versions =
          new VersionTrials(
              source,
              target,
              sourceServes,
              survey,
              migration.withData(ranges.known()),
              survey.existing(namespaces(compared), parallel));
      Map<ObjectRef, Candidate> candidates = versions.tried(compared, reading.choices(), parallel);
      Preflight preflight = new Preflight(survey, migration, parallel);
      SharedVolumes.Reached reached =
          StorageSurvey.reached(reading.volumes(), candidates, source, sourceServes, survey);
      Set<ObjectRef> there =
          survey.existing(
              StayingData.asked(
                  reading.findings(candidates::containsKey), reached, candidates::containsKey),
              parallel);
      List<Finding> findings =
          new StayingData(
                  reached,
                  candidates::containsKey,
                  ref -> there.contains(ref) || isThere(candidates, ref))
              .revised(reading.findings(candidates::containsKey));
      findings.addAll(
          new TwoWriters(
                  reading.protections(),
                  autoscaled(graph, reading).keySet(),
                  migration.classification().label())
              .findings(reached, candidates::containsKey, ref -> isNew(candidates, ref)));
      Migration.Data data =
          ranges.where(!reading.addresses().isEmpty()).withStatusOf(reading.statuses().known());
      findings.addAll(reading.statuses().findings(data, candidates::containsKey));
      findings.addAll(homeless.findings());
      findings.addAll(
          UnmatchedScope.findings(migration, namespaceLabels.keySet(), sourceServes.types()));
      findings.addAll(versions.findings());
      findings.addAll(selection.findings());
      findings.addAll(reading.grants().findings(ref -> isNew(candidates, ref)));
      findings.addAll(
          reading.outside().findings(candidates.values(), migration.classification().label()));
      findings.addAll(reading.held().findings(candidates::containsKey));
      findings.addAll(ofOwners(Ownership.of(found, selection.travelling(), leftOut, reading)));
      findings.addAll(preflight.ofInventory(found, choices));
      findings.addAll(
          new StayingBehind(source, survey, migration, parallel)
              .findings(found, candidates.keySet(), from.version().equals(to.version())));
      findings.addAll(preflight.ofGraph(graph));
      findings.addAll(
          HandOverHazards.findings(graph.all(), reading.protections(), reading.exclusiveClaims()));
      findings.addAll(preflight.ofTarget(candidates, reading, webhooks.hooks(), data));
      // As many at once as the move itself will send.
      try (Parallel asTheMove = new Parallel(migration.limits().parallel())) {
        findings.addAll(
            new Proving(source, target, survey, definitions, migration.mappings())
                .prove(
                    options.prove() ? candidates.values() : definitions(candidates.values()),
                    reading.choices(),
                    asTheMove));
      }
      return Planner.plan(
          new PlanInput(
              from,
              to,
              options.key().map(PlanKey::check),
              migration.withData(data),
              found.listed(),
              List.copyOf(candidates.values()),
              leftOut,
              graph.order(),
              graph.all(),
              autoscaled(graph, reading),
              validators.refusals(),
              findings));
    }
  }

  /** What everything of its kind depends on is proven in every plan. */
  private static List<Candidate> definitions(Collection<Candidate> candidates) {
    return candidates.stream()
        .filter(c -> c.ref().groupKind().equals("CustomResourceDefinition.apiextensions.k8s.io"))
        .toList();
  }

  private static boolean isThere(Map<ObjectRef, Candidate> candidates, ObjectRef ref) {
    return candidates.containsKey(ref) && !isNew(candidates, ref);
  }

  private static Set<ObjectRef> namespaces(Map<ObjectRef, Candidate> candidates) {
    return candidates.keySet().stream()
        .filter(ref -> !ref.isClusterScoped())
        .map(ref -> ObjectRef.namespace(ref.namespace()))
        .collect(Collectors.toSet());
  }

  private static boolean isNew(Map<ObjectRef, Candidate> candidates, ObjectRef ref) {
    return Optional.ofNullable(candidates.get(ref))
        .filter(one -> one.atTarget() instanceof Candidate.AtTarget.Absent)
        .isPresent();
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
          .withState("nothing was changed")
          .exception();
    }
  }

  /** What the target does not say that it serves would be left out by mistake. */
  private void requireTargetRead(Discovery sourceServes, Discovery targetServes) {
    for (Discovery.Unread unread : targetServes.unread()) {
      String group = unread.groupVersion().replaceFirst("/.*", "");
      boolean needed = sourceServes.types().stream().anyMatch(t -> t.group().equals(group));
      if (needed
          && !Inventory.holdsNothingToMove(unread.groupVersion())
          && !options.withoutApis().contains(unread.groupVersion())) {
        throw Problem.of(
                ErrorCode.M1104,
                "the target could not tell what " + unread.groupVersion() + " serves",
                unread.why(),
                target.kubectl() + " get apiservices",
                "migrator plan ... --without-api "
                    + unread.groupVersion()
                    + "   (leaves its objects behind)")
            .withState("nothing was changed")
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
      Discovery serves, List<VersionChoice> choices, SourceReading reading) {
    try (Workbench bench = new Workbench()) {
      return inventory().read(serves, choices, bench, reading::look);
    }
  }

  private Inventory inventory() {
    return new Inventory(
        source.cluster(),
        new Exclusions(
            options.includeHelmReleases(),
            Set.copyOf(migration.scope().namespaces().include()),
            migration.classification()),
        new ScopeFilter(migration.scope(), migration.mappings()),
        options.withoutApis());
  }

  /** The labels of every namespace, also of those that do not travel. */
  private static Map<String, Map<String, String>> namespaceLabels(Side side, Discovery serves) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    serves.types().stream()
        .filter(t -> t.groupKind().equals("Namespace"))
        .findFirst()
        .ifPresent(type -> side.each(type, (Manifest ns) -> labels.put(ns.name(), ns.labels())));
    return labels;
  }

  private Map<ObjectRef, Candidate> wanted(Map<ObjectRef, Candidate> candidates) {
    Map<ObjectRef, Candidate> wanted = new TreeMap<>(candidates);
    options.only().ifPresent(wanted.keySet()::retainAll);
    return wanted;
  }

  private List<Finding> ofOwners(List<Kin> kin) {
    List<Finding> findings = new ArrayList<>(DeletedWithOwner.findings(kin));
    // Nothing is said of what a chosen part of a plan does not name.
    if (options.only().isEmpty()) {
      findings.addAll(Orphans.findings(kin));
      findings.addAll(MadeAnew.findings(kin));
    }
    return findings;
  }

  private List<LeftOut> leftOut(
      Inventory.Found found,
      Map<ObjectRef, Candidate> candidates,
      TargetsOwn own,
      Homeless homeless) {
    List<LeftOut> leftOut = new ArrayList<>(homeless.leftOut());
    leftOut.addAll(own.leftOut());
    candidates.keySet().stream()
        .filter(ref -> options.only().isPresent() && !options.only().get().contains(ref))
        .forEach(ref -> leftOut.add(new LeftOut(ref, "not part of this move")));
    found.excluded().forEach(e -> leftOut.add(new LeftOut(e.ref(), e.reason())));
    return leftOut;
  }
}
