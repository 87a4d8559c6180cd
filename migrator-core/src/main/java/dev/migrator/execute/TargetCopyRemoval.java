package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.Served;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Removes from the target what a run created there, where it carries our mark and nobody changed
 * it. Everything else is left and told.
 *
 * <p>Crash: every act looks first, so it can be begun again. Before each there is a checkpoint:
 * {@link StoppedException} when the run shall stop.
 */
final class TargetCopyRemoval {

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration GOING = Duration.ofMinutes(2);

  private static final Duration LEAST = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** A rollback that lasts looks again: somebody may begin to use a copy meanwhile. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final Run run;
  private final TargetRemovalDecision removals;
  private final Map<ObjectRef, StayReason> kept = new HashMap<>();
  private Optional<Staying> staying = Optional.empty();
  private Set<ObjectRef> atFirst = Set.of();
  private Instant decided = Instant.MIN;

  /** What is left to wait for what others hold: all of it together is waited for but once. */
  private Duration clock = GOING;

  private Optional<Instant> holdersEnd = Optional.empty();

  /**
   * @param relied what other runs count as theirs, named as at the target, and why it stays
   */
  TargetCopyRemoval(Run run, Map<ObjectRef, String> relied) {
    this.run = run;
    this.removals =
        new TargetRemovalDecision(
            run.plan(),
            run.id(),
            run.source(),
            run.target(),
            run.journal().state(),
            run.vault(),
            relied);
  }

  /**
   * What became of what the run created for an object.
   *
   * @param how in words
   * @param kept why it stays; empty when nothing of ours is at the target any more
   */
  record Removal(PlannedObject object, String how, Optional<StayReason> kept) {

    private static Removal nothing(PlannedObject object) {
      return new Removal(object, "nothing of this run is at the target", Optional.empty());
    }

    private static Removal kept(PlannedObject object, StayReason why) {
      return new Removal(object, "", Optional.of(why));
    }
  }

  /** A removal, which may not be at its end. */
  private record Begun(Removal removal, Optional<Going> going) {
    static Begun over(Removal removal) {
      return new Begun(removal, Optional.empty());
    }
  }

  /** What is being deleted. */
  private record Going(ResourceType type, Manifest live) {}

  /**
   * Removes what the run created for these, unless it is to stay: all at once, then it is waited
   * for them together.
   *
   * @param objects of which none needs another one
   * @param audience is told of each when it is at its end
   */
  void remove(List<PlannedObject> objects, Consumer<Removal> audience) {
    List<Begun> going = new ArrayList<>();
    for (PlannedObject object : objects) {
      run.clock().checkpoint();
      Begun begun = remove(object);
      if (begun.going().isPresent()) {
        going.add(begun);
      } else {
        audience.accept(noted(begun.removal()));
      }
    }
    Instant from = run.clock().now();
    Instant end = from.plus(clock);
    going.forEach(begun -> audience.accept(noted(ended(begun, end))));
    Duration waited = Duration.between(from, run.clock().now());
    boolean isInVain = going.stream().anyMatch(one -> kept.containsKey(atTarget(one)));
    if (isInVain) {
      Duration left = clock.minus(waited);
      clock = left.compareTo(LEAST) < 0 ? LEAST : left;
    }
  }

  private ObjectRef atTarget(Begun one) {
    return run.atTarget(one.removal().object());
  }

  /** What stays against the decision keeps what it needs, too. */
  private Removal noted(Removal removal) {
    removal
        .kept()
        .ifPresent(
            why -> {
              ObjectRef there = run.atTarget(removal.object());
              kept.put(there, why);
              staying.ifPresent(all -> all.keep(there, why));
            });
    return removal;
  }

  private Begun remove(PlannedObject object) {
    ObjectRef there = run.atTarget(object);
    return remove(
        object,
        copy ->
            staying(there)
                .or(() -> missedAtSource(object))
                .or(() -> changed(object, copy).map(StayReason::of)));
  }

  /** As {@link #remove}, if it does nothing yet; to the end, also when the run shall stop. */
  Removal removeInert(PlannedObject object) {
    Begun begun =
        remove(
            object,
            copy ->
                isHeld(object, copy)
                    ? changed(object, copy).map(StayReason::of)
                    : Optional.of(StayReason.of("is at work at the target")));
    return ended(begun, run.clock().now().plus(GOING));
  }

  /** Whether the copy is in a form in which it does nothing: some kinds have none. */
  boolean isHeld(PlannedObject object, Manifest copy) {
    return CopyAtTarget.isHeld(run.vaulted(object.ref()), copy);
  }

  private Optional<String> changed(PlannedObject object, Manifest live) {
    Manifest atSource = run.vaulted(object.ref());
    return CopyAtTarget.changed(run.definition(object, atSource), atSource, live);
  }

