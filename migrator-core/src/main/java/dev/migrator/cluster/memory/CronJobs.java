package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.schedule.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fires CronJobs. Like the real controller it decides on a view of the CronJob that may be a little
 * old, so that a CronJob suspended a moment before a slot may still fire.
 *
 * <p>Source: kubernetes {@code pkg/controller/cronjob/cronjob_controllerv2.go}
 */
final class CronJobs implements Controller {

  private static final ZoneId CONTROLLER_ZONE = ZoneOffset.UTC;
  private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

  private final ApiServer api;
  private final Controllers controllers;
  private final Duration lag;

  CronJobs(ApiServer api, Controllers controllers, Duration lag) {
    this.api = api;
    this.controllers = controllers;
    this.lag = lag;
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    return switch (object.kind()) {
      case "CronJob" -> List.of(Key.of(object.ref()));
      case "Job" -> Pods.controllerOf(change, Set.of("CronJob"));
      default -> List.of();
    };
  }

  @Override
  public void sync(Key key) {
    if (!key.type().equals("CronJob.batch") || api.storage().get(key).isEmpty()) {
      return;
    }
    Instant now = api.clock().now();
    Optional<Manifest> seen = api.storage().asOf(key, now.minus(lag));
    if (seen.isEmpty()) {
      controllers.again(this, key, lag);
      return;
    }
    Manifest cronJob = seen.get();
    boolean stale =
        !api.storage().get(key).orElseThrow().resourceVersion().equals(cronJob.resourceVersion());
    if (stale) {
      controllers.again(this, key, lag);
    } else {
      tidy(key, cronJob);
      cronJob = api.storage().get(key).orElseThrow();
    }
    if (cronJob.isBeingDeleted() || cronJob.at("spec", "suspend").asBoolean()) {
      return;
    }
    fire(key, cronJob, now);
    wake(key, cronJob, now);
  }

  private void wake(Key key, Manifest cronJob, Instant now) {
    schedule(cronJob)
        .next(now, zone(cronJob))
        .ifPresent(slot -> controllers.again(this, key, Duration.between(now, slot)));
  }

  private void fire(Key key, Manifest cronJob, Instant now) {
    Instant earliest =
        Instant.parse(
            cronJob
                .text("status", "lastScheduleTime")
                .or(() -> cronJob.text("metadata", "creationTimestamp"))
                .orElseThrow());
    Optional<Duration> deadline =
        cronJob.has("spec", "startingDeadlineSeconds")
            ? Optional.of(
                Duration.ofSeconds(cronJob.at("spec", "startingDeadlineSeconds").asLong()))
            : Optional.empty();
    if (deadline.isPresent() && now.minus(deadline.get()).isAfter(earliest)) {
      earliest = now.minus(deadline.get());
    }
    Optional<Instant> slot = schedule(cronJob).latest(earliest, now, zone(cronJob));
    if (slot.isEmpty()
        || deadline.filter(late -> slot.get().plus(late).isBefore(now)).isPresent()) {
      return;
    }
    List<Manifest> active = active(key, cronJob);
    switch (cronJob.at("spec", "concurrencyPolicy").asText()) {
      case "Forbid" -> {
        if (!active.isEmpty()) {
          return;
        }
      }
      case "Replace" ->
          active.forEach(
              job ->
                  api.delete(
                      Key.of(job.ref()),
                      new Deletion(job.uid(), "", Deletion.Propagation.BACKGROUND)));
      default -> {}
    }
    start(key, cronJob, slot.get());
  }

