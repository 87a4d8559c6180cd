package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the source still has what copies were made from, by one list of each kind. */
final class SourceLook {

  static final String GONE = "stays: the source does not have it any more";
  private static final String IDLE = "stays: the source's was stopped since it was copied";

  private final ClusterSide source;
  private final Map<ObjectRef, Boolean> inert = new HashMap<>();
  private final Set<ResourceType> listed = new HashSet<>();

  /** Kinds that the source serves and cannot list, and what it answered. */
  private final Map<ResourceType, String> untold = new HashMap<>();

  private SourceLook(ClusterSide source) {
    this.source = source;
  }

  /**
   * Reads the lists; a kind that may not be listed is asked for object by object later. What a kind
   * that cannot be listed says of its objects is nothing: their copies stay.
   */
  static SourceLook at(ClusterSide source, Collection<PlannedObject> objects) {
    SourceLook look = new SourceLook(source);
    Set<ObjectRef> wanted = new HashSet<>();
    Set<ResourceType> types = new HashSet<>();
    for (PlannedObject object : objects) {
      wanted.add(object.ref());
      source.typeByAsking(object.ref().kind(), object.sourceApiVersion()).ifPresent(types::add);
    }
    types.forEach(type -> look.list(type, wanted));
    return look;
  }

  private void list(ResourceType type, Set<ObjectRef> wanted) {
    try {
      WholeList.each(
          source.cluster(),
          type,
          ListQuery.all(),
          live -> {
            if (wanted.contains(live.ref()) && !live.isBeingDeleted()) {
              inert.put(live.ref(), isInert(live));
            }
          });
      listed.add(type);
    } catch (ClusterException e) {
      if (!(e.failure() instanceof ClusterFailure.Forbidden)) {
        untold.put(type, e.failure().detail());
      }
    }
  }

  private static boolean isInert(Manifest live) {
    SuspensionFields inertia = SuspensionFields.of(live);
    return !inertia.fields().isEmpty() && inertia.isInert(live);
  }

  /**
   * Why the copy is the only one that is left, or that works, in words; empty when it is one too
   * many.
   *
   * <p>Errors: {@link ClusterException} as the source gave it.
   *
   * @param asItWas at the source when it was copied
   * @param isOurs whether the run itself stops it there and sets it back
   */
  Optional<String> missed(PlannedObject object, Manifest asItWas, boolean isOurs) {
    Optional<ResourceType> type =
        source.typeByAsking(object.ref().kind(), object.sourceApiVersion());
    Optional<String> answer = type.map(untold::get);
    if (answer.isPresent()) {
      return answer.map(why -> "stays: the source cannot tell whether it has it: " + why);
    }
    Optional<Boolean> now = type.flatMap(t -> isInert(t, object.ref()));
    if (now.isEmpty()) {
      // Safeguard: rollback-removes-the-last-copy
      return Optional.of(GONE);
    }
    return now.get() && !isOurs && !isInert(asItWas) ? Optional.of(IDLE) : Optional.empty();
  }

  /** Empty when it is not there. */
  private Optional<Boolean> isInert(ResourceType type, ObjectRef ref) {
    return listed.contains(type)
        ? Optional.ofNullable(inert.get(ref))
        : source
            .cluster()
            .get(type, ref)
            .filter(live -> !live.isBeingDeleted())
            .map(SourceLook::isInert);
  }
}
