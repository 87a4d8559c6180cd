package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.audit.AuditEvent;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.compare.AllowedDifferences;
import dev.migrator.it.compare.ClusterState;
import dev.migrator.it.compare.Key;
import dev.migrator.it.compare.Rebuildable;
import dev.migrator.it.compare.Rebuildable.Place;
import dev.migrator.it.junit.RealClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed as {@code kill -9} does it, again and again, at points spread over the
 * whole run. After each kill every definition could be rebuilt; at the end all is moved, nothing
 * was twice, and no slot ran twice. Or it is brought back, and everything is as it was.
 *
 * <p>{@code -Dkills=200} kills more often; {@code -Dkill.seed} repeats the points of an earlier
 * run.
 */
@RealClusters
class KillIT {

  private static final int KILLS = Integer.getInteger("kills", 30);
  private static final int KILLS_A_RUN = 4;

  private static final int BACK = Math.max(2, KILLS / 15);

  private static final Duration A_KILL = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path folder;
  private final ClusterPair pair;
  private final Map<Place, Integer> places = Rebuildable.counts();

  KillIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void unlock() {
    Scene.unlock(pair);
  }

  @Test
  @Timeout(300)
  void killedInTheMiddleOfTheHandOver() throws IOException {
    Move move = scene("kill-once", "skip");
    try {
      MigratorProcess apply = move.startApply();
      // At least one is gone from the source, and not all are at the target.
      waitFor(apply, () -> move.sourceLog().ourWrites().stream().anyMatch(KillIT::isDelete));
      apply.kill();
      long deleted = move.sourceLog().ourWrites().stream().filter(KillIT::isDelete).count();
      assertThat(deleted).isBetween(1L, (long) move.planned().duplicateIntolerant().size());
      assertRebuildable(move, "kill-once");

      move.startResume().await().expect(0);
      move.assertKept();
    } finally {
      Scene.remove(pair, "kill-once");
    }
  }

  @Test
  @Timeout(value = 8, unit = TimeUnit.HOURS)
  void killedAtEveryStageAndAgainInResume() throws IOException {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    System.out.printf("  %d kills with seed %d (-Dkill.seed=%d)%n", KILLS, seed, seed);
    long whole = wholeRun();
    int killed = 0;
    // As many as are asked for, so the time is counted by the kill.
    Instant end = Instant.now().plus(A_KILL.multipliedBy(KILLS));
    for (int run = 1; killed < KILLS; run++) {
      assertThat(Instant.now()).as(killed + " of " + KILLS + " kills").isBefore(end);
      List<Double> points = new ArrayList<>();
      for (int i = 0; i < KILLS_A_RUN; i++) {
        points.add((i + random.nextDouble()) / KILLS_A_RUN);
      }
      Collections.sort(points);
      killed += killedRun("kill-" + run, run % 2 == 0 ? "skip" : "catchUp", points, whole, random);
    }
    System.out.printf("  %d kills; definitions were found whole at %s%n", killed, places);
  }

  /**
   * Killed in the later part, and brought back instead of resumed. All are killed first: for each a
   * request of the killed one may arrive for a minute and more, and these minutes pass side by
   * side.
   */
  @Test
  @Timeout(600)
  void killedAndBroughtBack() throws IOException {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    long whole = wholeRun();
    List<String> names = new ArrayList<>();
    List<Move> killed = new ArrayList<>();
    String at = "";
    try {
      for (int i = 0; i < BACK; i++) {
        String name = "kill-back-" + i;
        // The hand-over is in the later part: spread over it, and not before the vault is whole.
        double point = 0.4 + 0.6 * (i + random.nextDouble()) / BACK;
        at += "%s, killed at %.2f of %d; ".formatted(name, point, whole);
        if (!killed.isEmpty()) {
          // That of the one before is dead, and would keep others off for two minutes.
          Scene.unlock(pair);
        }
        names.add(name);
        Move move = scene(name, "skip");
        killed.add(move);
        MigratorProcess process = move.startApply();
        waitFor(process, () -> journalSize(name) >= point * whole);
        process.kill();
        assertRebuildable(move, name);
      }
      // The last one finds its own lock; the others none.
      for (Move move : killed.reversed()) {
        move.goBack();
        move.assertNeverTwice();
        move.assertEverythingIsBack();
      }
    } catch (AssertionError e) {
      throw new AssertionError(at + "seed " + seed + ": " + e, e);
    } finally {
      Scene.remove(pair, names.toArray(String[]::new));
    }
    System.out.printf("  %sbrought back, seed %d (-Dkill.seed)%n", at, seed);
  }

