package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a rollback leaves at the target, in the words of a person who comes for it. */
@Timeout(120)
class RollbackStaysTest {

  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");
  private static final ObjectRef CONF = ObjectRef.core("ConfigMap", "shop", "conf");
  private static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "shop", "data");

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: conf, namespace: shop}
      data: {a: b}
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: shop, labels: {migrator.dev/volume: empty}}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 1Gi}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop, labels: {migrator.dev/protect-from: PROTECT}}
      spec:
        replicas: 1
        strategy: {type: Recreate}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
              - name: db
                image: registry.example/db:1
                envFrom: [{configMapRef: {name: conf}}]
                volumeMounts: [{name: d, mountPath: /d}]
            volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
      """;

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  private void world(String protect) {
    world = new World(folder).clusters("old", SHOP.replace("PROTECT", protect)).clusters("new", "");
    plan();
  }

  private void plan() {
    World.Result planned =
        world.run(
            "plan", "--source-context", "old", "--target-context", "new", "-o", "move.plan.yaml");
    assertThat(planned.exit()).as(planned.err()).isZero();
  }

  private World.Result apply(String file) {
    return world.run(
        "apply", file, "--yes", "--accept-empty-volumes", "--approve-gate", "afterCopy");
  }

  /** Prune removed it at the source: no message says that nothing was deleted there. */
  @Test
  void afterAPruneTheMessageSaysWhatWasRemoved() {
    world("loss");
    assertThat(apply("move.plan.yaml").exit()).isZero();
    assertThat(world.run("prune", "latest", "--yes").exit()).isZero();
    World.Result back = world.run("rollback", "latest", "--yes");
    assertThat(back.err())
        .contains("A prune removed copies from the source")
        .doesNotContain("Nothing has been deleted at the source");
    assertThat(isAtTarget(WEB)).isTrue();
    assertThat(isAtTarget(CLAIM)).isTrue();
  }

  /**
   * The newest data is at the target: the plan of the way back tells, and the rollback keeps it.
   */
  @Test
  void theWayBackTellsOfTheDataAndKeepsIt() {
    world("duplication");
    assertThat(apply("move.plan.yaml").exit()).isZero();
    world.clock.advance(Duration.ofDays(7));
    World.Result back = world.run("rollback", "latest", "--backward", "--yes");
    assertThat(back.out() + back.err())
        .contains("pvc/shop/data", "starts on the data that the target's claim has");
    assertThat(apply("back.plan.yaml").exit()).isZero();
    World.Result rolled = world.run("rollback", run(1), "--yes");
    assertThat(rolled.exit()).as(rolled.err()).isZero();
    assertThat(rolled.err())
        .contains(
            "pvc/shop/data stays: its volume was in use at the target",
            "the source goes on with the data that it has itself");
    assertThat(isAtTarget(CLAIM)).isTrue();
    assertThat(isAtTarget(CONF)).isFalse();
  }

  @Test
  void whatStaysIsNamedBeforehand() {
    world("loss");
    assertThat(apply("move.plan.yaml").exit()).isZero();
    World.Result dry = world.run("rollback", "latest", "--dry-run");
    assertThat(dry.out())
        .contains("Stays at the target new: 2", "  pvc/shop/data stays: its volume was in use");
    JsonNode document =
        Json.parse(world.run("rollback", "latest", "--dry-run", "-o", "json").out());
    assertThat(document.at("/kept")).hasSize(2);
    assertThat(document.at("/kept/0/why").asText()).isNotEmpty();
    assertThat(world.run("rollback", "latest", "--yes").exit()).isZero();
  }

  /** A second plan finds the copies of the first there already, and its run counts on them. */
  @Test
  void whatALaterRunCountsAsItsOwnStays() {
    world("loss");
    assertThat(apply("move.plan.yaml").exit()).isZero();
    world.clock.advance(Duration.ofMinutes(30));
    plan();
    assertThat(apply("move.plan.yaml").exit()).isZero();
    World.Result rolled = world.run("rollback", run(1), "--yes");
    assertThat(rolled.err()).contains("deploy/shop/web stays: run " + run(2) + " counts it");
    assertThat(isAtTarget(CONF)).isTrue();
    World.Result verified = world.run("verify", run(2));
    assertThat(verified.exit()).as(verified.out() + verified.err()).isZero();

    assertThat(world.run("rollback", run(2), "--yes").exit()).isZero();
    World.Result again = world.run("rollback", run(1), "--yes");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(isAtTarget(CONF)).isFalse();
  }

  /** What was decided a moment ago is not believed: the source is asked before each removal. */
  @Test
  void whatIsDeletedAtTheSourceMeanwhileStays() {
    String settings =
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: shop,"
            + " labels: {migrator.dev/protect-from: loss}}}\n---\n";
    world =
        new World(folder)
            .clusters(
                "old",
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n"
                    + settings.formatted("conf")
                    + settings.formatted("more"))
            .clusters("new", "");
    plan();
    World.Result applied = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(isAtTarget(CONF)).as(applied.err()).isTrue();
    ObjectRef more = ObjectRef.core("ConfigMap", "shop", "more");
    boolean[] isDeleted = {false};
    world.onRequest(
        "new",
        request ->
            request.verb().equals("delete")
                && request.object().filter(more::equals).isPresent()
                && !isDeleted[0],
        request -> {
          isDeleted[0] = true;
          deleteAtSource(CONF);
        });

    World.Result rolled = world.run("rollback", "latest", "--yes");

    assertThat(isDeleted[0]).as("removed first: %s", rolled.err()).isTrue();
    assertThat(isAtTarget(CONF)).as(rolled.out() + rolled.err()).isTrue();
  }

  private void deleteAtSource(ObjectRef ref) {
    MemoryCluster old = world.simulated("old");
    ResourceType type =
        old.discover().types().stream()
            .filter(t -> t.groupKind().equals(ref.groupKind()))
            .findFirst()
            .orElseThrow();
    Manifest live = old.get(type, ref).orElseThrow();
    Optional<Manifest> unused =
        old.delete(type, ref, Deletion.foreground(live.uid(), live.resourceVersion()));
  }

  private boolean isAtTarget(ObjectRef ref) {
    return world
        .simulated("new")
        .world()
        .stored(ref)
        .filter(object -> !object.isBeingDeleted())
        .isPresent();
  }

  private String run(int number) {
    try (Stream<Path> runs = Files.list(folder.resolve(".migrator"))) {
      return runs.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("r-") && name.endsWith("-" + number))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
