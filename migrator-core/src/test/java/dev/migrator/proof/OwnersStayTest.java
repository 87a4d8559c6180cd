package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.World;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.RollbackRunbook;
import dev.migrator.runbook.Scene;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Wherever a move is stopped: what goes from the source with its owner is in the vault, and what
 * would be lost for good keeps its owner there.
 */
@Timeout(600)
class OwnersStayTest {

  private static final PlanCase EXAMPLE = new PlanCase(Path.of("src/test/resources/owners"));
  private static final ObjectRef STORE = new ObjectRef("example.com", "Store", "data", "files");
  private static final ObjectRef SHELF = new ObjectRef("example.com", "Shelf", "data", "upper");
  private static final ObjectRef ACCOUNT = ObjectRef.core("ServiceAccount", "data", "files");
  private static final ObjectRef SECRET = ObjectRef.core("Secret", "data", "password");
  private static final ObjectRef CLAIM =
      ObjectRef.core("PersistentVolumeClaim", "data", "disk-db-0");

  /** More of them by {@code -Dproof.every=1}. */
  private static final int EVERY = Integer.getInteger("proof.every", 10);

  private static World source(Rehearsal rehearsal) {
    return rehearsal.scene.clusters.source().world();
  }

  /** After the plan its controller makes a StatefulSet, with claims, and a Secret. */
  private static Rehearsal grown() {
    Rehearsal rehearsal = new Rehearsal(EXAMPLE);
    rehearsal
        .scene
        .clusters
        .source()
        .load(
            Manifest.parse(
                """
                {"apiVersion": "apps/v1", "kind": "StatefulSet",
                 "metadata": {"name": "db", "namespace": "data", "ownerReferences": [
                   {"apiVersion": "example.com/v1", "kind": "Shelf", "name": "upper",
                    "uid": "33a6d6f8-457a-38b7-878a-b802cb383117", "controller": true, "blockOwnerDeletion": true}]},
                 "spec": {"replicas": 1, "serviceName": "db",
                  "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
                  "selector": {"matchLabels": {"app": "db"}},
                  "template": {"metadata": {"labels": {"app": "db"}},
                               "spec": {"containers": [{"name": "c", "image": "example.com/db:1"}]}},
                  "volumeClaimTemplates": [{"metadata": {"name": "disk"},
                    "spec": {"accessModes": ["ReadWriteOnce"],
                             "resources": {"requests": {"storage": "1Gi"}}}}]}}
                """),
            Manifest.parse(
                """
                {"apiVersion": "v1", "kind": "Secret", "data": {"p": "c2VjcmV0"},
                 "metadata": {"name": "password", "namespace": "data", "ownerReferences": [
                   {"apiVersion": "example.com/v1", "kind": "Shelf", "name": "upper",
                    "uid": "33a6d6f8-457a-38b7-878a-b802cb383117", "controller": true, "blockOwnerDeletion": true}]}}
                """));
    rehearsal.scene.clock.advance(Duration.ofMinutes(1));
    assertThat(source(rehearsal).stored(CLAIM).orElseThrow().has("metadata", "ownerReferences"))
        .isTrue();
    return rehearsal;
  }

  @Test
  void stoppedAnywhereWhatGoesAlongIsInTheVault() {
    Rehearsal undisturbed = new Rehearsal(EXAMPLE);
    End end = undisturbed.run();
    assertThat(CrashMatrixTest.isDone(end)).as("%s", end).isTrue();
    assertThat(undisturbed.judge()).isEmpty();
    undisturbed.scene.clock.advance(Duration.ofMinutes(5));
    assertThat(source(undisturbed).stored(SHELF)).isEmpty();
    assertThat(undisturbed.scene.directory().vault().orElseThrow().read(SHELF)).isPresent();
    for (int stop = 0; stop < undisturbed.points(); stop += EVERY) {
      Rehearsal rehearsal = new Rehearsal(EXAMPLE);
      End died = rehearsal.runUntil(stop);
      List<String> broken = CrashMatrixTest.afterDeath(rehearsal, died, new SplittableRandom(stop));
      assertThat(broken).as("stop %s: %s", stop, died).isEmpty();
      End resumed = rehearsal.run();
      assertThat(CrashMatrixTest.isDone(resumed)).as("stop %s: %s", stop, resumed).isTrue();
      assertThat(rehearsal.judge()).as("stop %s: %s", stop, died).isEmpty();
    }
  }

