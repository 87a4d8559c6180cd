package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.Patch;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Deployments whose rollout is paused. The controller makes no ReplicaSet for one, so one that is
 * created paused would never start anything. It is created unpaused, and paused again as soon as
 * its ReplicaSet is there: from then on it is scaled, and its template is rolled out no further, as
 * at the source.
 *
 * <p>Crash: each pause is announced; what was created carries our mark and is found by it, and is
 * paused then.
 *
 * <p>Source: kubernetes {@code pkg/controller/deployment}: {@code syncDeployment}, {@code
 * getNewReplicaSet}
 */
final class PausedRollouts {

  private static final String REVISION = "deployment.kubernetes.io/revision";
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Run run;

  PausedRollouts(Run run) {
    this.run = run;
  }

  static boolean isPaused(Manifest object) {
    return object.ref().groupKind().equals("Deployment.apps")
        && object.at("spec", "paused").asBoolean();
  }

  /** As it is to be created. */
  static Manifest starting(Manifest body) {
    return isPaused(body)
        ? body.edit(tree -> tree.withObjectProperty("spec").remove("paused"))
        : body;
  }

  /**
   * The object as it is when it is paused again, where it was to be.
   *
   * @param body as it was wanted
   * @param stored as it was created, or found with our mark
   */
  CreateOutcome paused(Manifest body, CreateOutcome.Stored stored) {
    if (!isPaused(body) || isPaused(stored.object())) {
      return stored;
    }
    ObjectRef there = stored.object().ref();
    ResourceType type = run.target().requireType(body.kind(), body.apiVersion());
    Instant end = run.clock().now().plus(run.plan().settings().limits().readyTimeout());
    Optional<Manifest> live = Optional.of(stored.object());
    while (live.isPresent() && run.clock().now().isBefore(end)) {
      try {
        if (live.get().annotations().containsKey(REVISION) && !isPaused(live.get())) {
          ObjectNode patch = Json.object();
          patch.putObject("spec").put("paused", true);
          Patch.bind(patch, live.get());
          run.intend(step(there), live.get().uid(), live.get().resourceVersion(), Optional.empty());
          live = Optional.of(run.target().cluster().patch(type, there, Patch.merge(patch)));
        }
        if (isPaused(live.get())) {
          run.journal()
              .append(new StepOutcome(run.clock().now(), step(there), Result.DONE, Map.of()));
          return new CreateOutcome.Stored(live.get(), stored.how() + ", and paused again");
        }
        run.clock().pause(PAUSE);
        live =
            run.target()
                .cluster()
                .get(type, there)
                .filter(found -> found.uid().equals(stored.object().uid()));
      } catch (ClusterException e) {
        if (!RereadAfterFailure.isWorthIt(e.failure())) {
          return new CreateOutcome.Refused(
              run.refused(ErrorCode.M2102, "pausing " + RefText.of(there) + " again", e.failure()));
        }
        run.clock().pauseAnyway(PAUSE);
        live = again(type, there, live);
      }
    }
    return new CreateOutcome.Refused(
        run.failed(
            ErrorCode.M2107,
            RefText.of(there)
                + " is not paused again: its controller has made no ReplicaSet for it",
            live.isEmpty() ? "it was deleted" : "until then a paused one would start nothing"));
  }

  /** Under this name the journal has what was sent. */
  private static StepId step(ObjectRef there) {
    return StepId.of(Verb.PAUSE_ROLLOUT, there);
  }

  /** As it is after a doubt; what cannot be read is what it was. */
  private Optional<Manifest> again(ResourceType type, ObjectRef there, Optional<Manifest> known) {
    try {
      return run.target().cluster().get(type, there);
    } catch (ClusterException e) {
      return known;
    }
  }
}
