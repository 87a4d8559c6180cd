package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Autoscalers that would wake a workload that was scaled to nothing. A HorizontalPodAutoscaler does
 * not touch a target of 0 replicas; a KEDA ScaledObject does, so it is paused for the time of the
 * hand-over.
 *
 * <p>Crash: the scaler carries the run's name next to the pause; the next process finds it paused,
 * and only what carries that name is ever set back.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation">implicit
 * maintenance mode</a>, <a
 * href="https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling">KEDA:
 * pausing</a>
 */
final class Autoscalers {

  private static final String PAUSED = "autoscaling.keda.sh/paused-replicas";

  private static final String FIELD = "metadata/annotations/" + PAUSED;

  private final Run run;

  Autoscalers(Run run) {
    this.run = run;
  }

  /** Pauses what scales the object at the source and is not paused yet. */
  void pause(SourceObject source) {
    for (Manifest scaler : scalers(source)) {
      if (!scaler.annotations().containsKey(PAUSED)) {
        annotate(scaler, "\"0\"", "\"" + run.id() + "\"");
        run.notice(
            RefText.of(scaler.ref())
                + " is paused at the source, because it scales "
                + RefText.of(source.ref()));
      }
    }
  }

  /** A scaler of the object that another run has paused: how it is meant to be, that one knows. */
  Optional<Manifest> pausedByAnother(SourceObject source) {
    return scalers(source).stream()
        .filter(scaler -> source.heldByAnother(scaler).isPresent())
        .findFirst();
  }

  /** Takes back the pause that we set, and no other. */
  void resume(SourceObject source) {
    for (Manifest scaler : scalers(source)) {
      if (Origin.isPaused(scaler, run.id())) {
        annotate(scaler, "null", "null");
      }
    }
  }

  private List<Manifest> scalers(SourceObject source) {
    Optional<ResourceType> type = type();
    if (type.isEmpty() || !source.inertia().read(source.vaulted()).containsKey("spec/replicas")) {
      return List.of();
    }
    return WholeList.all(
            run.source().cluster(), type.get(), ListQuery.inNamespace(source.ref().namespace()))
        .stream()
        .filter(scaler -> scales(scaler, source))
        .toList();
  }

  private Optional<ResourceType> type() {
    return run.source().type("ScaledObject", "keda.sh/v1alpha1");
  }

  private static boolean scales(Manifest scaler, SourceObject source) {
    return scaler.at("spec", "scaleTargetRef", "name").asText().equals(source.ref().name())
        && scaler
            .at("spec", "scaleTargetRef", "kind")
            .asText("Deployment")
            .equals(source.ref().kind());
  }

  /**
   * A write like any other: what was there before is recorded once, the intent is forced before the
   * request, the outcome noted after it.
   */
  private void annotate(Manifest scaler, String paused, String ours) {
    StepId step = StepId.of(Verb.PAUSE_SCALER, scaler.ref());
    if (run.journal().state().original(scaler.ref()).isEmpty()) {
      run.journal()
          .append(
              new OriginalState(
                  run.clock().now(),
                  scaler.ref(),
                  Map.of(FIELD, scaler.annotations().getOrDefault(PAUSED, ""))));
    }
    // Safeguard: pause-not-announced
    run.journal()
        .commit(
            new StepIntended(
                run.clock().now(), step, scaler.uid(), scaler.resourceVersion(), Optional.empty()));
    ObjectNode patch = Json.object();
    ObjectNode annotations = Patch.bind(patch, scaler).withObjectProperty("annotations");
    annotations.set(PAUSED, Json.parse(paused));
    annotations.set(Origin.PAUSED, Json.parse(ours));
    Manifest unused =
        run.source().cluster().patch(type().orElseThrow(), scaler.ref(), Patch.merge(patch));
    run.journal()
        .append(new StepOutcome(run.clock().now(), step, Result.DONE, Map.of("to", paused)));
  }
}
