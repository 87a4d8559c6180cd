package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Activity;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.report.RefText;
import dev.migrator.verify.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;

/**
 * Waits until an object works at the target, and says meanwhile why it does not. One watch a type;
 * when it is silent for long, the server is asked.
 */
final class AwaitingCurrent {

  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final Duration SECOND_LOOK = Duration.ofSeconds(2);

  /** Pods are asked for their reasons no more often than this. */
  private static final Duration REASONS = Duration.ofSeconds(5);

  private final Run run;
  private final Lookout lookout;

  AwaitingCurrent(Run run, Lookout lookout) {
    this.run = run;
    this.lookout = lookout;
  }

  StepResult await(Step.AwaitCurrent step, StepLog log) {
    PlannedObject object = run.planned(step.object());
    ObjectRef ref = run.atTarget(object);
    try {
      ResourceType type = run.target().requireType(ref.kind(), object.apiVersion());
      lookout.follow(type, ref);
      try {
        return wait(type, ref, log);
      } finally {
        lookout.forget(type, ref);
      }
    } catch (ClusterException e) {
      return run.unanswered(step, e);
    }
  }

  private StepResult wait(ResourceType type, ObjectRef ref, StepLog log) {
    Instant begun = run.patience().now();
    Instant end = begun.plus(run.plan().settings().limits().readyTimeout());
    Instant askPods = begun.plusSeconds(1);
    boolean isSilent = false;
    while (true) {
      // Before the look: what comes after it rings this bell, be it before the wait.
      CompletableFuture<Boolean> bell = lookout.news(type, ref);
      Optional<Manifest> known = isSilent ? Optional.empty() : lookout.latest(type, ref);
      Optional<Manifest> live = known.isPresent() ? known : run.target().cluster().get(type, ref);
      if (live.isEmpty()) {
        return run.failed(
            ErrorCode.M2107,
            RefText.of(ref) + " is no longer at the target",
            "somebody deleted it");
      }
      Readiness readiness = Readiness.of(live.get(), surroundings(live.get()));
      if (readiness.status() == Readiness.Status.CURRENT
          && !isOfAnotherMind(readiness, type, ref)) {
        return StepResult.done(readiness.message());
      }
      Instant now = run.patience().now();
      String why = readiness.message();
      if (Activity.serves(ref) && !now.isBefore(askPods)) {
        why = Readiness.explain(live.get(), podsOf(live.get())).message();
        askPods = now.plus(REASONS);
        log.waits(now, why);
      } else if (!Activity.serves(ref)) {
        log.waits(now, why);
      }
      if (!now.isBefore(end)) {
        return run.failed(
            ErrorCode.M2107,
            ref
                + " is not ready after "
                + run.plan().settings().limits().readyTimeout().toMinutes()
                + "m",
            log.said().isEmpty() ? why : log.said());
      }
      Duration left = Duration.between(now, end);
      Duration slice = Activity.serves(ref) ? REASONS : SILENCE;
      boolean news =
          run.patience().await(bell, left.compareTo(slice) < 0 ? left : slice).isPresent();
      // A watch that says nothing is not proof that nothing happens.
      isSilent = !news && !run.patience().now().isBefore(begun.plus(SILENCE));
      if (isSilent) {
        begun = run.patience().now();
      } else if (news && lookout.latest(type, ref).isEmpty()) {
        // The watch ended: it is opened again.
        lookout.follow(type, ref);
      }
    }
  }

  /** What says nothing yet counts only when a second look gives the same. */
  private boolean isOfAnotherMind(Readiness readiness, ResourceType type, ObjectRef ref) {
    if (!readiness.lookAgain()) {
      return false;
    }
    run.patience().pause(SECOND_LOOK);
    return run.target()
        .cluster()
        .get(type, ref)
        .map(live -> Readiness.of(live, surroundings(live)).status() != Readiness.Status.CURRENT)
        .orElse(true);
  }

  private Readiness.Surroundings surroundings(Manifest live) {
    return switch (live.ref().groupKind()) {
      case "PersistentVolumeClaim" ->
          new Readiness.Surroundings(bindsLate(live), OptionalInt.empty());
      case "Service" -> new Readiness.Surroundings(false, readyEndpoints(live));
      default -> Readiness.Surroundings.unknown();
    };
  }

  private boolean bindsLate(Manifest claim) {
    Optional<String> name = claim.text("spec", "storageClassName");
    Optional<ResourceType> type = run.target().type("StorageClass", "storage.k8s.io/v1");
    if (name.isEmpty() || type.isEmpty()) {
      return false;
    }
    ObjectRef ref = ObjectRef.clusterScoped("storage.k8s.io", "StorageClass", name.get());
    return run.target()
        .cluster()
        .get(type.get(), ref)
        .map(c -> c.at("volumeBindingMode").asText().equals("WaitForFirstConsumer"))
        .orElse(false);
  }

  private OptionalInt readyEndpoints(Manifest service) {
    Optional<ResourceType> type = run.target().type("EndpointSlice", "discovery.k8s.io/v1");
    if (type.isEmpty() || service.at("spec", "selector").isEmpty()) {
      return OptionalInt.empty();
    }
    ListQuery query =
        ListQuery.inNamespace(service.namespace())
            .withLabelSelector("kubernetes.io/service-name=" + service.name());
    int ready = 0;
    for (Manifest slice : run.target().cluster().list(type.get(), query).items()) {
      for (JsonNode endpoint : slice.at("endpoints")) {
        ready += endpoint.at("/conditions/ready").asBoolean(true) ? 1 : 0;
      }
    }
    return OptionalInt.of(ready);
  }

  /** The workload's pods by its selector; none where it has no simple one. */
  private List<Manifest> podsOf(Manifest workload) {
    JsonNode labels = workload.at("spec", "selector", "matchLabels");
    Optional<ResourceType> pods = run.target().type("Pod", "v1");
    if (!labels.isObject() || labels.isEmpty() || pods.isEmpty()) {
      return List.of();
    }
    StringJoiner selector = new StringJoiner(",");
    labels.properties().forEach(e -> selector.add(e.getKey() + "=" + e.getValue().asText()));
    return run.target()
        .cluster()
        .list(
            pods.get(),
            ListQuery.inNamespace(workload.namespace())
                .withLabelSelector(selector.toString())
                .withLimit(50))
        .items();
  }
}
