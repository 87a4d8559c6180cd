package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.proof.Scenes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an object needs is at the target before it is stopped at the source. */
@Timeout(60)
class RequirementsTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "small", "billing");
  private static final ObjectRef HOLIDAY = new ObjectRef("batch", "CronJob", "small", "holiday");

  @TempDir private Path folder = Path.of("");
  private Scene scene = new Scene(Scenes.named("cron"));

  /** Secrets are left to whoever makes them. */
  @BeforeEach
  void scene() {
    scene =
        new Scene(Scenes.varied(folder, "cron", "configmaps, secrets, pods", "configmaps, pods"));
  }

  @Test
  void whatItNeedsAndTheTargetLacksKeepsItAtWorkAtTheSource() {
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2112);
    assertThat(ended.problems().toString()).contains("secret/small/token");
    Manifest billing = atSource(BILLING).orElseThrow();
    assertThat(billing.at("spec", "suspend").asBoolean(false)).isFalse();
    assertThat(scene.clusters.target().world().stored(BILLING)).isEmpty();
    assertThat(scene.clusters.target().world().stored(HOLIDAY)).isPresent();
  }

  /** Nobody waits longer for it than for what must become ready. */
  @Test
  void itIsWaitedForAsLongAsForReadinessAtMost() {
    scene =
        new Scene(
            Scenes.varied(
                folder.resolve("short"),
                "cron",
                "configmaps, secrets, pods",
                "configmaps, pods",
                "gates: {",
                "limits: {readyTimeout: 20s}\ngates: {"));
    scene.clock.schedule(Duration.ofSeconds(40), this::loadToken);
    assertThat(scene.apply().problems()).extracting(p -> p.code()).containsExactly(ErrorCode.M2112);
    assertThat(atSource(BILLING).orElseThrow().at("spec", "suspend").asBoolean(false)).isFalse();
  }

  /** As a Secret that a controller makes from its SealedSecret. */
  @Test
  void whatComesLateIsWaitedFor() {
    scene.clock.schedule(Duration.ofSeconds(40), this::loadToken);
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(scene.clusters.target().world().stored(BILLING)).isPresent();
  }

  @Test
  void theRunGoesOnWhenItIsThere() {
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    loadToken();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
  }

  @Test
  void whatTheSourceLacksTooIsNotAskedFor() {
    scene =
        new Scene(
            Scenes.varied(
                folder.resolve("nowhere"),
                "cron",
                "\"registry.example/holiday:1\"",
                "\"registry.example/holiday:1\", envFrom: [{secretRef: {name: nowhere}}]"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
  }

  @Test
  void whatIsOptionalIsNotAskedFor() {
    scene =
        new Scene(
            Scenes.varied(
                folder.resolve("optional"),
                "cron",
                "configmaps, secrets, pods",
                "configmaps, pods",
                "{name: token}}]",
                "{name: token, optional: true}}]"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
  }

  private static final String RENAMED =
      """

      modifiers:
        - conditions: {groupResource: cronjobs.batch, resourceNameRegex: "^billing$"}
          patches:
            - operation: replace
              path: /spec/jobTemplate/spec/template/spec/containers/0/envFrom/0/secretRef/name
              value: token-new
      """;

  private void renaming(String folderName) {
    scene =
        new Scene(
            Scenes.varied(
                folder.resolve(folderName),
                "cron",
                "configmaps, secrets, pods",
                "configmaps, pods",
                "missedRuns: skip}",
                "missedRuns: skip}" + RENAMED));
  }

  /** The source has no such Secret: the migration file names it. */
  @Test
  void whatAModifierNamesIsAskedFor() {
    renaming("asked");
    RunEvent.RunEnded ended = scene.apply();
    assertThat(ended.problems()).extracting(p -> p.code()).contains(ErrorCode.M2112);
    assertThat(ended.problems().toString())
        .contains("secret/small/token-new", "resume r-test --leave-out cronjob/small/billing");
    assertThat(atSource(BILLING).orElseThrow().at("spec", "suspend").asBoolean(false)).isFalse();
  }

  @Test
  void whatAModifierReplacesIsNotAskedFor() {
    renaming("replaced");
    load("token-new");
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(scene.clusters.target().world().stored(BILLING)).isPresent();
  }

  private Optional<Manifest> atSource(ObjectRef ref) {
    return scene.clusters.source().world().stored(ref);
  }

  private void loadToken() {
    load("token");
  }

  private void load(String secret) {
    MemoryCluster unused =
        scene
            .clusters
            .target()
            .load(
                Manifest.parse(
                    """
                    {"apiVersion": "v1", "kind": "Secret",
                     "metadata": {"name": "%s", "namespace": "small"}}
                    """
                        .formatted(secret)));
  }
}