  /** Asked right before it goes: what was decided a moment ago may have been the last look. */
  private Optional<StayReason> missedAtSource(PlannedObject object) {
    // Safeguard: rollback-removes-the-last-copy
    return run.source()
            .get(object.ref(), object.sourceApiVersion())
            .filter(live -> !live.isBeingDeleted())
            .isPresent()
        ? Optional.empty()
        : Optional.of(StayReason.of(SourceLook.GONE));
  }

  /** Why it stays as it was decided, or as it is now where that was long ago. */
  private Optional<StayReason> staying(ObjectRef there) {
    Instant now = run.clock().now();
    Staying all = staying.filter(then -> decided.plus(FRESH).isAfter(now)).orElseGet(this::decide);
    Duration pause = Duration.ofSeconds(1);
    // What is in it may be on its way out, unless it was to stay from the beginning.
    while (all.kept(there).isPresent() && isAwaited(there)) {
      run.clock().pauseAnyway(pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
      all = decide();
    }
    return all.kept(there);
  }

  private boolean isAwaited(ObjectRef there) {
    if (!CopyAtTarget.HOLDERS.contains(there.groupKind()) || atFirst.contains(there)) {
      return false;
    }
    Instant now = run.clock().now();
    Instant end = holdersEnd.orElse(now.plus(GOING));
    holdersEnd = Optional.of(end);
    return now.isBefore(end);
  }

  private Staying decide() {
    Staying now = removals.decide(kept);
    if (staying.isEmpty()) {
      atFirst = Set.copyOf(now.kept().keySet());
    }
    staying = Optional.of(now);
    decided = run.clock().now();
    return now;
  }

  private Begun remove(PlannedObject object, Function<Manifest, Optional<StayReason>> reasons) {
    ObjectRef ref = run.atTarget(object);
    Optional<ResourceType> type;
    try {
      type = run.target().typeByAsking(ref.kind(), object.apiVersion());
    } catch (ClusterException e) {
      return Begun.over(
          Removal.kept(object, StayReason.of("could not be removed: " + e.failure().detail())));
    }
    if (type.isEmpty() || object.alreadyThere()) {
      return Begun.over(Removal.nothing(object));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Manifest> live = run.target().cluster().get(type.get(), ref);
        if (live.isEmpty() || !run.made(live.get(), object)) {
          return Begun.over(Removal.nothing(object));
        }
        if (!live.get().isBeingDeleted()) {
          Optional<StayReason> keeps = reasons.apply(live.get());
          if (keeps.isPresent()) {
            return Begun.over(Removal.kept(object, keeps.get()));
          }
          Optional<Manifest> unused =
              run.target()
                  .cluster()
                  .delete(
                      type.get(),
                      ref,
                      Deletion.foreground(live.get().uid(), live.get().resourceVersion()));
        }
        return new Begun(
            new Removal(object, "removed from the target", Optional.empty()),
            Optional.of(new Going(type.get(), live.get())));
      } catch (ClusterException e) {
        if (isNoLongerServed(run.target().cluster(), type.get(), e)) {
          // Its definition went a moment ago, and took it along.
          return Begun.over(Removal.nothing(object));
        }
        if (!RereadAfterFailure.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return Begun.over(
              Removal.kept(object, StayReason.of("could not be removed: " + e.failure().detail())));
        }
        run.clock().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }

  /** A 404 alone says it of nothing: a proxy answers so, too. */
  private static boolean isNoLongerServed(
      Cluster cluster, ResourceType type, ClusterException answer) {
    if (!(answer.failure() instanceof ClusterFailure.NotFound)) {
      return false;
    }
    try {
      return new Served("target", cluster.discover())
          .type(type.kind(), type.apiVersion())
          .isEmpty();
    } catch (ClusterException e) {
      return false;
    }
  }

  private Removal ended(Begun begun, Instant end) {
    return begun
        .going()
        .flatMap(going -> held(going, end))
        .map(why -> Removal.kept(begun.removal().object(), StayReason.of(why)))
        .orElse(begun.removal());
  }

  /** What keeps it when the time is over; empty when it is gone. */
  private Optional<String> held(Going going, Instant end) {
    Duration pause = PAUSE;
    while (true) {
      Optional<Manifest> live;
      try {
        live = run.target().cluster().get(going.type(), going.live().ref());
      } catch (ClusterException e) {
        if (isNoLongerServed(run.target().cluster(), going.type(), e)) {
          return Optional.empty();
        }
        if (!RereadAfterFailure.isWorthIt(e.failure()) || run.clock().now().isAfter(end)) {
          return Optional.of("is being deleted, and cannot be read: " + e.failure().detail());
        }
        run.clock().pauseAnyway(LONGEST_PAUSE);
        continue;
      }
      if (live.isEmpty() || !live.get().uid().equals(going.live().uid())) {
        return Optional.empty();
      }
      if (!run.clock().now().isBefore(end)) {
        return Optional.of(DeletionBlockers.words(live.get()));
      }
      run.clock().pauseAnyway(pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }
}
