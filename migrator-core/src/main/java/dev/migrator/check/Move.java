package dev.migrator.check;

import dev.migrator.graph.DependencyGraph;
import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.VersionChoice;
import dev.migrator.migration.Migration;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.TargetNames;
import dev.migrator.planner.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is decided of a move when it is checked, and whom to ask for more.
 *
 * @param candidates what travels, by its names at the source
 * @param graph of what travels
 * @param found what was read, and what stays behind for its own sake
 * @param choices at which version each kind is read and written
 * @param kin who owns whom at the source, of all that was read; empty when nothing has an owner
 * @param autoscaled what an autoscaler scales, however many replicas it has now
 * @param isWhole false when somebody chose a part of what is in scope
 * @param isSameVersion whether both clusters are of one version
 */
public record Move(
    Map<ObjectRef, Candidate> candidates,
    DependencyGraph graph,
    Inventory.Found found,
    List<VersionChoice> choices,
    List<OwnedObject> kin,
    Set<ObjectRef> autoscaled,
    Migration migration,
    boolean isWhole,
    boolean isSameVersion,
    ClusterView source,
    ClusterView target) {

  /** Whether it is part of the move. */
  public boolean travels(ObjectRef ref) {
    return candidates.containsKey(ref);
  }

  /** Those of these findings that are about what travels, or about no object. */
  List<Finding> ofTravelling(List<Finding> findings) {
    return findings.stream().filter(one -> one.object().stream().allMatch(this::travels)).toList();
  }

  /** Whether it travels and the target has nothing by its name. */
  public boolean isNew(ObjectRef ref) {
    return Optional.ofNullable(candidates.get(ref))
        .filter(one -> one.atTarget() instanceof Candidate.AtTarget.Absent)
        .isPresent();
  }

  /** Whether it travels and the target has it already. */
  boolean isThere(ObjectRef ref) {
    return travels(ref) && !isNew(ref);
  }

  /** What it is protected from; empty where it does not travel, or nobody decided. */
  Optional<Protection> protection(ObjectRef ref) {
    return Optional.ofNullable(candidates.get(ref)).flatMap(one -> one.verdict().decision());
  }

  boolean isHandedOver(ObjectRef ref) {
    return protection(ref).equals(Optional.of(Protection.DUPLICATION));
  }

  /** What is known of those objects that will be created; sorted. */
  <T> Map<ObjectRef, T> created(Map<ObjectRef, T> known) {
    Map<ObjectRef, T> created = new TreeMap<>(known);
    created.keySet().removeIf(ref -> !isNew(ref));
    return created;
  }

  /** What travels of a kind, named as at the target. */
  Set<ObjectRef> arriving(String groupKind) {
    return candidates.keySet().stream()
        .filter(ref -> ref.groupKind().equals(groupKind))
        .map(this::atTarget)
        .collect(Collectors.toSet());
  }

  ObjectRef atTarget(ObjectRef ref) {
    return TargetNames.of(ref, migration.mappings());
  }
}
