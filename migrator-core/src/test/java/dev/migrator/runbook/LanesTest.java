package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.RunEvent;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More hand-overs than may be under way at once, which wait for one another. */
@Timeout(120)
class LanesTest {

  private static final int MANY = 20;

  private static final String NAMESPACE =
      "{apiVersion: v1, kind: Namespace, metadata: {name: lanes}}\n";

  @TempDir Path folder;

  /** None is created before all are gone. */
  @Test
  void withoutPipelineManyAreHandedOver() throws IOException {
    StringBuilder objects = new StringBuilder(NAMESPACE);
    for (int i = 0; i < MANY; i++) {
      objects.append(
          """
          ---
          apiVersion: batch/v1
          kind: CronJob
          metadata: {name: job-%1$02d, namespace: lanes}
          spec:
            schedule: "0 0 1 1 *"
            jobTemplate:
              spec:
                template: {spec: {restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}
          """
              .formatted(i));
    }
    Scene scene = scene(objects.toString(), "handover: {pipelined: false}");
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    for (int i = 0; i < MANY; i++) {
      ObjectRef ref = new ObjectRef("batch", "CronJob", "lanes", "job-%02d".formatted(i));
      assertThat(scene.clusters.target().world().stored(ref)).as(ref.toString()).isPresent();
      assertThat(scene.clusters.source().world().stored(ref)).as(ref.toString()).isEmpty();
    }
  }

  /** Each is deleted only when its child is gone, and comes first in the plan's order. */
  @Test
  void manyThatWaitForTheirChildrenAreHandedOver() throws IOException {
    StringBuilder objects = new StringBuilder(NAMESPACE);
    for (int i = 0; i < MANY; i++) {
      objects.append(
          """
          ---
          {apiVersion: v1, kind: ConfigMap, data: {a: b}, metadata: {name: a-%1$02d, namespace: lanes,
            labels: {migrator.dev/protect-from: duplication}}}
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: z-%1$02d, namespace: lanes, labels: {migrator.dev/protect-from: duplication}}
          spec:
            replicas: 0
            selector: {matchLabels: {app: z}}
            template:
              metadata: {labels: {app: z}}
              spec: {containers: [{name: c, image: "c:1", envFrom: [{configMapRef: {name: a-%1$02d}}]}]}
          """
              .formatted(i));
    }
    Scene scene = scene(objects.toString(), "");
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    for (int i = 0; i < MANY; i++) {
      ObjectRef ref = ObjectRef.core("ConfigMap", "lanes", "a-%02d".formatted(i));
      assertThat(scene.clusters.target().world().stored(ref)).as(ref.toString()).isPresent();
    }
  }

  private Scene scene(String objects, String settings) throws IOException {
    Path source = Files.createDirectories(folder.resolve("lanes/source"));
    Files.writeString(source.resolve("objects.yaml"), objects);
    Files.writeString(
        folder.resolve("lanes/clusters.yaml"),
        """
        source: {context: old, version: v1.34.4}
        target: {context: new, version: v1.36.3}
        """);
    Files.writeString(
        folder.resolve("lanes/migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: lanes}
        scope: {namespaces: {include: [lanes]}}
        """
            + settings);
    return new Scene(new PlanCase(folder.resolve("lanes")));
  }
}
