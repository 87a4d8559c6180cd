package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs Jobs to their end.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>;
 * kubernetes {@code pkg/controller/job}
 */
final class Jobs implements Controller {

  static final String TRACKING = "batch.kubernetes.io/job-tracking";

  private final ApiServer api;
  private final Controllers controllers;
  private final Pods pods;

  Jobs(ApiServer api, Controllers controllers) {
    this.api = api;
    this.controllers = controllers;
    this.pods = new Pods(api);
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    return switch (object.kind()) {
      case "Job" -> {
        List<Key> keys = new java.util.ArrayList<>(List.of(Key.of(object.ref())));
        if (change.after().isEmpty()) {
          pods.of(object).forEach(pod -> keys.add(Key.of(pod.ref())));
        }
        yield keys;
      }
      case "Pod" -> {
        Collection<Key> owner = Pods.controllerOf(change, Set.of("Job"));
        boolean orphan = owner.stream().noneMatch(key -> api.storage().get(key).isPresent());
        yield orphan && Finalizers.of(object.tree()).contains(TRACKING)
            ? List.of(Key.of(object.ref()))
            : owner;
      }
      default -> List.of();
    };
  }

  @Override
  public void sync(Key key) {
    Optional<Manifest> found = api.storage().get(key);
    if (found.isEmpty()) {
      return;
    }
    if (key.type().equals("Pod")) {
      release(found.get());
    } else if (key.type().equals("Job.batch")) {
      job(key, found.get());
    }
  }

  static boolean isFinished(Manifest job) {
    return Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed");
  }

  private void job(Key key, Manifest job) {
    count(key);
    Manifest counted = api.storage().get(key).orElse(job);
    if (isFinished(counted)) {
      expire(key, counted);
      return;
    }
    if (!counted.isBeingDeleted()) {
      try {
        advance(key, counted);
      } finally {
        status(key);
      }
      finish(key);
    }
  }

  /** Every pod that ended is counted once, and then let go. */
  private void count(Key key) {
    Manifest job = api.storage().get(key).orElseThrow();
    for (Manifest pod : pods.of(job)) {
      if (!Finalizers.of(pod.tree()).contains(TRACKING) || Pods.isActive(pod)) {
        continue;
      }
      boolean gone =
          pod.isBeingDeleted() && pod.at("metadata", "deletionGracePeriodSeconds").asInt() == 0;
      if (!Pods.isTerminal(pod) && !gone && !job.isBeingDeleted()) {
        continue;
      }
      boolean success = pod.at("status", "phase").asText().equals("Succeeded");
      boolean wasStopped = job.at("spec", "suspend").asBoolean() || job.isBeingDeleted();
      if (success || (!wasStopped && !isFinished(job))) {
        api.editStatus(
            key,
            status -> {
              String field = success ? "succeeded" : "failed";
              status.put(field, status.path(field).asInt() + 1);
            });
      }
      release(pod);
    }
  }

  private void release(Manifest pod) {
    api.storage()
        .get(Key.of(pod.ref()))
        .ifPresent(live -> api.edit(Key.of(live.ref()), tree -> Finalizers.remove(tree, TRACKING)));
  }

  private void advance(Key key, Manifest job) {
    List<Manifest> active = pods.of(job).stream().filter(Pods::isActive).toList();
    if (job.at("spec", "suspend").asBoolean()) {
      active.forEach(pods::delete);
      api.editStatus(
          key,
          status -> {
            Conditions.set(status, "Suspended", "True", "JobSuspended", api.timestamp());
            status.remove("startTime");
          });
      return;
    }
    if (!job.has("status", "startTime")) {
      api.editStatus(
          key,
          status -> {
            if (Conditions.isTrue(job, "Suspended")) {
              Conditions.set(status, "Suspended", "False", "JobResumed", api.timestamp());
            }
            status.put("startTime", api.timestamp());
          });
    }
    if (hasFailed(job) || exceeded(key, job)) {
      active.forEach(pods::delete);
      return;
    }
    int wanted = wanted(job, active.size());
    for (int i = active.size(); i < wanted; i++) {
      pods.create(
          job,
          job.name() + "-",
          job.at("spec", "template"),
          pod -> {
            Set<String> finalizers = Finalizers.of(pod);
            finalizers.add(TRACKING);
            Finalizers.set(pod, finalizers);
          });
    }
    active.stream().limit(Math.max(0, active.size() - wanted)).forEach(pods::delete);
  }

