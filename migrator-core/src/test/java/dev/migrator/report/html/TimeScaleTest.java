package dev.migrator.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.migrator.event.RunEvent;
import dev.migrator.plan.Plan;
import dev.migrator.report.ReportExamples;
import dev.migrator.report.RunTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeScaleTest {

  private static final Plan PLAN = ReportExamples.plan(4, 2);

  @Test
  void laterIsNeverLeftOfEarlier() {
    List<RunEvent> events = ReportExamples.done(PLAN);
    TimeScale scale = TimeScale.of(RunTrace.of(events).orElseThrow());
    double last = 0;
    for (Instant at : events.stream().map(RunEvent::at).sorted().toList()) {
      assertThat(scale.place(at)).isBetween(last, 1.0);
      last = scale.place(at);
    }
    assertThat(last).isCloseTo(1, within(1e-9));
  }

  @Test
  void aNightBetweenTwoSittingsIsDrawnShort() {
    TimeScale scale = TimeScale.of(RunTrace.of(ReportExamples.done(PLAN)).orElseThrow());
    assertThat(scale.breaks())
        .anyMatch(b -> b.label().equals("7 h") || b.label().equals("6 h 59 min"));
    assertThat(scale.breaks()).allMatch(b -> b.to() - b.from() < 0.1);
  }

  @Test
  void aRunOfOneMomentHasAScaleToo() {
    RunEvent only = new RunEvent.RunStarted(ReportExamples.BEGAN, "r-1", 0, 0);
    TimeScale scale = TimeScale.of(RunTrace.of(List.of(only)).orElseThrow());
    assertThat(scale.place(ReportExamples.BEGAN)).isZero();
    assertThat(scale.place(ReportExamples.BEGAN.plus(Duration.ofHours(1)))).isEqualTo(1);
  }

  @Test
  void stepsAreRound() {
    assertThat(TimeScale.step(0, 6)).isEqualTo(1);
    assertThat(TimeScale.step(132_000, 6)).isEqualTo(30_000);
    assertThat(TimeScale.step(1_800, 6)).isEqualTo(500);
    assertThat(TimeScale.step(86_400_000L * 60, 6)).isEqualTo(86_400_000L * 10);
  }
}
