package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.output.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody finds an empty volume at the target who was not told of it by name, and agreed. */
class EmptyVolumesTest {

  private static final String DATABASE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data-db-0, namespace: shop, labels: {migrator.dev/volume: empty}}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: shop, labels: {migrator.dev/protect-from: duplication}}
      spec:
        replicas: 1
        serviceName: db
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: "registry.old/db:1"}]}
        volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
      """;

  private static final String NAMES = "pvc/shop/data-db-0, sts/shop/db";

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void plan() {
    world = new World(folder).clusters("old", DATABASE).clusters("new", "");
    World.Result planned =
        world.run("plan --source-context old --target-context new -o move.plan.yaml".split(" "));
    assertThat(planned.exit()).as(planned.err()).isZero();
  }

  @Test
  void yesAloneDoesNotDo() {
    World.Result refused =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate=afterCopy");

    assertThat(refused.exit()).as(refused.err()).isEqualTo(14);
    assertThat(refused.err())
        .contains("Error M1501: 2 claims or workloads would start without data")
        .contains(NAMES)
        .contains("migrator apply move.plan.yaml --accept-empty-volumes --yes");
    assertThat(folder.resolve(".migrator")).doesNotExist();
    assertThat(world.simulated("new").world().everything())
        .noneMatch(object -> object.name().equals("shop"));
  }

  @Test
  void whoAcceptsItByNameGoesOnAndTheReportNamesThem() throws Exception {
    World.Result waiting = world.run("apply", "move.plan.yaml", "--yes", "--accept-empty-volumes");
    assertThat(waiting.exit()).as(waiting.err()).isEqualTo(21);
    assertThat(waiting.err())
        .containsSubsequence(
            "Will start at the target without the data that they have at the source: 2",
            "PersistentVolumeClaim in shop: data-db-0",
            "StatefulSet in shop: db",
            "Error M2204: gate afterCopy waits for approval",
            NAMES);

    World.Result done = world.run("resume", "latest", "--approve-gate", "afterCopy");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(world.run("report", "latest").out())
        .containsSubsequence("What starts empty?", "pvc/shop/data-db-0", "sts/shop/db");
    assertThat(world.run("report", "latest", "-o", "json").out())
        .contains("\"question\":\"What starts empty?\"");
    world.run("report", "latest", "--html");
    Path run;
    try (var runs = Files.list(folder.resolve(".migrator"))) {
      run = runs.filter(r -> Files.exists(r.resolve("report.html"))).findFirst().orElseThrow();
    }
    assertThat(Files.readString(run.resolve("report.html"))).contains("What starts empty?");
  }

  @Test
  void aPersonIsToldAtTheQuestionAndAtTheGate() {
    world.withTerminal(
        new Terminal(true, true, true, 100, Terminal.Colours.NEVER, false), "yes\nstop\n");

    World.Result result = world.run("apply", "move.plan.yaml");

    assertThat(result.exit()).as(result.err()).isEqualTo(21);
    assertThat(result.err())
        .containsSubsequence(
            "Will start at the target without the data",
            "PersistentVolumeClaim in shop: data-db-0",
            "Type yes to begin: ",
            "Gate afterCopy.",
            "Without the data that they have at the source",
            "PersistentVolumeClaim in shop: data-db-0",
            "go or stop? ");
  }
}