  private static int wanted(Manifest job, int active) {
    int succeeded = job.at("status", "succeeded").asInt();
    int parallelism = job.at("spec", "parallelism").asInt(1);
    if (!job.has("spec", "completions")) {
      return succeeded > 0 ? active : parallelism;
    }
    return Math.min(parallelism, Math.max(0, job.at("spec", "completions").asInt() - succeeded));
  }

  private static boolean hasFailed(Manifest job) {
    return job.at("status", "failed").asInt() > job.at("spec", "backoffLimit").asInt(6);
  }

  private boolean exceeded(Key key, Manifest job) {
    if (!job.has("spec", "activeDeadlineSeconds") || !job.has("status", "startTime")) {
      return false;
    }
    Instant end =
        Instant.parse(job.at("status", "startTime").asText())
            .plusSeconds(job.at("spec", "activeDeadlineSeconds").asLong());
    Instant now = api.clock().now();
    if (now.isBefore(end)) {
      controllers.again(this, key, Duration.between(now, end));
      return false;
    }
    return true;
  }

  private void status(Key key) {
    Manifest job = api.storage().get(key).orElseThrow();
    List<Manifest> all = pods.of(job);
    int active = (int) all.stream().filter(Pods::isActive).count();
    int ready = (int) all.stream().filter(pod -> Pods.isActive(pod) && Pods.isReady(pod)).count();
    int terminating =
        (int) all.stream().filter(pod -> pod.isBeingDeleted() && !Pods.isTerminal(pod)).count();
    api.editStatus(
        key,
        status -> {
          if (active > 0) {
            status.put("active", active);
          } else {
            status.remove("active");
          }
          status.put("ready", ready);
          status.put("terminating", terminating);
          Fill.object(status, "uncountedTerminatedPods");
        });
  }

  private void finish(Key key) {
    Manifest job = api.storage().get(key).orElseThrow();
    if (job.at("spec", "suspend").asBoolean()) {
      return;
    }
    int succeeded = job.at("status", "succeeded").asInt();
    int active = job.at("status", "active").asInt();
    boolean done =
        job.has("spec", "completions")
            ? succeeded >= job.at("spec", "completions").asInt()
            : succeeded > 0 && active == 0;
    boolean failed = hasFailed(job) || exceeded(key, job);
    if (!done && !failed) {
      return;
    }
    boolean quiet = active == 0 && job.at("status", "terminating").asInt() == 0;
    String now = api.timestamp();
    api.editStatus(
        key,
        status -> {
          if (done) {
            Conditions.set(status, "SuccessCriteriaMet", "True", "CompletionsReached", now);
          } else {
            Conditions.set(status, "FailureTarget", "True", reason(job), now);
          }
          if (quiet && done) {
            Conditions.set(status, "Complete", "True", "CompletionsReached", now);
            status.put("completionTime", now);
          } else if (quiet) {
            Conditions.set(status, "Failed", "True", reason(job), now);
          }
        });
  }

  private static String reason(Manifest job) {
    return hasFailed(job) ? "BackoffLimitExceeded" : "DeadlineExceeded";
  }

  private void expire(Key key, Manifest job) {
    if (!job.has("spec", "ttlSecondsAfterFinished") || job.isBeingDeleted()) {
      return;
    }
    Instant end = finishTime(job).plusSeconds(job.at("spec", "ttlSecondsAfterFinished").asLong());
    Instant now = api.clock().now();
    if (now.isBefore(end)) {
      controllers.again(this, key, Duration.between(now, end));
    } else {
      api.delete(key, new Deletion(job.uid(), "", Deletion.Propagation.FOREGROUND));
    }
  }

  static Instant finishTime(Manifest job) {
    for (ObjectNode condition : Fill.each(job.at("status", "conditions"))) {
      String type = condition.path("type").asText();
      if (type.equals("Complete") || type.equals("Failed")) {
        return Instant.parse(condition.path("lastTransitionTime").asText());
      }
    }
    throw new IllegalStateException("not finished: " + job.ref());
  }
}
