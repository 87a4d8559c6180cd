package dev.migrator.check;

import dev.migrator.classify.Classifier;
import dev.migrator.classify.Verdict;
import dev.migrator.migration.Migration.LabelNames;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import dev.migrator.planner.Candidate;
import dev.migrator.planner.Candidate.AtTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Controllers that act on what lies outside of the clusters, and would run in both: two of them
 * fight over the same records, addresses, groups and backups. Copied by default they block the
 * plan; who says so in so many words may run both. Why: ADR 34.
 */
public final class ActsOutside implements Check {

  /** As many names as are told; the rest is counted. */
  private static final int NAMES = 4;

  private final Map<ObjectRef, OutsideActor> actors = new TreeMap<>();
  private final Map<ObjectRef, List<OutsideClaims.Claim>> claims = new TreeMap<>();

  @Override
  public void see(CheckedObject object) {
    ObjectRef ref = object.ref();
    Manifest body = object.body();
    if (Classifier.isWorkload(ref) && !body.at("spec", "replicas").asText().equals("0")) {
      OutsideActor.of(body).ifPresent(actor -> actors.put(ref, actor));
    }
    List<OutsideClaims.Claim> claimed = OutsideClaims.of(body);
    if (!claimed.isEmpty() && !isReadOnly(body)) {
      claims.put(ref, claimed);
    }
  }

  /** A location of backups that Velero only reads from. */
  private static boolean isReadOnly(Manifest object) {
    return object.at("spec", "accessMode").asText().equals("ReadOnly");
  }

  @Override
  public List<Finding> findings(Move move) {
    Map<ObjectRef, Candidate> byRef = move.candidates();
    LabelNames label = move.migration().classification().label();
    List<Finding> findings = new ArrayList<>();
    Set<String> told = new TreeSet<>();
    actors.forEach(
        (ref, actor) ->
            Optional.ofNullable(byRef.get(ref))
                .ifPresent(
                    candidate -> {
                      told.addAll(actor.claims());
                      copied(candidate)
                          .ifPresent(
                              d ->
                                  findings.add(
                                      controller(
                                          candidate,
                                          d,
                                          actor,
                                          named(actor, byRef.keySet()),
                                          label)));
                    }));
    claims.forEach(
        (ref, claimed) -> {
          if (ref.isForeign()
              && Optional.ofNullable(byRef.get(ref)).flatMap(ActsOutside::copied).isPresent()) {
            claimedTwice(ref, claimed, told).ifPresent(findings::add);
          }
        });
    return findings;
  }

  private static Optional<Verdict.Decided> copied(Candidate candidate) {
    return candidate.verdict() instanceof Verdict.Decided decided
            && decided.protection() != Protection.DUPLICATION
        ? Optional.of(decided)
        : Optional.empty();
  }

  private Set<String> named(OutsideActor actor, Set<ObjectRef> travelling) {
    return claims.entrySet().stream()
        .filter(entry -> travelling.contains(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .filter(claim -> actor.claims().contains(claim.kind()))
        .map(OutsideClaims.Claim::value)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Finding controller(
      Candidate candidate,
      Verdict.Decided decided,
      OutsideActor actor,
      Set<String> named,
      LabelNames label) {
    boolean byDefault =
        decided.rule().startsWith("default for ") || decided.rule().startsWith("--default-for");
    boolean starts = candidate.atTarget() instanceof AtTarget.Absent;
    return new Finding(
        byDefault && starts ? Severity.BLOCKER : Severity.WARNING,
        FindingCode.ACTS_OUTSIDE,
        Optional.of(candidate.ref()),
        "is %s and would run in both clusters: %s%s%s"
            .formatted(
                actor.project(),
                actor.harm(),
                named.isEmpty() ? "" : ": " + some(named),
                actor.identity().isEmpty()
                    ? ""
                    : "; both have " + String.join(", ", actor.identity())),
        byDefault
            ? "kubectl label %s %s=%s   (hands it over; %s says that both may run, each with settings of its own)"
                .formatted(
                    Classifier.kubectl(candidate.ref()),
                    label.key(),
                    label.duplication(),
                    label.loss())
            : "give the target's settings of its own with a modifier, or stop the source's before"
                + " the move");
  }

  /** Of a kind that its controller acts on in both clusters, unless that controller is told of. */
  private static Optional<Finding> claimedTwice(
      ObjectRef ref, List<OutsideClaims.Claim> claimed, Set<String> told) {
    Set<String> values =
        claimed.stream()
            .filter(claim -> claim.kind().equals("address") || claim.kind().equals("backup"))
            .filter(claim -> !told.contains(claim.kind()))
            .map(OutsideClaims.Claim::value)
            .collect(Collectors.toCollection(TreeSet::new));
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Severity.WARNING,
                FindingCode.ACTS_OUTSIDE,
                Optional.of(ref),
                "claims %s for both clusters".formatted(some(values)),
                ref.kind().equals("BackupStorageLocation")
                    ? "a modifier that sets spec.accessMode: ReadOnly, until the source is gone"
                    : "give the target's another value with a modifier, or label it duplication"));
  }

  private static String some(Set<String> names) {
    String first = names.stream().limit(NAMES).collect(Collectors.joining(", "));
    return names.size() <= NAMES ? first : first + " and " + (names.size() - NAMES) + " more";
  }
}
