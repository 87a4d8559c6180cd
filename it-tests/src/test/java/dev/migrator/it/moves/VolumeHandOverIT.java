package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.MoverImage;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.it.disk.Disks;
import dev.migrator.it.disk.LedgerScene;
import dev.migrator.it.disk.LedgerState;
import dev.migrator.it.disk.S3Server;
import dev.migrator.it.junit.RealDisks;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.MoverNeeds;
import dev.migrator.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database-like StatefulSet and its disks, on real nodes with a real CSI driver. The judge asks
 * the disks themselves, the driver, and both audit logs.
 */
@RealDisks
@Timeout(400)
class VolumeHandOverIT {

  private static final int KILLS = Integer.getInteger("disk.kills", 10);

  /** What is killed then are Jobs, which go on without us. */
  private static final int KILLS_OF_COPIES = Integer.getInteger("copy.kills", 4);

  @TempDir Path folder;
  private final ClusterPair pair;
  private final Disks disks;

  VolumeHandOverIT(ClusterPair pair, Disks disks) {
    this.pair = pair;
    this.disks = disks;
  }

  /** What any tool is held against: the way by hand, and the judge that finds nothing wrong. */
  @Test
  void movedByHandAllDisksGoAlong() {
    LedgerScene scene = new LedgerScene(disks, "by-hand", 1);
    Move move = new Move(pair, folder);
    Scene.at(pair.source().kubectl()).apply(scene.yaml(Disks.AT_ONCE, "{}"));
    Map<String, String> handles = scene.awaitWriting(pair.source());
    ByHand hand = new ByHand(pair, "by-hand");
    hand.retain();
    hand.stop();
    handles.forEach(hand::move);
    Scene.at(pair.target().kubectl()).apply(scene.yaml(Disks.AT_ONCE, "{}"));
    assertThat(scene.awaitWriting(pair.target())).isEqualTo(handles);
    hand.stopTarget();
    scene.judge(
        handles, List.of("source", "target"), move.sourceLog().writes(), move.targetLog().writes());
  }

  @Test
  void handedOverAllDisksGoAlong() throws IOException {
    LedgerScene scene = new LedgerScene(disks, "handed-over", 2);
    Move move = planned(scene, "via: handOver", "");
    Map<String, String> handles = scene.handles(pair.source());
    move.apply().expect(0);
    assertThat(scene.awaitWriting(pair.target())).isEqualTo(handles);
    handles.forEach((claim, handle) -> tell(claim, disks.ledger(handle)));
    // Nothing at the source leads to the disks any more.
    assertThat(pair.source().kubectl().run("get", "pv", "-o", "json"))
        .doesNotContain(handles.values());
    pair.source().kubectl().run("delete", "namespace", "handed-over");
    new ByHand(pair, "handed-over").stopTarget();
    scene.judge(
        handles, List.of("source", "target"), move.sourceLog().writes(), move.targetLog().writes());
    move.assertNeverTwice();
  }

  /** The same workload with three disks and with none: what the pause is made of, side by side. */
  @Test
  void thePauseWithDisksIsShownAgainstOneWithout() throws IOException {
    LedgerScene scene = new LedgerScene(disks, "paused", 1);
    Map<String, Double> with = timeline(planned(scene, "via: handOver", ""));
    Map<String, String> unused = scene.awaitWriting(pair.target());
    new ByHand(pair, "paused").stopTarget();
    LedgerScene without = new LedgerScene(disks, "paused-without", 1);
    Map<String, Double> bare = timeline(plannedWithoutDisks(without));
    System.out.printf("  %-10s %14s %14s%n", "seconds to", "without disks", "three disks");
    with.forEach(
        (verb, seconds) ->
            System.out.printf(
                "  %-10s %14.1f %14.1f%n", verb, bare.getOrDefault(verb, 0.0), seconds));
    assertThat(with).containsKeys("quiesce", "drain", "delete", "absent", "inert", "activate");
    assertThat(bare.keySet()).isEqualTo(with.keySet());
  }

