package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.proof.Scenes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is handed over starts as the reviewed definition says, and the plan tells of it. */
@Timeout(120)
class ModifiedActivityTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "small", "billing");
  private static final ObjectRef HOLIDAY = new ObjectRef("batch", "CronJob", "small", "holiday");
  private static final ObjectRef CONSUMER =
      new ObjectRef("apps", "Deployment", "small", "consumer");

  @TempDir private Path folder = Path.of("");

  @Test
  void aModifierThatSuspendsIsHeeded() {
    Scene scene = modified("cron", "cronjobs.batch", "/spec/suspend", "\"true\"");
    assertThat(changed(scene))
        .anySatisfy(
            finding -> {
              assertThat(finding.object()).contains(BILLING);
              assertThat(finding.message()).contains("spec.suspend").contains("true");
            });
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(at(scene, BILLING).at("spec", "suspend").asBoolean(false)).isTrue();
  }

  @Test
  void aModifierThatSetsGoingIsHeeded() {
    Scene scene = modified("cron", "cronjobs.batch", "/spec/suspend", "\"false\"");
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(at(scene, HOLIDAY).at("spec", "suspend").asBoolean(false)).isFalse();
  }

  @Test
  void replicasOfAModifierAreHeeded() {
    for (int replicas : new int[] {0, 3}) {
      Scene scene =
          modified("scaled", "deployments.apps", "/spec/replicas", "\"" + replicas + "\"");
      assertThat(changed(scene)).anyMatch(f -> f.message().contains("spec.replicas"));
      ApplyRunbookTest.assertMoved(scene, scene.apply());
      assertThat(at(scene, CONSUMER).at("spec", "replicas").asInt(-1)).isEqualTo(replicas);
    }
  }

  @Test
  void nothingIsToldWhereNothingIsChanged() {
    assertThat(changed(new Scene(Scenes.named("cron")))).isEmpty();
  }

  private Scene modified(String name, String resource, String path, String value) {
    return new Scene(
        Scenes.varied(
            folder.resolve(name + value.replace("\"", "")),
            name,
            "gates: {afterCopy: auto}",
            """
            gates: {afterCopy: auto}
            modifiers:
              - conditions: {groupResource: %s}
                patches: [{operation: add, path: %s, value: %s}]
            """
                .formatted(resource, path, value)));
  }

  private static List<Finding> changed(Scene scene) {
    return scene.plan.findings().stream().filter(f -> f.code().equals("changed-activity")).toList();
  }

  private static Manifest at(Scene scene, ObjectRef ref) {
    return scene.clusters.target().world().stored(ref).orElseThrow();
  }
}
