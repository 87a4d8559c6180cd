package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Served;
import dev.migrator.cluster.WholeList;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import dev.migrator.report.RefText;
import dev.migrator.report.StepText;
import dev.migrator.verify.Comparison;
import dev.migrator.verify.Difference;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Takes back what a run did before its first delete: the source's objects are set back, and what
 * was created at the target is removed where it carries our mark and nobody changed it. Everything
 * else is left and told.
 *
 * <p>Crash: every act looks first, so it can be begun again. Before each there is a checkpoint:
 * {@link StoppedException} when the run shall stop.
 */
final class Undoing {

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration GOING = Duration.ofMinutes(2);

  /** Removing these takes with it what is in them. */
  private static final Set<String> HOLDERS =
      Set.of("Namespace", "CustomResourceDefinition.apiextensions.k8s.io");

  private final Run run;
  private final HandOvers handOvers;
  private final Quiescing quiescing;
  private final Autoscalers autoscalers;
  private final Referrers referrers;
  private final Set<ObjectRef> kept = new HashSet<>();

  Undoing(Run run) {
    this.run = run;
    this.referrers = Referrers.ofRun(run);
    this.handOvers = new HandOvers(run.plan(), run.journal().state());
    this.quiescing = new Quiescing(run, handOvers);
    this.autoscalers = new Autoscalers(run);
  }

  /** Sets the source's object back; empty when it is as it was, else why not. */
  Optional<String> setBack(Step.Quiesce step) {
    run.patience().checkpoint();
    SourceObject source = new SourceObject(run, step.object());
    if (source.inertia().fields().isEmpty()) {
      return Optional.empty();
    }
    StepId back = StepId.of(Verb.ROLL_BACK, step.object());
    Optional<StepResult> failed = quiescing.giveBack(back, StepText.doing(step), source);
    if (failed.isEmpty()) {
      run.journal().append(new StepOutcome(run.patience().now(), back, Result.DONE, Map.of()));
    }
    return failed.map(StepResult::words);
  }

