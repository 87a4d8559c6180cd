package dev.migrator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @ParameterizedTest(name = "{0} after {1} is {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *       | 2026-03-02T08:00:00Z | 2026-03-02T08:01:00Z
          * * * * *       | 2026-03-02T08:00:59Z | 2026-03-02T08:01:00Z
          */15 * * * *    | 2026-03-02T08:00:00Z | 2026-03-02T08:15:00Z
          */15 * * * *    | 2026-03-02T23:45:00Z | 2026-03-03T00:00:00Z
          5/20 * * * *    | 2026-03-02T08:06:00Z | 2026-03-02T08:25:00Z
          20-35/15 * * * *| 2026-03-02T23:35:51Z | 2026-03-03T00:20:00Z
          0 3 * * *       | 2026-03-02T03:00:00Z | 2026-03-03T03:00:00Z
          30 4 1,15 * *   | 2026-03-02T00:00:00Z | 2026-03-15T04:30:00Z
          0 0 31 * *      | 2026-03-31T00:00:00Z | 2026-05-31T00:00:00Z
          0 0 29 feb *    | 2026-03-02T00:00:00Z | 2028-02-29T00:00:00Z
          0 9 * * MON-FRI | 2026-03-06T09:00:00Z | 2026-03-09T09:00:00Z
          0 9 * jan,Jul ? | 2026-03-06T09:00:00Z | 2026-07-01T09:00:00Z
          0 0 13 * 5      | 2026-03-02T00:00:00Z | 2026-03-06T00:00:00Z
          0 0 13 * 5      | 2026-03-12T00:00:00Z | 2026-03-13T00:00:00Z
          0 0 */2 * 5     | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
          0 0 * * 0       | 2026-03-02T00:00:00Z | 2026-03-08T00:00:00Z
          @hourly         | 2026-03-02T08:00:00Z | 2026-03-02T09:00:00Z
          @daily          | 2026-03-02T08:00:00Z | 2026-03-03T00:00:00Z
          @midnight       | 2026-03-02T08:00:00Z | 2026-03-03T00:00:00Z
          @weekly         | 2026-03-02T08:00:00Z | 2026-03-08T00:00:00Z
          @monthly        | 2026-03-02T08:00:00Z | 2026-04-01T00:00:00Z
          @yearly         | 2026-03-02T08:00:00Z | 2027-01-01T00:00:00Z
          @annually       | 2026-03-02T08:00:00Z | 2027-01-01T00:00:00Z
          @every 1h30m    | 2026-03-02T08:00:10Z | 2026-03-02T09:30:10Z
          @every 90s      | 2026-03-02T08:00:00Z | 2026-03-02T08:01:30Z
          TZ=Asia/Tokyo 0 9 * * * | 2026-03-02T08:00:00Z | 2026-03-03T00:00:00Z
          """)
  void nextSlot(String schedule, Instant after, Instant next) {
    assertThat(CronSchedule.parse(schedule).next(after, ZoneOffset.UTC)).contains(next);
  }

  @ParameterizedTest(name = "{0} after {1} is {2} in New York")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 * * * *  | 2012-03-11T00:00:00-05:00 | 2012-03-11T01:00:00-05:00
          0 * * * *  | 2012-03-11T01:00:00-05:00 | 2012-03-11T03:00:00-04:00
          30 2 11 3 ?| 2012-03-11T00:00:00-05:00 | 2013-03-11T02:30:00-04:00
          0 1 * * *  | 2012-03-11T01:00:00-05:00 | 2012-03-12T01:00:00-04:00
          0 2 * * *  | 2012-03-11T00:00:00-05:00 | 2012-03-12T02:00:00-04:00
          30 1 * * * | 2012-11-04T00:00:00-04:00 | 2012-11-04T01:30:00-04:00
          30 1 * * * | 2012-11-04T01:45:00-04:00 | 2012-11-04T01:30:00-05:00
          0 * * * *  | 2012-11-04T01:00:00-04:00 | 2012-11-04T01:00:00-05:00
          0 * * * *  | 2012-11-04T01:00:00-05:00 | 2012-11-04T02:00:00-05:00
          0 3 * * *  | 2012-11-04T00:00:00-04:00 | 2012-11-04T03:00:00-05:00
          """)
  void clocksThatChange(String schedule, String after, String next) {
    assertThat(CronSchedule.parse(schedule).next(OffsetDateTime.parse(after).toInstant(), NEW_YORK))
        .contains(OffsetDateTime.parse(next).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 7",
        "* * * * foo",
        "*/0 * * * *",
        "5-1 * * * *",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        "-1 * * * *",
        "1, * * * *",
        "@reboot",
        "@every",
        "@every x",
        "TZ=UTC",
        "TZ=Nowhere/City * * * * *",
        "@every 1h 5"
      })
  void notASchedule(String text) {
    assertThatThrownBy(() -> CronSchedule.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatNeverComesIsEmpty() {
    assertThat(
            CronSchedule.parse("0 0 30 2 *")
                .next(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC))
        .isEmpty();
  }

  @Test
  void latestLooksBackFarAndFast() {
    CronSchedule minutely = CronSchedule.parse("* * * * *");
    Instant now = Instant.parse("2026-03-02T08:00:30Z");
    assertThat(minutely.latest(now.minus(Duration.ofDays(4000)), now, ZoneOffset.UTC))
        .contains(Instant.parse("2026-03-02T08:00:00Z"));
    assertThat(minutely.latest(now.minusSeconds(20), now, ZoneOffset.UTC)).isEmpty();
    assertThat(
            CronSchedule.parse("0 0 1 1 *")
                .latest(now.minus(Duration.ofDays(400)), now, ZoneOffset.UTC))
        .contains(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(
            CronSchedule.parse("@every 7m")
                .latest(now.minus(Duration.ofMinutes(20)), now, ZoneOffset.UTC))
        .contains(now.minus(Duration.ofMinutes(6)));
  }

  @Test
  void aSlotGivesAJobItsNameAndBack() {
    Instant slot = Instant.parse("2026-03-02T08:15:00Z");
    assertThat(CronSchedule.jobName("bill", slot)).isEqualTo("bill-29540655");
    assertThat(CronSchedule.slotOf("bill", "bill-29540655")).contains(slot);
    assertThat(CronSchedule.slotOf("bill", "bill-by-hand")).isEmpty();
    assertThat(CronSchedule.slotOf("bill", "other-29540655")).isEmpty();
  }

  /** Against the plain definition: every whole minute whose local time fits. */
  @Test
  void agreesWithTheDefinition() {
    long seed = ThreadLocalRandom.current().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    List<ZoneId> zones =
        List.of(
            ZoneOffset.UTC, NEW_YORK, ZoneId.of("Australia/Lord_Howe"), ZoneId.of("Asia/Kolkata"));
    for (int round = 0; round < 300; round++) {
      List<Integer> minutes = some(random, 0, 59);
      List<Integer> hours = some(random, 0, 23);
      List<Integer> weekdays = some(random, 0, 6);
      String text = join(minutes) + " " + join(hours) + " * * " + join(weekdays);
      ZoneId zone = zones.get(random.nextInt(zones.size()));
      // Around the changes of the clocks in March, April, October and November.
      Instant start =
          Instant.parse(random.nextBoolean() ? "2025-10-01T00:00:00Z" : "2026-03-05T00:00:00Z")
              .plus(random.nextInt(45 * 24 * 60), ChronoUnit.MINUTES);
      Instant end = start.plus(3, ChronoUnit.DAYS);
      List<Instant> expected = new ArrayList<>();
      for (Instant t = start.plusSeconds(60); !t.isAfter(end); t = t.plusSeconds(60)) {
        ZonedDateTime local = t.atZone(zone);
        if (minutes.contains(local.getMinute())
            && hours.contains(local.getHour())
            && weekdays.contains(local.getDayOfWeek().getValue() % 7)) {
          expected.add(t);
        }
      }
      CronSchedule schedule = CronSchedule.parse(text);
      String what = "seed %d: %s in %s after %s".formatted(seed, text, zone, start);
      assertThat(schedule.slots(start, end, zone, 10_000)).as(what).isEqualTo(expected);
      assertThat(schedule.latest(start, end, zone))
          .as(what)
          .isEqualTo(expected.isEmpty() ? Optional.empty() : Optional.of(expected.getLast()));
    }
  }

  private static List<Integer> some(SplittableRandom random, int min, int max) {
    List<Integer> values = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      values.add(min + random.nextInt(max - min + 1));
    }
    return values.stream().distinct().sorted().toList();
  }

  private static String join(List<Integer> values) {
    return String.join(",", values.stream().map(String::valueOf).toList());
  }
}