  /** When each step of the workload was done, in seconds since the pause began; in order. */
  private Map<String, Double> timeline(Move move) throws IOException {
    move.apply("--events-file=events.jsonl").expect(0);
    Map<String, Double> done = new LinkedHashMap<>();
    Optional<Instant> began = Optional.empty();
    for (String line : Files.readAllLines(folder.resolve("events.jsonl"))) {
      JsonNode event = Json.parse(line);
      String step = event.path("step").asText();
      if (event.path("type").asText().equals("stepDone") && step.contains(":StatefulSet.apps/")) {
        Instant at = Instant.parse(event.path("at").asText());
        String verb = step.substring(0, step.indexOf(':'));
        began = began.isEmpty() && verb.equals("quiesce") ? Optional.of(at) : began;
        began.ifPresent(from -> done.put(verb, Duration.between(from, at).toMillis() / 1000.0));
      }
    }
    Files.delete(folder.resolve("events.jsonl"));
    return done;
  }

  private Move plannedWithoutDisks(LedgerScene scene) throws IOException {
    String yaml = scene.yaml(Disks.LATE, "{}");
    int claims = yaml.indexOf("  volumeClaimTemplates:");
    StringBuilder volumes = new StringBuilder("      volumes:\n");
    LedgerScene.TEMPLATES.forEach(
        name -> volumes.append("      - {name: %s, emptyDir: {}}\n".formatted(name)));
    migration(scene, "via: handOver");
    Move move = new Move(pair, folder);
    Scene.at(pair.source().kubectl()).apply(yaml.substring(0, claims) + volumes);
    String unused =
        pair.source()
            .kubectl()
            .run(
                "wait",
                "--for=condition=Ready",
                "pod/ledger-0",
                "-n",
                scene.namespace(),
                "--timeout=60s");
    move.plan("-f", "migration.yaml");
    return move;
  }

  @Test
  void killedAgainAndAgainTheDisksGoAlongAndComeHome() throws IOException {
    LedgerScene scene = new LedgerScene(disks, "killed", 1);
    Move move = planned(scene, "via: handOver", "");
    Map<String, String> handles = scene.handles(pair.source());
    carryOutKilled(move);
    assertThat(scene.awaitWriting(pair.target())).isEqualTo(handles);
    move.goBack();
    assertThat(scene.awaitWriting(pair.source())).isEqualTo(handles);
    new ByHand(pair, "killed").stop();
    scene.judge(
        handles,
        List.of("source", "target", "source"),
        move.sourceLog().writes(),
        move.targetLog().writes());
    move.assertNeverTwice();
  }

  /** The source keeps its disks, and the target's have all that was written to them. */
  @Test
  void bySnapshotsTheTargetGoesOnWhereTheSourceEnded() throws IOException {
    LedgerScene scene = new LedgerScene(disks, "snapshots", 1);
    Move move = planned(scene, "via: snapshot", "");
    Map<String, String> before = scene.handles(pair.source());
    carryOutKilled(move);
    goesOn(scene, move, before);
    nothingIsLeft("volumesnapshots,volumesnapshotcontents");
  }

  @Test
  @EnabledIf("dev.migrator.it.moves.VolumeHandOverIT#hasMovers")
  void fromPodToPodTheTargetGoesOnWhereTheSourceEnded() throws IOException {
    MoverImage.importInto(pair, folder);
    LedgerScene scene = new LedgerScene(disks, "by-rsync", 1);
    Move move =
        planned(scene, "via: copy, mover: rsync, with: {image: %s}".formatted(MoverImage.NAME), "");
    Map<String, String> before = scene.handles(pair.source());
    carryOutKilled(move, KILLS_OF_COPIES);
    goesOn(scene, move, before);
    nothingIsLeft("jobs,secrets,configmaps,services,pods");
  }