  /** A run that nobody disturbs; returns how far its journal grows. */
  private long wholeRun() throws IOException {
    Move move = scene("kill-none", "catchUp");
    try {
      move.apply().expect(0);
      move.assertKept();
      return Files.size(journal("kill-none"));
    } finally {
      Scene.remove(pair, "kill-none");
    }
  }

  private int killedRun(
      String name, String missedRuns, List<Double> points, long whole, Random random)
      throws IOException {
    Instant begin = Instant.now();
    Move move = scene(name, missedRuns);
    int killed = 0;
    try {
      MigratorProcess process = move.startApply();
      for (double point : points) {
        waitFor(process, () -> journalSize(name) >= point * whole);
        pause(Duration.ofMillis(random.nextInt(30)));
        boolean alive = process.isAlive();
        MigratorProcess.Outcome outcome = process.kill();
        if (!alive) {
          outcome.expect(0);
          break;
        }
        killed++;
        assertRebuildable(move, name);
        process = move.startResume();
      }
      MigratorProcess.Outcome last = process.await();
      assertThat(last.exitCode()).as(last.err()).isZero();
      move.assertKept();
    } catch (AssertionError e) {
      throw new AssertionError(name + ", killed at " + points + " of " + whole + ": " + e, e);
    } finally {
      Scene.remove(pair, name);
    }
    System.out.printf(
        "  %s: %d kills at %s, %d s%n",
        name, killed, points, Duration.between(begin, Instant.now()).toSeconds());
    return killed;
  }

  private Move scene(String name, String missedRuns) throws IOException {
    Path home = Files.createDirectory(folder.resolve(name));
    Files.writeString(home.resolve("migration.yaml"), KillScene.migration(name, missedRuns));
    Move move = new Move(pair, home);
    Scene.at(pair.source().kubectl()).apply(KillScene.yaml(name)).settle(name);
    move.plan("-f", "migration.yaml");
    return move;
  }

  private void assertRebuildable(Move move, String name) throws IOException {
    Map<Place, ClusterState> now =
        Map.of(
            Place.SOURCE, ClusterState.of(pair.source().kubectl(), name),
            Place.TARGET, ClusterState.of(pair.target().kubectl(), name),
            Place.VAULT, Rebuildable.vault(runFolder(name)));
    Rebuildable rebuildable = new Rebuildable(move.before(), AllowedDifferences.read());
    List<Key> lost = rebuildable.lost(move.planned(), now, places);
    assertThat(lost).as("definitions that are nowhere whole").isEmpty();
  }

  /** Waits until it holds, or the process has ended. */
  private static void waitFor(MigratorProcess process, BooleanSupplier condition) {
    Instant end = Instant.now().plus(LIMIT);
    while (process.isAlive() && !condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("waited in vain: " + process.kill());
      }
      pause(Duration.ofMillis(2));
    }
  }

  private long journalSize(String name) {
    try {
      Path journal = journal(name);
      return Files.exists(journal) ? Files.size(journal) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /** The folder of the only run in the folder of this name. */
  private Path runFolder(String name) throws IOException {
    Path runs = folder.resolve(name).resolve(".migrator");
    if (!Files.isDirectory(runs)) {
      return runs;
    }
    try (Stream<Path> all = Files.list(runs)) {
      return all.filter(Files::isDirectory).findFirst().orElse(runs);
    }
  }

  private Path journal(String name) throws IOException {
    return runFolder(name).resolve("journal");
  }

  private static boolean isDelete(AuditEvent event) {
    return event.verb().equals("delete") && event.isDone() && !event.resource().equals("leases");
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
