package dev.migrator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code --events-file} writes: machines depend on every name in it. */
class EventJsonTest {

  private static final Instant AT = Instant.parse("2026-03-02T08:00:01.500Z");
  private static final StepId STEP = new StepId("copy:Deployment.apps/shop/web");
  private static final String HEAD =
      "{\"apiVersion\":\"migrator.dev/v1alpha1\",\"kind\":\"RunEvent\",";

  @Test
  void everyEventIsOneLineWithItsFields() {
    Problem problem = Problem.of(ErrorCode.M2107, "not ready", "403\nfrom registry", "try again");

    assertThat(EventJson.line(new RunEvent.RunStarted(AT, "r-1", 82, 3)))
        .isEqualTo(
            HEAD
                + "\"type\":\"runStarted\",\"at\":\"2026-03-02T08:00:01.500Z\",\"run\":\"r-1\","
                + "\"steps\":82,\"alreadyDone\":3}");
    assertThat(EventJson.line(new RunEvent.Prepared(AT, "vaulted")))
        .endsWith("\"what\":\"vaulted\"}");
    assertThat(EventJson.line(new RunEvent.StepStarted(AT, STEP, Phase.HAND_OVER)))
        .endsWith("\"step\":\"copy:Deployment.apps/shop/web\",\"phase\":\"hand over\"}");
    assertThat(EventJson.line(new RunEvent.StepWaiting(AT, STEP, "1/3 ready")))
        .endsWith(",\"why\":\"1/3 ready\"}");
    assertThat(EventJson.line(new RunEvent.StepDone(AT, STEP, Phase.COPY, "created")))
        .endsWith("\"phase\":\"copy\",\"how\":\"created\"}");
    assertThat(EventJson.line(new RunEvent.StepFailed(AT, STEP, problem)))
        .endsWith(
            "\"problem\":{\"code\":\"M2107\",\"what\":\"not ready\",\"why\":\"403\\nfrom"
                + " registry\",\"state\":\"\",\"next\":[\"try again\"]}}")
        .doesNotContain("\n");
    assertThat(EventJson.line(new RunEvent.Notice(AT, "2 runs missed")))
        .endsWith(
            "\"type\":\"notice\",\"at\":\"2026-03-02T08:00:01.500Z\",\"message\":\"2 runs"
                + " missed\"}");
    assertThat(EventJson.line(new RunEvent.GateReached(AT, "afterCopy")))
        .endsWith("\"gate\":\"afterCopy\"}");
    assertThat(
            EventJson.line(
                new RunEvent.RunEnded(AT, RunEvent.Outcome.ROLLED_BACK, 1, 2, 3, List.of(problem))))
        .contains(
            "\"outcome\":\"rolledBack\",\"done\":1,\"failed\":2,\"notStarted\":3,\"problems\":[{");
  }
}
