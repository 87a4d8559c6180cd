package dev.migrator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.plan.Plan;
import dev.migrator.report.ReportExamples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventParserTest {

  private static final Plan PLAN = ReportExamples.plan(2, 1);

  @Test
  void readsWhatWasWritten() {
    List<RunEvent> events = new ArrayList<>(ReportExamples.failedAt(PLAN, 4));
    events.addAll(ReportExamples.done(PLAN));
    events.add(new RunEvent.StepWaiting(Instant.EPOCH, PLAN.steps().getFirst().id(), "1/3 ready"));
    events.add(new RunEvent.Notice(Instant.EPOCH, "a\nb"));

    assertThat(EventParser.events(events.stream().map(EventJson::line))).isEqualTo(events);
  }

  @Test
  void passesOverWhatIsCutOffOrUnknown() {
    String whole = EventJson.line(new RunEvent.Notice(Instant.EPOCH, "hello"));
    Stream<String> lines =
        Stream.of(
            whole.substring(0, whole.length() - 4),
            whole.replace("\"notice\"", "\"song\""),
            whole.replace("1970-01-01T00:00:00Z", "once"),
            "",
            "[]",
            whole);

    assertThat(EventParser.events(lines))
        .containsExactly(new RunEvent.Notice(Instant.EPOCH, "hello"));
  }
}
