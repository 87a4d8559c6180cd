package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.RunEvent;
import dev.migrator.plan.StepId;
import dev.migrator.plans.PlanCase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a watch tells between a look and the wait after it is not waited for. */
@Timeout(60)
class AwaitingNewsTest {

  @Test
  void whatBecomesReadyJustBeforeTheWaitIsSeenAtOnce() {
    Scene scene = new Scene(PlanCase.named("custom-resources"));
    Map<StepId, Instant> readySince = new HashMap<>();
    Map<StepId, Duration> late = new HashMap<>();
    Consumer<RunEvent> audience =
        event -> {
          if (event instanceof RunEvent.StepWaiting waits && isAwait(waits.step())) {
            // Told after the look, and before the wait: everything becomes ready meanwhile.
            scene.clock.advance(Duration.ofSeconds(20));
            readySince.putIfAbsent(waits.step(), scene.clock.now());
          } else if (event instanceof RunEvent.StepDone done
              && readySince.containsKey(done.step())) {
            late.put(done.step(), Duration.between(readySince.get(done.step()), scene.clock.now()));
          }
        };
    ApplyRunbookTest.assertMoved(
        scene,
        ApplyRunbook.apply(scene.runContext(scene.created(Scene.RUN), audience), scene.plan));
    assertThat(late).isNotEmpty();
    assertThat(late.values()).allMatch(by -> by.compareTo(Duration.ofSeconds(1)) < 0);
  }

  private static boolean isAwait(StepId step) {
    return step.text().startsWith("await:CustomResourceDefinition");
  }
}
