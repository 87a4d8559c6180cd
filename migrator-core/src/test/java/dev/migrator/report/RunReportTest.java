package dev.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.RunEvent;
import dev.migrator.lifecycle.Stage;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunReportTest {

  private static final Plan PLAN = ReportExamples.plan(2, 1);

  private static RunReport report(List<RunEvent> events) {
    return RunReport.ofRun("r-7f3a21", PLAN, events);
  }

  @Test
  void aPlanAloneHasDoneNothing() {
    RunReport report = RunReport.ofPlan("p", PLAN);
    assertThat(report.progress().notStarted()).isEqualTo(PLAN.steps().size());
    assertThat(report.handOvers()).hasSize(2).allMatch(h -> h.position().isAtSource());
    assertThat(report.next()).containsExactly("migrator show p", "migrator apply p");
  }

  @Test
  void whatIsBetweenIsAtNeitherPlace() {
    Step quiesce = first(Verb.QUIESCE);
    int begun = PLAN.steps().indexOf(quiesce);
    for (int steps = begun; steps <= begun + 6; steps++) {
      HandOverTrace handOver =
          report(ReportExamples.until(PLAN, steps)).handOvers().stream()
              .filter(h -> quiesce.id().text().endsWith(h.object().toString()))
              .findFirst()
              .orElseThrow();
      assertThat(handOver.position().isAtSource()).isEqualTo(steps == begun);
      assertThat(handOver.position().isPaused()).isEqualTo(steps > begun && steps < begun + 6);
      assertThat(handOver.pause().isPresent()).isEqualTo(steps == begun + 6);
    }
  }

  @Test
  void aPauseLastsFromTheFirstTryToTheActivation() {
    Step quiesce = first(Verb.QUIESCE);
    List<RunEvent> events = new ArrayList<>(ReportExamples.done(PLAN));
    RunEvent begun =
        events.stream()
            .filter(e -> e instanceof RunEvent.StepStarted s && s.step().equals(quiesce.id()))
            .findFirst()
            .orElseThrow();
    Duration once = pause(events);
    RunEvent earlier =
        new RunEvent.StepStarted(begun.at().minusSeconds(5), quiesce.id(), quiesce.phase());
    events.add(events.indexOf(begun), earlier);

    assertThat(pause(events)).isEqualTo(once.plusSeconds(5));
  }

  private static Duration pause(List<RunEvent> events) {
    return report(events).handOvers().getFirst().pause().orElseThrow();
  }

  @Test
  void whatIsToldTwiceOrLateChangesNothing() {
    List<RunEvent> events = ReportExamples.done(PLAN);
    List<RunEvent> twice = new ArrayList<>();
    for (RunEvent event : events) {
      twice.add(event);
      if (!(event instanceof RunEvent.RunStarted)) {
        twice.add(event);
      }
    }
    assertThat(report(twice)).isEqualTo(report(events));
  }

  @Test
  void aFailureIsNotToldOnceMoreAtTheEnd() {
    RunReport report = report(ReportExamples.failedAt(PLAN, 3));
    assertThat(report.failures()).hasSize(1);
    assertThat(report.otherProblems()).isEmpty();
    assertThat(report.next()).startsWith("migrator resume r-7f3a21");
    assertThat(RunText.lines(report)).first().asString().startsWith("Blocked. 3 of ");
  }

  @Test
  void aRunWithoutAnEndIsUnderWayOnlyWhereAProcessWorksOnIt() {
    RunReport report = report(ReportExamples.until(PLAN, 3));
    assertThat(new RunVerdict(report).headline()).isEqualTo("Interrupted.");
    assertThat(new RunVerdict(report.withWorker(Optional.of("pid 4711"))).headline())
        .isEqualTo("Under way.");
    assertThat(report.next())
        .containsExactly(
            "migrator status r-7f3a21", "migrator resume r-7f3a21", "migrator rollback r-7f3a21");
  }

  private static Step first(Verb verb) {
    return PLAN.steps().stream().filter(step -> step.is(verb)).findFirst().orElseThrow();
  }

  @Test
  void whatWasRolledBackIsAtTheSourceAgain() {
    List<RunEvent> events = new ArrayList<>(ReportExamples.done(PLAN));
    Instant later = ReportExamples.BEGAN.plus(Duration.ofDays(1));
    events.add(new RunEvent.RunStarted(later, "r-7f3a21", 2, 0));
    for (HandOverTrace handOver : report(events).handOvers()) {
      assertThat(handOver.position().stage()).isEqualTo(Stage.ACTIVE);
      StepId back = new StepId("rollback:" + handOver.object());
      events.add(new RunEvent.StepDone(later, back, Phase.COPY, "set back"));
    }
    events.add(new RunEvent.RunEnded(later, RunEvent.Outcome.ROLLED_BACK, 2, 0, 0, List.of()));

    RunReport report = report(events);
    assertThat(report.handOvers()).allMatch(h -> h.position().isAtSource() && h.pause().isEmpty());
    RunVerdict verdict = new RunVerdict(report);
    assertThat(verdict.headline()).isEqualTo("Rolled back.");
    assertThat(verdict.answers().getLast().answer()).isEqualTo("You are back");
  }

  @Test
  void aHalfRollbackIsNotCalledBlockedByAStep() {
    List<RunEvent> events = new ArrayList<>(ReportExamples.done(PLAN));
    Instant later = ReportExamples.BEGAN.plus(Duration.ofDays(1));
    Problem problem = Problem.of(ErrorCode.M2401, "3 objects could not be put back", "");
    events.add(new RunEvent.RunEnded(later, RunEvent.Outcome.BLOCKED, 1, 3, 0, List.of(problem)));

    RunVerdict verdict = new RunVerdict(report(events));
    assertThat(verdict.headline()).isEqualTo("Rollback incomplete.");
    assertThat(verdict.lead()).isEqualTo("3 objects could not be put back.");
  }
}
