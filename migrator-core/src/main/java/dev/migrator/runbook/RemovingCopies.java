package dev.migrator.runbook;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Timekeeper;
import dev.migrator.execute.ClusterSide;
import dev.migrator.model.Manifest;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Removes copies from the source, one after the other, each by uid and resourceVersion. */
final class RemovingCopies {

  /** Whom claims belong to is looked up again after this: one list a namespace, not an object. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final ClusterSide source;
  private final Timekeeper time;
  private ClaimHolders holders;
  private Instant looked;

  private RemovingCopies(ClusterSide source, Timekeeper time) {
    this.source = source;
    this.time = time;
    this.holders = new ClaimHolders(source);
    this.looked = time.now();
  }

  static RemovingCopies of(Workplace workplace, ClusterSide source, Plan plan) {
    return new RemovingCopies(source, workplace.time());
  }

  /** Empty when the copy is gone, else why it is not, in words. */
  Optional<String> remove(PlannedObject object, Pruning.Copy copy) {
    try {
      Optional<ResourceType> type = type(object);
      if (type.isEmpty()) {
        return Optional.of("its kind is no longer served");
      }
      Optional<String> kept = holders().reasonToKeep(copy.ref(), copy.uid());
      if (kept.isPresent()) {
        return kept;
      }
      Optional<Manifest> unused =
          source
              .cluster()
              .delete(
                  type.get(), copy.ref(), Deletion.background(copy.uid(), copy.resourceVersion()));
      return Optional.empty();
    } catch (ClusterException e) {
      return e.failure() instanceof ClusterFailure.NotFound && isGone(object, copy)
          ? Optional.empty()
          : Optional.of(e.failure().detail());
    } catch (ProblemException e) {
      return Optional.of(e.problem().what() + ": " + e.problem().why());
    }
  }

  private ClaimHolders holders() {
    Instant now = time.now();
    if (now.isAfter(looked.plus(FRESH))) {
      holders = new ClaimHolders(source);
      looked = now;
    }
    return holders;
  }

  private Optional<ResourceType> type(PlannedObject object) {
    return source.type(object.ref().kind(), object.sourceApiVersion());
  }

  /** Whether the server itself says so: what is lost on its way is not found, too. */
  private boolean isGone(PlannedObject object, Pruning.Copy copy) {
    try {
      return type(object)
          .flatMap(type -> source.cluster().get(type, copy.ref()))
          .filter(live -> live.uid().equals(copy.uid()))
          .isEmpty();
    } catch (ClusterException e) {
      return false;
    }
  }
}