  @Test
  @EnabledIf("dev.migrator.it.moves.VolumeHandOverIT#hasMovers")
  void throughAnS3ServerTheTargetGoesOnWhereTheSourceEnded() throws IOException {
    MoverImage.importInto(pair, folder);
    S3Server s3 = S3Server.in(pair.target(), "s3");
    LedgerScene scene = new LedgerScene(disks, "by-restic", 1);
    Move move =
        planned(
            scene,
            "via: copy, mover: restic, with: {image: %s, repository: \"%s\", secret: s3}"
                .formatted(MoverImage.NAME, s3.address()),
            "---\n" + s3.secret("s3", "by-restic"));
    Map<String, String> before = scene.handles(pair.source());
    carryOutKilled(move, KILLS_OF_COPIES);
    goesOn(scene, move, before);
    nothingIsLeft("jobs,secrets,configmaps,services,pods");
  }

  static boolean hasMovers() {
    Optional<String> why = MoverNeeds.skip(ClusterPair.environment(), BuildCache.ofThisUser());
    why.ifPresent(words -> System.out.println("SKIPPED: VolumeHandOverIT, movers. " + words));
    return why.isEmpty();
  }

  private void goesOn(LedgerScene scene, Move move, Map<String, String> before) {
    Map<String, String> after = scene.awaitWriting(pair.target());
    new ByHand(pair, scene.namespace()).stopTarget();
    assertThat(after).hasSameSizeAs(before);
    before.forEach(
        (claim, handle) -> {
          LedgerState old = disks.ledger(handle);
          LedgerState now = disks.ledger(after.getOrDefault(claim, ""));
          tell(claim, now);
          assertThat(old.clusters()).as(claim).containsExactly("source");
          assertThat(now.problems()).as(claim).isEmpty();
          assertThat(now.label()).as(claim).isEqualTo(old.label());
          assertThat(now.clusters()).as(claim).containsExactly("source", "target");
          assertThat(now.turns().getFirst().last())
              .as("the last of the source's records in %s", claim)
              .isEqualTo(old.turns().getLast().last());
        });
    move.assertNeverTwice();
  }

  private void nothingIsLeft(String kinds) {
    for (TestCluster cluster : pair.clusters().toList()) {
      assertThat(cluster.kubectl().run("get", kinds, "-A", "-o", "name"))
          .as(cluster.name())
          .doesNotContain("migrator-");
    }
  }

  private void carryOutKilled(Move move) {
    carryOutKilled(move, KILLS);
  }

  private void carryOutKilled(Move move, int times) {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    MigratorProcess process = move.startApply();
    int kills = 0;
    while (kills < times) {
      long journal = journalSize();
      long growth = 100 + random.nextLong(1500);
      Instant latest = Instant.now().plusMillis(2500 + random.nextInt(2500));
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
      process = move.startResume();
    }
    process.await().expect(0);
    System.out.printf("  %d kills, seed %d (-Dkill.seed)%n", kills, seed);
    assertThat(kills).isEqualTo(times);
  }

  /** From the last record that the source wrote to the first of the target. */
  private static void tell(String claim, LedgerState ledger) {
    List<LedgerState.Turn> turns = ledger.turns();
    System.out.printf(
        "  %s: nobody wrote for %.1f s%n",
        claim, Duration.between(turns.getFirst().to(), turns.get(1).from()).toMillis() / 1000.0);
  }

  private Move planned(LedgerScene scene, String via, String more) throws IOException {
    migration(scene, via);
    Move move = new Move(pair, folder);
    Scene.at(pair.source().kubectl()).apply(scene.yaml(Disks.LATE, "{}") + more);
    Map<String, String> unused = scene.awaitWriting(pair.source());
    move.plan("-f", "migration.yaml");
    return move;
  }

  private void migration(LedgerScene scene, String via) throws IOException {
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: disks}
        scope: {namespaces: {include: [%s]}}
        volumes: [{match: {driver: disk.csi.example.com}, %s}]
        gates: {afterCopy: auto}
        handover: {onDrainTimeout: wait}
        """
            .formatted(scene.namespace(), via));
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
