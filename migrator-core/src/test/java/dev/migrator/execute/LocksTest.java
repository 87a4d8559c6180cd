package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.cluster.Departure;
import dev.migrator.cluster.TimeSource;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases whose holders have other clocks. */
@Timeout(30)
class LocksTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private final ClusterSide source = side("source");
  private final ClusterSide target = side("target");
  private final List<String> told = new ArrayList<>();

  private ClusterSide side(String name) {
    MemoryCluster cluster = MemoryCluster.builder(clock, name).version("v1.34.4").build();
    return new ClusterSide(name, cluster, cluster.discover());
  }

  private Locks take(String run, TimeSource time) {
    return Locks.take(source, target, time, run, "pid 1", told::add);
  }

  /** The clock of a machine that is wrong, and that somebody may set. */
  private final class OtherClock implements TimeSource {
    Duration ahead;

    OtherClock(Duration ahead) {
      this.ahead = ahead;
    }

    @Override
    public Instant now() {
      return clock.now().plus(ahead);
    }

    @Override
    public Duration running() {
      return clock.running();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      clock.sleep(duration);
    }

    @Override
    public <T> Optional<T> await(CompletableFuture<T> future, Duration atMost)
        throws InterruptedException {
      return clock.await(future, atMost);
    }
  }

  /** Ten minutes ahead of the holder, every lease looks expired. */
  @Test
  void aLeaseThatIsRenewedIsNotTakenWhateverOurClockSays() {
    try (Locks theirs = take("r-first", clock)) {
      for (int minute = 1; minute <= 3; minute++) {
        clock.schedule(Duration.ofSeconds(40L * minute), theirs::keep);
      }
      assertBusy(new OtherClock(Duration.ofMinutes(10)));
      theirs.requireTime();
    }
  }

  @Test
  void aLeaseThatNobodyRenewsIsTakenAfterItWasWatched() {
    Locks dead = take("r-first", clock);
    Instant begun = clock.now();
    try (Locks ours = take("r-second", new OtherClock(Duration.ofMinutes(10)))) {
      ours.requireTime();
    }
    assertThat(Duration.between(begun, clock.now())).isGreaterThan(Duration.ofMinutes(2));
    assertThat(told).anyMatch(line -> line.contains("r-first"));
    dead.close();
  }

  @Test
  void aLeaseThatLooksRenewedIsRefusedAtOnce() {
    try (Locks theirs = take("r-first", clock)) {
      Instant begun = clock.now();
      assertBusy(new OtherClock(MINUTE.negated()));
      assertThat(clock.now()).isEqualTo(begun);
      theirs.requireTime();
    }
  }

  /** Somebody sets the clock back: the lease has ended all the same. */
  @Test
  void aClockThatIsSetBackDoesNotMakeALeaseLonger() {
    OtherClock ours = new OtherClock(Duration.ZERO);
    Locks locks = take("r-first", ours);
    clock.advance(MINUTE);
    ours.ahead = Duration.ofHours(-1);
    assertThatThrownBy(locks::requireLeft)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.M2109));
    locks.close();
  }

  /** It waited for its turn for a minute: what was enough then is not enough now. */
  @Test
  void aWriteIsCheckedWhenItLeavesAndNotOnlyWhenItQueues() {
    Locks locks = take("r-first", clock);
    locks.requireTime();
    assertThatThrownBy(
            () ->
                Departure.checkedBy(
                    locks::requireLeft,
                    () -> {
                      clock.advance(MINUTE);
                      Departure.now();
                      return "sent";
                    }))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.M2109));
    locks.close();
  }

  private void assertBusy(TimeSource time) {
    assertThatThrownBy(() -> take("r-second", time))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.M1301));
  }
}
