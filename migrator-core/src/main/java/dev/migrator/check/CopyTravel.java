package dev.migrator.check;

import dev.migrator.classify.VolumeClassifier;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.migration.VolumeRule;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Pass;
import dev.migrator.mover.Side;
import dev.migrator.mover.Values;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whether movers can copy the data of claims: what they are told, whether their pods are admitted
 * in both clusters, and whether what these name is there.
 *
 * <p>Source: docs/adr/0053
 */
final class CopyTravel implements Check {

  private static final String CLAIM = "PersistentVolumeClaim";

  private final Map<ObjectRef, Manifest> claims = new TreeMap<>();
  private final Map<ObjectRef, PodSecurity.Level> arriving = new HashMap<>();

  @Override
  public void see(CheckedObject seen) {
    if (seen.is(CLAIM)) {
      claims.put(seen.ref(), seen.object());
    }
    if (seen.is("Namespace")) {
      arriving.put(seen.ref(), level(seen.body()));
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    VolumeDecisions decisions = VolumeDecisions.of(move.migration().data().volumes());
    Map<ObjectRef, VolumeRule> rules = new TreeMap<>();
    move.created(claims)
        .keySet()
        .forEach(
            ref ->
                decisions
                    .of(ref.namespace(), ref.name())
                    .filter(rule -> rule.via() == VolumeWay.COPY)
                    .ifPresent(rule -> rules.put(ref, rule)));
    if (rules.isEmpty()) {
      return List.of();
    }
    Map<Side, Map<String, PodSecurity.Level>> levels =
        Map.of(
            Side.SOURCE, levels(move.source(), Map.of()), Side.TARGET, levels(move.target(), move));
    List<Finding> findings = new ArrayList<>();
    rules.forEach(
        (ref, rule) ->
            hindrances(move, ref, rule, levels).forEach(why -> findings.add(impossible(ref, why))));
    return findings;
  }

  private List<String> hindrances(
      Move move, ObjectRef ref, VolumeRule rule, Map<Side, Map<String, PodSecurity.Level>> levels) {
    Manifest claim = Optional.ofNullable(claims.get(ref)).orElseThrow();
    if (claim.at("spec", "volumeMode").asText("").equals("Block")) {
      return List.of("it is a block device, and movers copy files");
    }
    Optional<Mover> mover =
        rule.mover()
            .flatMap(name -> Optional.ofNullable(move.migration().data().movers().get(name)))
            .map(files -> Mover.of(rule.mover().orElseThrow(), new TreeMap<>(files)));
    if (mover.isEmpty()) {
      return List.of(
          "no mover is named: add to volumes of the migration file"
              + " {match: {namespace: %s, claim: %s}, via: copy, mover: rsync}"
                  .formatted(ref.namespace(), ref.name()));
    }
    SortedMap<String, String> told = rule.toldToMover();
    List<String> refusals = mover.get().refusals(told);
    if (!refusals.isEmpty()) {
      return refusals.stream().map(why -> "mover " + mover.get().name() + ": " + why).toList();
    }
    return Stream.of(Side.values())
        .flatMap(side -> ofPods(move, ref, mover.get(), told, side, levels).stream())
        .toList();
  }

  /** What stands in the way of its pods in one cluster. */
  private static List<String> ofPods(
      Move move,
      ObjectRef ref,
      Mover mover,
      Map<String, String> told,
      Side side,
      Map<Side, Map<String, PodSecurity.Level>> levels) {
    ObjectRef here = side == Side.SOURCE ? ref : move.atTarget(ref);
    Values values = Values.toAsk(here, told);
    Manifest job = mover.job(side, Pass.FINAL, values);
    String cluster = side == Side.SOURCE ? "source" : "target";
    List<String> why = new ArrayList<>();
    PodSecurity.Level level =
        Optional.ofNullable(levels.get(side))
            .map(all -> all.getOrDefault(here.namespace(), PodSecurity.Level.PRIVILEGED))
            .orElseThrow();
    List<String> rejected = PodSecurity.rejections(job, level);
    if (!rejected.isEmpty()) {
      why.add(
          "namespace %s of the %s enforces %s, and the pods of mover %s break it in %s"
              .formatted(
                  here.namespace(),
                  cluster,
                  level.name().toLowerCase(Locale.ROOT),
                  mover.name(),
                  String.join(", ", rejected)));
    }
    Set<ObjectRef> named = mover.needs(side, values);
    ClusterView view = side == Side.SOURCE ? move.source() : move.target();
    Set<ObjectRef> lacking = new HashSet<>(named);
    view.get(named).forEach(found -> lacking.remove(found.ref()));
    lacking.stream()
        .filter(one -> side == Side.SOURCE || !move.arriving(one.groupKind()).contains(one))
        .sorted()
        .map(
            one ->
                "the %s has no %s %s, which mover %s is told to use"
                    .formatted(cluster, one.kind(), one.name(), mover.name()))
        .forEach(why::add);
    return why;
  }

  private Map<String, PodSecurity.Level> levels(ClusterView target, Move move) {
    Map<ObjectRef, PodSecurity.Level> coming = new HashMap<>();
    arriving.forEach(
        (ref, level) -> {
          if (move.travels(ref)) {
            coming.put(move.atTarget(ref), level);
          }
        });
    return levels(target, coming);
  }

  /**
   * @param coming those of namespaces that are not there yet
   */
  private static Map<String, PodSecurity.Level> levels(
      ClusterView view, Map<ObjectRef, PodSecurity.Level> coming) {
    Map<String, PodSecurity.Level> levels = new HashMap<>();
    coming.forEach((ref, level) -> levels.put(ref.name(), level));
    view.all("Namespace").forEach(one -> levels.put(one.name(), level(one)));
    return levels;
  }

  private static PodSecurity.Level level(Manifest namespace) {
    return PodSecurity.Level.ofLabel(namespace.labels().getOrDefault(PodSecurity.ENFORCE, ""));
  }

  private static Finding impossible(ObjectRef claim, String why) {
    return new Finding(
        FindingCode.COPY_IMPOSSIBLE,
        claim,
        "its data cannot be copied: " + why,
        "make that so, then plan again; or give the claim another way with label "
            + VolumeClassifier.LABEL);
  }
}
