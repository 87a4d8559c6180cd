package dev.migrator.check;

import dev.migrator.check.SharedVolumes.Reached;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Data that does not travel: a volume starts empty only where the target makes a new one. */
public final class StayingData implements Check {

  private final StorageReach storage;
  private final List<Finding> ofObjects = new ArrayList<>();

  /**
   * @param storage of both clusters, shared with {@link TwoWriters}, which fills it
   */
  public StayingData(StorageReach storage) {
    this.storage = storage;
  }

  @Override
  public void see(CheckedObject seen) {
    Manifest object = seen.object();
    if (seen.is("PersistentVolumeClaim")) {
      ofObjects.add(
          stays(object, "its data does not travel: the target's volume is new and empty"));
    }
    if (seen.is("StatefulSet.apps") && !object.at("spec", "volumeClaimTemplates").isEmpty()) {
      ofObjects.add(
          stays(
              object,
              "the data of its claims does not travel: its pods start with new and empty"
                  + " volumes"));
    }
  }

  private static Finding stays(Manifest object, String message) {
    return new Finding(
        FindingCode.DATA_STAYS,
        object.ref(),
        message,
        "copy the data before the gate afterCopy is opened");
  }

  @Override
  public List<Finding> findings(Move move) {
    // A claim that is there has data of its own, and what does not travel brings none.
    Reached reached = storage.reached(move);
    Map<ObjectRef, ObjectRef> behind = new TreeMap<>(reached.namedBy(move::travels));
    behind.keySet().removeIf(move::travels);
    Set<ObjectRef> asked = new HashSet<>(behind.keySet());
    ofObjects.forEach(f -> f.object().ifPresent(ref -> asked.addAll(reached.claimsOf(ref))));
    Set<ObjectRef> there = move.target().existing(asked);
    Predicate<ObjectRef> isThere = ref -> there.contains(ref) || move.isThere(ref);
    Predicate<ObjectRef> comes = comes(move, reached);
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : ofObjects) {
      finding
          .object()
          .filter(move::travels)
          .flatMap(ref -> revised(finding, ref, claims(ref, reached), comes, isThere))
          .ifPresent(findings::add);
    }
    behind.forEach(
        (claim, user) -> {
          if (!reached.isReached(claim) && isThere.test(claim)) {
            findings.add(leftBehind(claim, user));
          }
        });
    return findings;
  }

  /** Whether the target reaches the same storage, or gets the data by a snapshot or a mover. */
  private static Predicate<ObjectRef> comes(Move move, Reached reached) {
    VolumeDecisions decisions = VolumeDecisions.of(move.migration().data().volumes());
    return claim ->
        reached.isReached(claim) || (move.isNew(claim) && CaptureInUse.isCarried(decisions, claim));
  }

  private static Finding leftBehind(ObjectRef claim, ObjectRef user) {
    return new Finding(
        FindingCode.OTHER_DATA,
        claim,
        "stays behind, and "
            + user
            + " that uses it moves: there it starts on the data that the target's claim has, which"
            + " may be older",
        "copy the data before the gate afterCopy is opened");
  }

  private static Set<ObjectRef> claims(ObjectRef ref, Reached reached) {
    return ref.groupKind().equals("PersistentVolumeClaim") ? Set.of(ref) : reached.claimsOf(ref);
  }

  private static Optional<Finding> revised(
      Finding finding,
      ObjectRef ref,
      Set<ObjectRef> claims,
      Predicate<ObjectRef> comes,
      Predicate<ObjectRef> isThere) {
    if (claims.isEmpty()) {
      // Nobody knows which claims its pods have.
      return Optional.of(finding);
    }
    List<ObjectRef> apart = claims.stream().filter(comes.negate()).toList();
    return apart.isEmpty()
        ? Optional.empty()
        : Optional.of(apart.stream().allMatch(isThere) ? other(ref) : finding);
  }

  private static Finding other(ObjectRef ref) {
    return new Finding(
        FindingCode.OTHER_DATA,
        ref,
        "the target has its volume already, with data of its own: what the source's holds does not"
            + " travel to it",
        "compare the data before the gate afterCopy is opened");
  }
}
