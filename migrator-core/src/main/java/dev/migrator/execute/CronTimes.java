package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration.MissedRuns;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.schedule.CronSchedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which slots of a CronJob ran, passed or are near, and what its status must say so that none fires
 * twice.
 *
 * <p>Source: <a
 * href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/cronjob_controllerv2.go">the
 * CronJob controller</a>: slots up to {@code status.lastScheduleTime} count as done; without it,
 * those up to the creation.
 */
final class CronTimes {

  private static final String SLOT = "batch.kubernetes.io/cronjob-scheduled-timestamp";
  private static final int MOST_SLOTS = 1_000;

  private final Manifest cronJob;
  private final MissedRuns missedRuns;
  private final Optional<CronSchedule> schedule;
  private final Optional<ZoneId> zone;

  CronTimes(Manifest cronJob, MissedRuns missedRuns) {
    this.cronJob = cronJob;
    this.missedRuns = missedRuns;
    this.schedule = schedule(cronJob);
    this.zone = cronJob.text("spec", "timeZone").flatMap(CronTimes::zone);
  }

  /** The latest slot that ran: by the status, and by the Jobs, which may know more. */
  Optional<Instant> lastScheduled(Collection<Manifest> jobs) {
    Optional<Instant> latest =
        cronJob.text("status", "lastScheduleTime").flatMap(CronTimes::instant);
    for (Manifest job : jobs) {
      Optional<Instant> slot =
          Optional.ofNullable(job.annotations().get(SLOT))
              .flatMap(CronTimes::instant)
              .or(() -> CronSchedule.slotOf(cronJob.name(), job.name()));
      latest = later(latest, slot);
    }
    return latest;
  }

  /** When a slot is due within this time around the instant; empty when none is. */
  Optional<Instant> slotNear(Instant now, Duration around) {
    return schedule
        .flatMap(s -> s.next(now.minus(around), zone.orElse(ZoneOffset.UTC)))
        .filter(slot -> !slot.isAfter(now.plus(around)));
  }

  /**
   * Slots later than the last one that ran and not later than now, oldest first, at most a
   * thousand.
   */
  List<Instant> missed(Optional<Instant> last, Instant stoppedAt, Instant now) {
    return schedule
        .map(
            s ->
                s.slots(
                    last.filter(l -> l.isAfter(stoppedAt)).orElse(stoppedAt),
                    now,
                    zone.orElse(ZoneOffset.UTC),
                    MOST_SLOTS))
        .orElse(List.of());
  }

  /**
   * A merge patch of the status that must be applied before the CronJob may start Jobs again.
   *
   * <p>To skip, everything up to now counts as done: where the time zone is known the latest slot,
   * else now itself, because then a slot may be at any minute. To catch up, only what ran counts.
   *
   * @param last the latest slot that ran anywhere
   * @param now by the clock of the server that gets the patch
   * @return empty when the status needs no change
   */
  Optional<ObjectNode> statusToGoOn(Optional<Instant> last, Instant now) {
    Optional<Instant> done =
        switch (missedRuns) {
          case CATCH_UP -> last;
          case SKIP -> later(last, Optional.of(upTo(last, now)));
        };
    Optional<Instant> known =
        cronJob.text("status", "lastScheduleTime").flatMap(CronTimes::instant);
    if (done.isEmpty() || known.filter(k -> !k.isBefore(done.get())).isPresent()) {
      return Optional.empty();
    }
    ObjectNode patch = Json.object();
    patch
        .withObjectProperty("status")
        .put("lastScheduleTime", done.get().truncatedTo(ChronoUnit.SECONDS).toString());
    return Optional.of(patch);
  }

  private Instant upTo(Optional<Instant> last, Instant now) {
    boolean every = cronJob.at("spec", "schedule").asText("").contains("@every");
    if (schedule.isEmpty() || (zone.isEmpty() && !every)) {
      return now;
    }
    Instant after = last.orElse(now.minus(Duration.ofDays(366)));
    return schedule
        .get()
        .latest(after, now, zone.orElse(ZoneOffset.UTC))
        .or(() -> last)
        .orElse(now);
  }

  static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().isAfter(other.get()) ? one : other;
  }

  private static Optional<CronSchedule> schedule(Manifest cronJob) {
    try {
      return Optional.of(CronSchedule.parse(cronJob.at("spec", "schedule").asText("")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ZoneId> zone(String name) {
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
