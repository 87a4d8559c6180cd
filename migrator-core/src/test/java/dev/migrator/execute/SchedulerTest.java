package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which steps begin, whoever does them. */
@Timeout(60)
class SchedulerTest {

  private final VirtualClock clock = new VirtualClock();
  private final Interruption interruption = new Interruption();
  private final List<StepId> begun = new CopyOnWriteArrayList<>();

  private ClusterSide side(String name) {
    MemoryCluster cluster = MemoryCluster.builder(clock, name).version("v1.34.4").build();
    return new ClusterSide(name, cluster, cluster.discover());
  }

  private static ObjectRef job(int number) {
    return new ObjectRef("batch", "CronJob", "shop", "job-" + number);
  }

  /** What each step does, when it has a place. */
  private interface Work {
    StepResult of(Step step, InterruptibleWait wait);
  }

  private Scheduler.Summary run(List<Step> steps, boolean goesOn, Work work) {
    try (Locks locks =
        Locks.take(side("source"), side("target"), clock, "r-1", "pid 1", told -> {})) {
      InterruptibleWait wait = new InterruptibleWait(clock, locks, interruption);
      Scheduler.Worker worker =
          new Scheduler.Worker() {
            @Override
            public StepResult work(Step step, Runnable idle) {
              begun.add(step.id());
              return work.of(step, wait);
            }

            @Override
            public boolean mustFinish(Step step) {
              return false;
            }

            @Override
            public boolean isDone(Step step) {
              return false;
            }

            @Override
            public boolean goesOnAfterFailure() {
              return goesOn;
            }
          };
      return new Scheduler(steps, StepThreads.of(clock.threads()), 100, wait, interruption, worker)
          .run();
    }
  }

  /** Few hand-overs are under way at a time, and these are given up. */
  @Test
  void aHandOverThatWaitsForItsTurnDoesNotBeginAfterAnInterruption() {
    List<Step> stops =
        IntStream.range(0, 20)
            .<Step>mapToObj(n -> new Step.OnObject(Verb.QUIESCE, job(n), List.of()))
            .toList();
    clock.schedule(Duration.ofSeconds(30), interruption::request);
    Scheduler.Summary summary =
        run(
            stops,
            false,
            (step, wait) -> {
              wait.pause(Duration.ofMinutes(1));
              return StepResult.done("stopped");
            });
    assertThat(begun).hasSize(8);
    assertThat(summary.stopped()).isTrue();
    assertThat(summary.notStarted()).isEqualTo(20);
  }

  @Test
  void aFailureStopsWhatNeedsItForwardAndNothingOnAWayBack() {
    Step first = new Step.OnObject(Verb.REMOVE_COPY, job(1), List.of());
    Step second = new Step.OnObject(Verb.REMOVE_COPY, job(2), List.of(first.id()));
    Work failing =
        (step, wait) ->
            step.equals(first)
                ? StepResult.failed(Problem.of(ErrorCode.M2401, "stays", ""))
                : StepResult.done("removed");
    Scheduler.Summary forward = run(List.of(first, second), false, failing);
    assertThat(begun).containsExactly(first.id());
    assertThat(forward.notStarted()).isEqualTo(1);

    begun.clear();
    Scheduler.Summary back = run(List.of(first, second), true, failing);
    assertThat(begun).containsExactly(first.id(), second.id());
    assertThat(back.failures()).containsOnlyKeys(first);
    assertThat(back.done()).isEqualTo(1);
    assertThat(back.notStarted()).isZero();
  }
}