  /** The way back, too, is stopped, at a point drawn by the way forward's. */
  @Test
  void stoppedAnywhereAWayBackBringsWhatWentAlong() {
    Rehearsal undisturbed = new Rehearsal(EXAMPLE);
    assertThat(CrashMatrixTest.isDone(undisturbed.run())).isTrue();
    int brought = 0;
    for (int stop = 0; stop < undisturbed.points(); stop += Math.min(EVERY, 3)) {
      Rehearsal rehearsal = new Rehearsal(EXAMPLE);
      SplittableRandom random = new SplittableRandom(stop);
      End died = rehearsal.runUntil(stop);
      List<String> broken = CrashMatrixTest.afterDeath(rehearsal, died, random);
      assertThat(broken).as("stop %s: %s", stop, died).isEmpty();
      if (rehearsal.image().vault().isEmpty() || rehearsal.inTransit().isEmpty()) {
        continue;
      }
      IndependentChecker unused = rehearsal.checker.mayRestore();
      End again = rehearsal.runUntil(random.nextInt(150), OwnersStayTest::restore);
      broken = CrashMatrixTest.afterDeath(rehearsal, again, random);
      assertThat(broken).as("stop %s: %s, %s", stop, died, again).isEmpty();
      End back = rehearsal.perform(OwnersStayTest::restore);
      assertThat(rehearsal.judge()).as("stop %s: %s, %s, %s", stop, died, again, back).isEmpty();
      rehearsal.scene.clock.advance(Duration.ofMinutes(5));
      if (source(rehearsal).stored(STORE).isPresent()) {
        brought++;
        assertThat(source(rehearsal).stored(ACCOUNT))
            .as("stop %s: %s, %s, %s", stop, died, again, back)
            .isPresent();
      }
    }
    assertThat(brought).isPositive();
  }

  private static RunEvent.RunEnded restore(Scene scene) {
    return RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan);
  }

  @Test
  void stoppedAnywhereWhatWouldBeLostKeepsItsOwner() {
    Rehearsal undisturbed = grown();
    assertBlocked(undisturbed.run());
    assertStays(undisturbed, "undisturbed");
    for (int stop = 0; stop < undisturbed.points(); stop += EVERY) {
      Rehearsal rehearsal = grown();
      End died = rehearsal.runUntil(stop);
      List<String> broken = CrashMatrixTest.afterDeath(rehearsal, died, new SplittableRandom(stop));
      assertThat(broken).as("stop %s: %s", stop, died).isEmpty();
      assertBlocked(rehearsal.run());
      assertStays(rehearsal, "stop " + stop);
    }
  }

  private static void assertBlocked(End end) {
    assertThat(end).isInstanceOf(End.Ended.class);
    RunEvent.RunEnded ended = ((End.Ended) end).ended();
    assertThat(ended.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.M2205);
              assertThat(problem.why())
                  .contains("pvc/data/disk-db-0", "secret/data/password", "nothing was deleted");
            });
  }

  private static void assertStays(Rehearsal rehearsal, String when) {
    rehearsal.scene.clock.advance(Duration.ofMinutes(5));
    assertThat(rehearsal.judge()).as(when).isEmpty();
    for (ObjectRef ref : List.of(STORE, SECRET, CLAIM)) {
      assertThat(source(rehearsal).stored(ref).filter(o -> !o.isBeingDeleted()))
          .as("%s: %s", when, ref)
          .isPresent();
    }
  }
}
