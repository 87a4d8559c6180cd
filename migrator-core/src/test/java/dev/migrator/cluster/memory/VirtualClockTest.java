package dev.migrator.cluster.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VirtualClockTest {

  private final VirtualClock clock = new VirtualClock();

  @Test
  void eventsRunInOrderOfTimeThenOfQueueing() {
    List<String> seen = new ArrayList<>();
    clock.schedule(Duration.ofHours(2), () -> seen.add("c " + passed()));
    clock.schedule(Duration.ofHours(1), () -> seen.add("a " + passed()));
    clock.schedule(Duration.ofHours(1), () -> seen.add("b " + passed()));
    clock.schedule(Duration.ofHours(4), () -> seen.add("later"));
    clock.advance(Duration.ofHours(3));
    assertThat(seen).containsExactly("a PT1H", "b PT1H", "c PT2H");
    assertThat(passed()).isEqualTo(Duration.ofHours(3));
  }

  @Test
  void awaitEndsWithItsFutureAndNotLater() throws InterruptedException {
    CompletableFuture<String> future = new CompletableFuture<>();
    clock.schedule(Duration.ofMinutes(5), () -> future.complete("done"));
    assertThat(clock.await(future, Duration.ofHours(1))).contains("done");
    assertThat(passed()).isEqualTo(Duration.ofMinutes(5));
    assertThat(clock.await(new CompletableFuture<String>(), Duration.ofMinutes(1)))
        .isEqualTo(Optional.empty());
    assertThat(passed()).isEqualTo(Duration.ofMinutes(6));
  }

  @Test
  void sleepersWakeInOrderWhoeverDrives() throws Exception {
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    try (var threads = Executors.newThreadPerTaskExecutor(clock.threads())) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 20; i >= 1; i--) {
        int number = i;
        done.add(
            threads.submit(
                () -> {
                  for (int round = 1; round <= 3; round++) {
                    clock.sleep(Duration.ofMinutes(number));
                    seen.add("%03d %02d".formatted(passed().toMinutes(), number));
                  }
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    assertThat(seen.stream().map(entry -> entry.substring(0, 3)).toList()).isSorted();
    assertThat(seen).hasSize(60).contains("060 20", "003 01", "030 10");
    seen.forEach(
        entry ->
            assertThat(
                    Integer.parseInt(entry.substring(0, 3)) % Integer.parseInt(entry.substring(4)))
                .as(entry)
                .isZero());
  }

  @Test
  void timeStandsStillWhileSomebodyWorks() throws Exception {
    CompletableFuture<Instant> worker = new CompletableFuture<>();
    Thread thread =
        clock
            .threads()
            .newThread(
                () -> {
                  long sum = 0;
                  for (int i = 0; i < 50_000_000; i++) {
                    sum += i % 7;
                  }
                  worker.complete(clock.now().plusNanos(sum & 0));
                });
    thread.start();
    clock.sleep(Duration.ofHours(10));
    assertThat(worker.get()).isEqualTo(VirtualClock.START);
  }

  @Test
  void anEventMayWaitItself() {
    List<Duration> seen = new ArrayList<>();
    clock.schedule(
        Duration.ofMinutes(1),
        () -> {
          clock.advance(Duration.ofMinutes(2));
          seen.add(passed());
        });
    clock.schedule(Duration.ofMinutes(2), () -> seen.add(passed()));
    clock.advance(Duration.ofMinutes(10));
    assertThat(seen).containsExactly(Duration.ofMinutes(2), Duration.ofMinutes(3));
  }

  private Duration passed() {
    return Duration.between(VirtualClock.START, clock.now());
  }
}