  private void start(Key key, Manifest cronJob, Instant slot) {
    String name = CronSchedule.jobName(cronJob.name(), slot);
    if (api.storage().get(new Key("Job.batch", key.namespace(), name)).isPresent()) {
      return;
    }
    ObjectNode template = cronJob.at("spec", "jobTemplate").deepCopy();
    ObjectNode job = Json.object().put("apiVersion", "batch/v1").put("kind", "Job");
    ObjectNode metadata = job.putObject("metadata");
    metadata.put("name", name).put("namespace", key.namespace());
    if (template.path("metadata").has("labels")) {
      metadata.set("labels", template.path("metadata").path("labels"));
    }
    ObjectNode annotations = metadata.putObject("annotations");
    if (template.path("metadata").path("annotations") instanceof ObjectNode given) {
      annotations.setAll(given);
    }
    annotations.put(
        SCHEDULED, DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(slot.atZone(zone(cronJob))));
    metadata.putArray("ownerReferences").add(Labels.controlledBy(cronJob));
    job.set("spec", template.path("spec"));
    Manifest created = api.create(Manifest.of(job), true);
    Optional<Manifest> live = api.storage().get(key);
    if (live.filter(now -> now.resourceVersion().equals(cronJob.resourceVersion())).isEmpty()) {
      // The write of the status would be a conflict: the Job is there and the status is silent.
      return;
    }
    api.editStatus(
        key,
        status -> {
          status.put("lastScheduleTime", ApiServer.at(slot));
          status
              .withArrayProperty("active")
              .addObject()
              .put("apiVersion", "batch/v1")
              .put("kind", "Job")
              .put("name", created.name())
              .put("namespace", created.namespace())
              .put("uid", created.uid())
              .put("resourceVersion", created.resourceVersion());
        });
  }

  private List<Manifest> jobs(Manifest cronJob) {
    return api.storage().dependantsOf(cronJob.uid()).stream()
        .filter(object -> object.kind().equals("Job"))
        .filter(job -> Labels.controller(job).filter(cronJob.uid()::equals).isPresent())
        .toList();
  }

  private List<Manifest> active(Key key, Manifest cronJob) {
    List<Manifest> active = new ArrayList<>();
    for (JsonNode entry : cronJob.at("status", "active")) {
      api.storage()
          .get(new Key("Job.batch", key.namespace(), entry.path("name").asText()))
          .filter(job -> !Jobs.isFinished(job))
          .ifPresent(active::add);
    }
    return active;
  }

  /** Takes finished Jobs off the active list and old ones out of the history. */
  private void tidy(Key key, Manifest cronJob) {
    List<Manifest> jobs = jobs(cronJob);
    ArrayNode active = Json.array();
    for (JsonNode entry : cronJob.at("status", "active")) {
      boolean runs =
          jobs.stream()
              .anyMatch(
                  job -> job.uid().equals(entry.path("uid").asText()) && !Jobs.isFinished(job));
      if (runs) {
        active.add(entry);
      }
    }
    Optional<Instant> lastSuccess =
        jobs.stream()
            .filter(job -> Conditions.isTrue(job, "Complete"))
            .map(Jobs::finishTime)
            .max(Comparator.naturalOrder());
    if (active.size() != cronJob.at("status", "active").size() || lastSuccess.isPresent()) {
      api.editStatus(
          key,
          status -> {
            if (active.isEmpty()) {
              status.remove("active");
            } else {
              status.set("active", active);
            }
            lastSuccess.ifPresent(time -> status.put("lastSuccessfulTime", ApiServer.at(time)));
          });
    }
    forget(jobs, "Complete", cronJob.at("spec", "successfulJobsHistoryLimit").asInt(3));
    forget(jobs, "Failed", cronJob.at("spec", "failedJobsHistoryLimit").asInt(1));
  }

  private void forget(List<Manifest> jobs, String condition, int keep) {
    List<Manifest> finished =
        jobs.stream()
            .filter(job -> Conditions.isTrue(job, condition) && !job.isBeingDeleted())
            .sorted(Comparator.comparing(Jobs::finishTime))
            .toList();
    for (Manifest job : finished.subList(0, Math.max(0, finished.size() - keep))) {
      api.delete(Key.of(job.ref()), new Deletion(job.uid(), "", Deletion.Propagation.BACKGROUND));
    }
  }

  private static CronSchedule schedule(Manifest cronJob) {
    return CronSchedule.parse(cronJob.at("spec", "schedule").asText());
  }

  private static ZoneId zone(Manifest cronJob) {
    return cronJob.text("spec", "timeZone").map(ZoneId::of).orElse(CONTROLLER_ZONE);
  }
}
