package dev.migrator.execute;

import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Optional;

/**
 * Why an object that is about to be stopped at the source stays as it is there: what came to pass
 * since the plan was made, by another run, by a person, or at the target.
 *
 * <p>Errors: {@link ClusterException} as a cluster gave it, and where it cannot tell what it
 * serves: the object is not stopped then.
 *
 * <p>Crash: it only reads.
 *
 * <p>Source: docs/adr/0044
 */
final class Objections {

  private final Run run;
  private final Autoscalers autoscalers;
  private final ExcludedMeanwhile excluded;
  private final GrownClaims grown;

  Objections(Run run, Autoscalers autoscalers) {
    this.run = run;
    this.autoscalers = autoscalers;
    this.excluded = new ExcludedMeanwhile(run);
    this.grown = new GrownClaims(run);
  }

  /** The first of them; empty when nothing stands against it. */
  Optional<StepResult> to(SourceObject source, Manifest live) {
    // What the source cannot tell of may hang on it: found out now, and not when it is stopped.
    List<ResourceType> unused = run.source().allTypes();
    return held(source, live)
        .or(() -> excluded.before(source, live))
        .or(() -> leaving(source, live))
        .or(
            () ->
                grown.of(source, live, List.of("migrator rollback " + run.id(), "then plan again")))
        .or(() -> stranger(source));
  }

  /** What another run has stopped is not as it is meant to be: it must not move like that. */
  private Optional<StepResult> held(SourceObject source, Manifest live) {
    Optional<Manifest> held =
        source.heldByAnother(live).isPresent()
            ? Optional.of(live)
            : autoscalers.pausedByAnother(source);
    return held.map(
        one -> {
          String other = source.heldByAnother(one).orElseThrow();
          return run.failed(
              ErrorCode.M2205,
              RefText.of(source.ref()) + " is not handed over: run " + other + " holds it",
              RefText.of(one.ref()) + " was stopped by that run and not set going again",
              "migrator resume " + other + ", or: migrator rollback " + other,
              "then: " + run.resume());
        });
  }

  /** A Job that has ended is tidied away by its controller; its drain says so. */
  private Optional<StepResult> leaving(SourceObject source, Manifest live) {
    return live.isBeingDeleted() && !source.ref().groupKind().equals("Job.batch")
        ? Optional.of(
            run.failed(
                ErrorCode.M2205,
                RefText.of(source.ref()) + " is not handed over: it is being deleted",
                "it is being deleted at the source, held by finalizers "
                    + live.at("metadata", "finalizers"),
                run.resume() + " --leave-out " + RefText.of(source.ref()) + "   (it goes)",
                "or, if it shall move, create it anew when it is gone, then plan again"))
        : Optional.empty();
  }

  /** What stands in the way at the target is found before anything stops at the source. */
  private Optional<StepResult> stranger(SourceObject source) {
    // Safeguard: stranger-not-looked-for
    return atTarget(source)
        .filter(live -> !Origin.isOf(live, source.planned().uid()))
        .map(
            live ->
                run.failed(
                    ErrorCode.M2202,
                    "the target has " + live.ref() + ", which we did not create",
                    "it is never overwritten, so the source's goes on as it was",
                    "look at it, and delete or rename it at the target if it may go",
                    run.resume()));
  }

  private Optional<Manifest> atTarget(SourceObject source) {
    return run.target().get(run.atTarget(source.planned()), source.planned().apiVersion());
  }

  /** An earlier process sent the deletion and could not tell what became of it. */
  boolean isDeletedByUs(SourceObject source) {
    return run.journal().state().step(StepId.of(Verb.DELETE, source.ref())).intent().isPresent();
  }

  /**
   * It is not at the source. Only what is at neither cluster is lost: to create at the source what
   * works at the target would have two of it.
   */
  StepResult gone(SourceObject source) {
    String what = RefText.of(source.ref()) + " is no longer at the source";
    Optional<Manifest> there = atTarget(source);
    if (there.isEmpty()) {
      return run.failed(
          ErrorCode.M2205,
          what,
          "it was deleted, and the target does not have it; its definition is in the vault",
          "kubectl create -f the vault's line to move it, or plan again to leave it; then: "
              + run.resume());
    }
    Optional<String> by =
        Origin.of(there.get())
            .filter(origin -> origin.sourceUid().equals(source.planned().uid()))
            .map(Origin::run);
    String at = RefText.of(there.get().ref());
    return by.map(
            other ->
                run.failed(
                    ErrorCode.M2205,
                    what,
                    at + " is at the target: run " + other + " handed it over",
                    "nothing is to be done for it: do not create it at the source again",
                    "migrator status " + other + "   (whether it works there)",
                    run.resume()
                        + " --leave-out "
                        + RefText.of(source.ref())
                        + "   (goes on without it)"))
        .orElseGet(
            () ->
                run.failed(
                    ErrorCode.M2205,
                    what,
                    "the target has " + at + ", which no run made of it: it may be the same",
                    "look at the target's, and do not create it at the source while that works",
                    "then plan again"));
  }
}