  /** Wakes what scales an object that is back at the source; empty when it is, else why not. */
  Optional<String> wakeScalers(ObjectRef back) {
    for (int attempt = 1; ; attempt++) {
      run.patience().checkpoint();
      try {
        autoscalers.resume(new SourceObject(run, back));
        return Optional.empty();
      } catch (ClusterException e) {
        if (!SecondLook.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return Optional.of("is back, and what scales it stays paused: " + e.failure().detail());
        }
        run.patience().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }

  /**
   * What became of what the run created for an object.
   *
   * @param how in words
   * @param kept why it stays; empty when nothing of ours is at the target any more
   */
  record Removal(String how, Optional<String> kept) {
    private static final Removal NOTHING =
        new Removal("nothing of this run is at the target", Optional.empty());

    private static Removal kept(String why) {
      return new Removal("", Optional.of(why));
    }
  }

  /**
   * Removes what the run created for the object, unless it is the only one that there is, or
   * something else at the target refers to it.
   */
  Removal remove(PlannedObject object) {
    run.patience().checkpoint();
    Removal removal = remove(object, copy -> missedAtSource(object).or(() -> needed(copy)));
    if (removal.kept().isPresent()) {
      kept.add(run.atTarget(object));
    }
    return removal;
  }

  /** As {@link #remove}, if it does nothing yet; to the end, also when the run shall stop. */
  Removal removeInert(PlannedObject object) {
    return remove(
        object,
        copy -> isHeld(object, copy) ? Optional.empty() : Optional.of("is at work at the target"));
  }

  /** What is in a holder needs it, and is looked for in another way. */
  private Optional<String> needed(Manifest copy) {
    return HOLDERS.contains(copy.ref().groupKind())
        ? Optional.empty()
        : referrers
            .user(copy.ref())
            .map(user -> "stays: " + RefText.of(user) + " at the target refers to it");
  }

  /** A copy is only too much as long as there is what it was copied from. */
  private Optional<String> missedAtSource(PlannedObject object) {
    boolean isThere =
        run.source()
            .typeByAsking(object.ref().kind(), object.sourceApiVersion())
            .flatMap(type -> run.source().cluster().get(type, object.ref()))
            .filter(live -> !live.isBeingDeleted())
            .isPresent();
    return isThere ? Optional.empty() : Optional.of("stays: the source does not have it any more");
  }

  /** Whether the copy is in a form in which it does nothing: some kinds have none. */
  boolean isHeld(PlannedObject object, Manifest copy) {
    Inertia inertia = Inertia.of(run.vaulted(object.ref()));
    return !inertia.fields().isEmpty() && inertia.isInert(copy);
  }

  private Removal remove(PlannedObject object, Function<Manifest, Optional<String>> reasons) {
    ObjectRef ref = run.atTarget(object);
    Optional<ResourceType> type;
    try {
      type = run.target().typeByAsking(ref.kind(), object.apiVersion());
    } catch (ClusterException e) {
      return Removal.kept("could not be removed: " + e.failure().detail());
    }
    if (type.isEmpty() || object.alreadyThere()) {
      return Removal.NOTHING;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Manifest> live = run.target().cluster().get(type.get(), ref);
        if (live.isEmpty() || !run.made(live.get(), object)) {
          return Removal.NOTHING;
        }
        if (!live.get().isBeingDeleted()) {
          Manifest copy = live.get();
          Optional<String> keeps = reasons.apply(copy).or(() -> reasonToKeep(object, copy));
          if (keeps.isPresent()) {
            return Removal.kept(keeps.get());
          }
          Optional<Manifest> unused =
              run.target()
                  .cluster()
                  .delete(
                      type.get(),
                      ref,
                      Deletion.foreground(live.get().uid(), live.get().resourceVersion()));
        }
        return new Removal("removed from the target", gone(type.get(), ref, live.get().uid()));
      } catch (ClusterException e) {
        if (isNoLongerServed(run.target().cluster(), type.get(), e)) {
          // Its definition went a moment ago, and took it along.
          return Removal.NOTHING;
        }
        if (!SecondLook.isWorthIt(e.failure()) || attempt == ATTEMPTS) {
          return Removal.kept("could not be removed: " + e.failure().detail());
        }
        run.patience().pauseAnyway(PAUSE.multipliedBy(attempt));
      }
    }
  }

  private Optional<String> reasonToKeep(PlannedObject object, Manifest live) {
    if (HOLDERS.contains(live.ref().groupKind())) {
      return stranger(live).map(what -> "holds what is not ours: " + what);
    }
    Manifest atSource = run.vaulted(object.ref());
    Manifest definition = run.definition(object, atSource);
    Manifest inert = Inertia.of(atSource).inert(definition);
    List<Difference> differences =
        Comparison.compare(definition, live).stream().filter(Undoing::matters).toList();
    // A paused rollout is created unpaused, and the run may have stopped before it was paused
    // again.
    boolean unchanged =
        differences.isEmpty()
            || Stream.of(inert, PausedRollouts.starting(definition), PausedRollouts.starting(inert))
                .anyMatch(
                    form -> Comparison.compare(form, live).stream().noneMatch(Undoing::matters));
    return unchanged
        ? Optional.empty()
        : Optional.of("was changed at the target: " + differences.getFirst());
  }

  /** Autoscalers and people scale; a rollback need not stop for that. */
  private static boolean matters(Difference difference) {
    return !difference.path().equals("spec.replicas");
  }

  /** Something in the namespace, or of the defined kind, that this run did not create. */
  private Optional<String> stranger(Manifest holder) {
    Instant end = run.patience().now().plus(GOING);
    while (true) {
      Optional<ObjectRef> found = strangerNow(holder);
      if (found.isEmpty() || kept.contains(found.get()) || run.patience().now().isAfter(end)) {
        return found.map(ObjectRef::toString);
      }
      // Pods and the like of what was removed a moment ago are on their way out.
      run.patience().pauseAnyway(Duration.ofSeconds(1));
    }
  }

  private Optional<ObjectRef> strangerNow(Manifest holder) {
    for (ResourceType type : run.target().allTypes()) {
      boolean looked =
          holder.kind().equals("Namespace")
              ? type.namespaced()
              : type.group().equals(holder.at("spec", "group").asText())
                  && type.kind().equals(holder.at("spec", "names", "kind").asText());
      if (!looked || !type.supports("list") || Referrers.isNoise(type)) {
        continue;
      }
      String namespace = holder.kind().equals("Namespace") ? holder.name() : "";
      for (Manifest object : all(run.target().cluster(), type, namespace)) {
        if (!Furniture.is(object)) {
          return Optional.of(object.ref());
        }
      }
    }
    return Optional.empty();
  }

  /** Every object of the type; a type that is no longer served has none. */
  private static List<Manifest> all(Cluster cluster, ResourceType type, String namespace) {
    try {
      return WholeList.all(cluster, type, ListQuery.inNamespace(namespace));
    } catch (ClusterException e) {
      if (isNoLongerServed(cluster, type, e)) {
        return List.of();
      }
      throw e;
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

  private Optional<String> gone(ResourceType type, ObjectRef ref, String uid) {
    Instant end = run.patience().now().plus(GOING);
    Duration pause = PAUSE;
    while (true) {
      Optional<Manifest> live = run.target().cluster().get(type, ref);
      if (live.isEmpty() || !live.get().uid().equals(uid)) {
        return Optional.empty();
      }
      if (run.patience().now().isAfter(end)) {
        return Optional.of(
            "is being deleted, held by finalizers " + live.get().at("metadata", "finalizers"));
      }
      run.patience().pauseAnyway(pause);
      pause = pause.compareTo(Duration.ofSeconds(2)) < 0 ? pause.multipliedBy(2) : pause;
    }
  }
}
