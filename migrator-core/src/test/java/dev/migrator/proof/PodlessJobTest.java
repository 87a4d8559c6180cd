package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.RunEvent;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.proof.Rehearsal.End;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Job whose pods could never be created: its ServiceAccount is missing. */
@Timeout(60)
class PodlessJobTest {

  private static final ObjectRef IMPORT = new ObjectRef("batch", "Job", "small", "import");

  @TempDir Path folder;
  private Rehearsal rehearsal = new Rehearsal(Scenes.named("once"));

  @BeforeEach
  void scene() {
    rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "once",
                "restartPolicy: Never",
                "restartPolicy: Never\n      serviceAccountName: nobody"));
    rehearsal.scene.clock.advance(Duration.ofMinutes(1));
  }

  @Test
  void itIsSuspendedAndHandedOverAtOnce() {
    var begun = rehearsal.scene.clock.now();
    RunEvent.RunEnded ended = ((End.Ended) rehearsal.run()).ended();

    assertThat(ended.outcome()).as(ended.problems().toString()).isEqualTo(Outcome.DONE);
    assertThat(Duration.between(begun, rehearsal.scene.clock.now()))
        .isBetween(Duration.ofSeconds(30), Duration.ofMinutes(3));
    assertThat(rehearsal.scene.clusters.source().world().stored(IMPORT)).isEmpty();
    Manifest there = HandOverProofTest.atTarget(rehearsal, IMPORT);
    assertThat(there.at("spec", "suspend").asBoolean()).isFalse();
    assertThat(rehearsal.judge()).isEmpty();
  }

  @Test
  void aWaitSaysWhatItsControllerSays() {
    Manifest job = rehearsal.scene.clusters.source().world().stored(IMPORT).orElseThrow();
    rehearsal
        .scene
        .clusters
        .source()
        .load(
            Manifest.of(
                (ObjectNode)
                    Yaml.parse(
                            """
                            apiVersion: v1
                            kind: Event
                            metadata: {name: import.1, namespace: small}
                            involvedObject: {kind: Job, name: import, uid: %s}
                            type: Warning
                            reason: FailedCreate
                            message: 'Error creating: serviceaccount "nobody" not found'
                            lastTimestamp: "2026-01-01T00:00:00Z"
                            """
                                .formatted(job.uid()))
                        .orElseThrow()));

    assertThat(((End.Ended) rehearsal.run()).ended().outcome()).isEqualTo(Outcome.DONE);

    assertThat(rehearsal.scene.events.toString())
        .contains(
            "no pod of it was ever created: Error creating: serviceaccount \"nobody\" not found",
            "job/small/import is suspended and moves: no pod of it exists");
  }
}
