package dev.migrator.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Deletion;
import dev.migrator.model.Manifest;
import dev.migrator.schedule.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Jobs and CronJobs do: everything that "never twice" stands on. */
abstract class BatchContract extends WorkloadContract {

  @Test
  void aJobRunsToItsEnd() {
    Manifest job = create("batch/v1", "Job", Samples.job("once", ""));
    assertThat(job.at("spec", "completions").asInt()).isEqualTo(1);
    assertThat(
            job.at("spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid")
                .asText())
        .isEqualTo(job.uid());
    eventually("it is complete", () -> hasCondition(read(job), "Complete"));
    Manifest done = read(job);
    assertThat(done.at("status", "succeeded").asInt()).isEqualTo(1);
    assertThat(done.at("status", "active").asInt()).isZero();
    assertThat(done.at("status", "terminating").asInt()).isZero();
    assertThat(podsOf(job)).hasSize(1);
  }

  @Test
  void aJobWithAForeignSelectorIsInvalid() {
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            create(
                "batch/v1",
                "Job",
                Samples.job(
                    "once",
                    """
                    "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid":
                      "11111111-2222-3333-4444-555555555555"}},
                    """)));
  }

  @Test
  void theTemplateOfAJobNeverChanges() {
    Manifest job = create("batch/v1", "Job", Samples.job("once", ""));
    assertFails(
        ClusterFailure.Invalid.class,
        () ->
            merge(
                job,
                "{\"spec\": {\"template\": {\"spec\": {\"terminationGracePeriodSeconds\": 9}}}}"));
  }

  @Test
  void aSuspendedJobRunsNothingUntilItIsResumed() {
    Manifest job = create("batch/v1", "Job", Samples.job("later", "\"suspend\": true,"));
    eventually("it says so", () -> hasCondition(read(job), "Suspended"));
    always("nothing runs", Duration.ofSeconds(2), () -> podsOf(job).isEmpty());
    merge(job, "{\"spec\": {\"suspend\": false}}");
    eventually("it is complete", () -> hasCondition(read(job), "Complete"));
  }

  @Test
  void aDeletedJobTakesItsPodsAlongWhenAsked() {
    Manifest job = create("batch/v1", "Job", Samples.job("once", ""));
    eventually("a pod is there", () -> !podsOf(job).isEmpty());
    delete(job, Deletion.Propagation.FOREGROUND);
    eventually("it is gone", () -> isGone(job));
    eventually("its pods are gone", () -> podsOf(job).isEmpty());
  }

  @Test
  void aCronJobIsDefaultedAndItsStatusIsNotPosted() {
    Manifest cronJob =
        create(
            "batch/v1",
            "CronJob",
            Samples.cronJob("tick", "0 0 1 1 *", "\"suspend\": true,")
                .replaceFirst(
                    "\\{", "{\"status\": {\"lastScheduleTime\": \"2020-01-01T00:00:00Z\"},"));
    assertThat(cronJob.has("status", "lastScheduleTime")).isFalse();
    assertThat(cronJob.at("spec", "concurrencyPolicy").asText()).isEqualTo("Allow");
    assertThat(cronJob.at("spec", "successfulJobsHistoryLimit").asInt()).isEqualTo(3);
    assertThat(cronJob.at("spec", "failedJobsHistoryLimit").asInt()).isEqualTo(1);
  }

  @Test
  void theStatusOfACronJobIsSetThroughItsSubresourceOnly() {
    Manifest cronJob =
        create("batch/v1", "CronJob", Samples.cronJob("tick", "0 0 1 1 *", "\"suspend\": true,"));
    String status = "{\"status\": {\"lastScheduleTime\": \"2020-01-01T00:00:00Z\"}}";
    assertThat(merge(cronJob, status).has("status", "lastScheduleTime")).isFalse();
    Manifest after = merge(cronJob, "status", status);
    assertThat(after.at("status", "lastScheduleTime").asText()).isEqualTo("2020-01-01T00:00:00Z");
    Manifest other =
        merge(
            cronJob,
            "status",
            "{\"spec\": {\"suspend\": false}, \"status\": {\"lastScheduleTime\":"
                + " \"2021-01-01T00:00:00Z\"}}");
    assertThat(other.at("spec", "suspend").asBoolean()).isTrue();
    assertFails(
        ClusterFailure.Conflict.class,
        () ->
            merge(
                cronJob,
                "status",
                "{\"metadata\": {\"resourceVersion\": \"%s\"}, \"status\": {}}"
                    .formatted(cronJob.resourceVersion())));
  }

  @Test
  void aSuspendedCronJobStartsNothing() {
    Instant slot = cluster().serverTime().minus(10, ChronoUnit.MINUTES);
    Manifest cronJob = dailyAt(slot, true);
    lastScheduled(cronJob, slot.minus(1, ChronoUnit.DAYS));
    always("nothing starts", Duration.ofSeconds(3), () -> jobsOf(cronJob).isEmpty());
  }

  @Test
  void aMissedSlotIsCaughtUpOnceItIsResumed() {
    Instant slot =
        cluster().serverTime().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.MINUTES);
    Manifest cronJob = dailyAt(slot, true);
    lastScheduled(cronJob, slot.minus(1, ChronoUnit.DAYS));
    merge(cronJob, "{\"spec\": {\"suspend\": false}}");
    eventually("the slot fires", () -> !jobsOf(cronJob).isEmpty());
    Manifest job = jobsOf(cronJob).getFirst();
    assertThat(job.name()).isEqualTo(CronSchedule.jobName("tick", slot));
    assertThat(job.annotations()).containsKey("batch.kubernetes.io/cronjob-scheduled-timestamp");
    eventually(
        "the status tells the slot",
        () -> read(cronJob).at("status", "lastScheduleTime").asText().equals(slot.toString()));
    eventually("the job is complete", () -> hasCondition(read(job), "Complete"));
    eventually("nothing is active", () -> read(cronJob).at("status", "active").isEmpty());
    assertThat(jobsOf(cronJob)).hasSize(1);
  }

  @Test
  void aSlotThatIsMarkedAsDoneDoesNotFireAgain() {
    Instant slot =
        cluster().serverTime().minus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.MINUTES);
    Manifest cronJob = dailyAt(slot, true);
    lastScheduled(cronJob, slot);
    merge(cronJob, "{\"spec\": {\"suspend\": false}}");
    always("nothing starts", Duration.ofSeconds(5), () -> jobsOf(cronJob).isEmpty());
  }

  @Test
  void onlyTheLatestMissedSlotFires() {
    Instant now = cluster().serverTime();
    Manifest cronJob =
        create(
            "batch/v1",
            "CronJob",
            Samples.cronJob(
                "tick",
                "%d * * * *".formatted(minuteOf(now.minus(5, ChronoUnit.MINUTES))),
                "\"suspend\": true, \"timeZone\": \"Etc/UTC\","));
    lastScheduled(cronJob, now.minus(5, ChronoUnit.HOURS));
    merge(cronJob, "{\"spec\": {\"suspend\": false}}");
    eventually("a slot fires", () -> !jobsOf(cronJob).isEmpty());
    always("only one", Duration.ofSeconds(3), () -> jobsOf(cronJob).size() == 1);
  }

  @Test
  void aSlotLaterThanItsDeadlineIsDropped() {
    Instant slot = cluster().serverTime().minus(10, ChronoUnit.MINUTES);
    Manifest cronJob =
        create(
            "batch/v1",
            "CronJob",
            Samples.cronJob(
                "tick",
                daily(slot),
                "\"suspend\": true, \"timeZone\": \"Etc/UTC\", \"startingDeadlineSeconds\": 60,"));
    lastScheduled(cronJob, slot.minus(1, ChronoUnit.DAYS));
    merge(cronJob, "{\"spec\": {\"suspend\": false}}");
    always("nothing starts", Duration.ofSeconds(5), () -> jobsOf(cronJob).isEmpty());
  }

  @Test
  void orphanDeletionOfACronJobLeavesItsJobs() {
    Instant slot = cluster().serverTime().minus(10, ChronoUnit.MINUTES);
    Manifest cronJob = dailyAt(slot, true);
    lastScheduled(cronJob, slot.minus(1, ChronoUnit.DAYS));
    merge(cronJob, "{\"spec\": {\"suspend\": false}}");
    eventually("the slot fires", () -> !jobsOf(cronJob).isEmpty());
    Manifest job = jobsOf(cronJob).getFirst();
    delete(cronJob, Deletion.Propagation.ORPHAN);
    eventually("it is gone", () -> isGone(cronJob));
    always("its job stays", Duration.ofSeconds(2), () -> !isGone(job));
  }

  @Test
  void foregroundDeletionOfACronJobTakesItsJobs() {
    Instant slot = cluster().serverTime().minus(10, ChronoUnit.MINUTES);
    Manifest cronJob = dailyAt(slot, true);
    lastScheduled(cronJob, slot.minus(1, ChronoUnit.DAYS));
    merge(cronJob, "{\"spec\": {\"suspend\": false}}");
    eventually("the slot fires", () -> !jobsOf(cronJob).isEmpty());
    Manifest job = jobsOf(cronJob).getFirst();
    delete(cronJob, Deletion.Propagation.FOREGROUND);
    eventually("it is gone", () -> isGone(cronJob));
    eventually("its job and pods are gone", () -> isGone(job) && podsOf(job).isEmpty());
  }

  private Manifest dailyAt(Instant slot, boolean suspend) {
    return create(
        "batch/v1",
        "CronJob",
        Samples.cronJob(
            "tick", daily(slot), "\"suspend\": %b, \"timeZone\": \"Etc/UTC\",".formatted(suspend)));
  }

  private static String daily(Instant slot) {
    ZonedDateTime time = slot.atZone(ZoneOffset.UTC);
    return "%d %d * * *".formatted(time.getMinute(), time.getHour());
  }

  private static int minuteOf(Instant time) {
    return time.atZone(ZoneOffset.UTC).getMinute();
  }

  private void lastScheduled(Manifest cronJob, Instant time) {
    merge(
        cronJob,
        "status",
        "{\"status\": {\"lastScheduleTime\": \"%s\"}}"
            .formatted(time.truncatedTo(ChronoUnit.SECONDS)));
  }

  private List<Manifest> jobsOf(Manifest cronJob) {
    return ownedBy(cronJob, "batch/v1", "Job");
  }
}
