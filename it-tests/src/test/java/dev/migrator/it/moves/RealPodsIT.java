package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.LocalCluster;
import dev.migrator.it.junit.RealNodes;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Work that must not be twice, as processes on real nodes. The judge asks no API server: it reads
 * only what the processes wrote into files that both clusters see.
 *
 * <p>{@code -Dreal.kills=20} kills more often; {@code -Dkill.seed} repeats the points of an earlier
 * run.
 */
@RealNodes
class RealPodsIT {

  private static final int KILLS = Integer.getInteger("real.kills", 10);

  /** Pods that still run write there until the clusters end. */
  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  private final ClusterPair pair;

  private RealPods pods() {
    return new RealPods(pair, folder);
  }

  RealPodsIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void remove() {
    Scene.remove(pair, "killed", "frozen");
    Scene.unlock(pair);
  }

  @Test
  @Timeout(420)
  void killedAgainAndAgainNothingIsWrittenTwice() throws IOException {
    Move move = pods().scene("killed", 70, "8m", "wait");
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    Instant begin = Instant.now();
    MigratorProcess process = move.startApply();
    int kills = 0;
    int late = 0;
    while (kills < KILLS) {
      long journal = journalSize();
      long growth = 100 + random.nextLong(6000);
      Instant latest = Instant.now().plusMillis(3000 + random.nextInt(5000));
      while (process.isAlive()
          && Instant.now().isBefore(latest)
          && journalSize() < journal + growth) {
        pause(Duration.ofMillis(2));
      }
      if (!process.isAlive()) {
        break;
      }
      process.kill();
      kills++;
      late += move.sourceLog().ourWrites().stream().anyMatch(RealPodsIT::isDelete) ? 1 : 0;
      process = move.startResume();
    }
    process.await().expect(0);
    long seconds = Duration.between(begin, Instant.now()).toSeconds();
    System.out.printf(
        "  %d kills, %d of them after the first delete, %d s, seed %d (-Dkill.seed)%n",
        kills, late, seconds, seed);
    assertThat(kills).isEqualTo(KILLS);
    pods().awaitTheTarget(true);
    pods().judge();
    move.assertNeverTwice();
  }

  /** Controllers that sleep through the drain, and wake up when the migrator may be elsewhere. */
  @Test
  @Timeout(300)
  void controllersThatWakeUpLateWriteNothingTwice() throws IOException {
    Move move = pods().scene("frozen", 10, "5m", "wait");
    LocalCluster source = (LocalCluster) pair.source();
    MigratorProcess apply = move.startApply();
    await()
        .atMost(RealPods.LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> move.sourceLog().ourWrites().stream().anyMatch(RealPodsIT::isStop));
    source.freeze(Program.KUBE_CONTROLLER_MANAGER);
    try {
      pause(Duration.ofSeconds(25));
      // Its pods still run, so nobody may take over from them.
      assertThat(apply.isAlive()).isTrue();
      assertThat(pods().written("db").count("target")).isZero();
    } finally {
      source.thaw(Program.KUBE_CONTROLLER_MANAGER);
    }
    apply.await().expect(0);
    pods().awaitTheTarget(false);
    pods().judge();
    move.assertNeverTwice();
  }

  private static boolean isDelete(AuditEvent event) {
    return isStop(event) && event.verb().equals("delete");
  }

  /** The first write of a drain. */
  private static boolean isStop(AuditEvent event) {
    return !event.resource().equals("leases") && event.isDone();
  }

  private long journalSize() {
    try (Stream<Path> runs = Files.list(folder.resolve(".migrator"))) {
      return runs.map(run -> run.resolve("journal"))
          .filter(Files::exists)
          .mapToLong(journal -> journal.toFile().length())
          .max()
          .orElse(0);
    } catch (IOException e) {
      return 0; // there is none yet
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
