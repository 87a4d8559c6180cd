package dev.migrator.plan.preflight;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes what single objects say of their data true of the move: a volume starts empty only where
 * the target makes a new one.
 */
public final class StayingData {

  private static final String CODE = "data-stays";

  private final SharedVolumes.Reached reached;
  private final Predicate<ObjectRef> travels;
  private final Predicate<ObjectRef> isThere;

  /**
   * @param travels what is planned
   * @param isThere what the target has already
   */
  public StayingData(
      SharedVolumes.Reached reached, Predicate<ObjectRef> travels, Predicate<ObjectRef> isThere) {
    this.reached = reached;
    this.travels = travels;
    this.isThere = isThere;
  }

  /**
   * The claims that the target must be asked for: of a template of these, and those that stay
   * though what uses them travels.
   */
  public static Set<ObjectRef> asked(
      Collection<Finding> findings, SharedVolumes.Reached reached, Predicate<ObjectRef> travels) {
    Set<ObjectRef> asked = new java.util.HashSet<>(reached.namedBy(travels).keySet());
    asked.removeIf(travels);
    findings.stream()
        .filter(f -> f.code().equals(CODE))
        .forEach(f -> f.object().ifPresent(ref -> asked.addAll(reached.claimsOf(ref))));
    return asked;
  }

  /** The same findings, without those that are not true of this move. */
  public List<Finding> revised(Collection<Finding> findings) {
    List<Finding> revised = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.code().equals(CODE)) {
        finding
            .object()
            .filter(travels)
            .flatMap(ref -> revised(finding, ref))
            .ifPresent(revised::add);
      } else {
        revised.add(finding);
      }
    }
    reached
        .namedBy(travels)
        .forEach(
            (claim, user) -> {
              if (!travels.test(claim) && !reached.isReached(claim) && isThere.test(claim)) {
                revised.add(leftBehind(claim, user));
              }
            });
    return revised;
  }

  private static Finding leftBehind(ObjectRef claim, ObjectRef user) {
    return new Finding(
        Severity.WARNING,
        "other-data",
        Optional.of(claim),
        "stays behind, and "
            + user
            + " that uses it moves: there it starts on the data that the target's claim has, which"
            + " may be older",
        "copy the data before the gate afterCopy is opened");
  }

  private Optional<Finding> revised(Finding finding, ObjectRef ref) {
    Set<ObjectRef> claims =
        ref.groupKind().equals("PersistentVolumeClaim") ? Set.of(ref) : reached.claimsOf(ref);
    if (claims.isEmpty()) {
      // Nobody knows which claims its pods have.
      return Optional.of(finding);
    }
    List<ObjectRef> apart = claims.stream().filter(claim -> !reached.isReached(claim)).toList();
    return apart.isEmpty()
        ? Optional.empty()
        : Optional.of(apart.stream().allMatch(isThere) ? other(ref) : finding);
  }

  private static Finding other(ObjectRef ref) {
    return new Finding(
        Severity.WARNING,
        "other-data",
        Optional.of(ref),
        "the target has its volume already, with data of its own: what the source's holds does not"
            + " travel to it",
        "compare the data before the gate afterCopy is opened");
  }
}
