package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Patch;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A paused Deployment starts at the target, and is paused there, too. */
@Timeout(120)
class PausedRolloutTest {

  private static final ObjectRef MAILER = ObjectRef.parse("Deployment.apps/shop/mailer");
  private static final ObjectRef WEB = ObjectRef.parse("Deployment.apps/shop/web");

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void scene() {
    world = new World(folder).clusters("web-shop");
    patch(MAILER, "{\"spec\": {\"paused\": true}}");
    patch(WEB, "{\"spec\": {\"paused\": true}}");
  }

  private void patch(ObjectRef ref, String patch) {
    MemoryCluster source = world.simulated("old");
    Manifest unused =
        source.patch(deployments(source), ref, Patch.merge((ObjectNode) Json.parse(patch)));
    world.clock.advance(Duration.ofSeconds(10));
  }

  private static ResourceType deployments(Cluster cluster) {
    return cluster.discover().types().stream()
        .filter(t -> t.groupKind().equals("Deployment.apps"))
        .findFirst()
        .orElseThrow();
  }

  private World.Result move() {
    world.plan("-f", Path.of("../plans/web-shop/migration.yaml").toAbsolutePath().toString());
    return world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
  }

  private void assertRunsPaused(ObjectRef ref) {
    world.clock.advance(Duration.ofMinutes(1));
    Manifest live = world.simulated("new").world().stored(ref).orElseThrow();
    assertThat(live.at("spec", "paused").asBoolean()).isTrue();
    assertThat(live.at("spec", "replicas").asInt()).isPositive();
    assertThat(live.at("status", "readyReplicas").asInt())
        .isEqualTo(live.at("spec", "replicas").asInt());
  }

  @Test
  void itStartsAndIsPausedAgain() {
    World.Result moved = move();

    assertThat(moved.exit()).as(moved.err()).isZero();
    assertRunsPaused(WEB);
    assertRunsPaused(MAILER);
    assertThat(world.run("verify", "latest").exit()).isZero();
    assertThat(world.run("show", "move.plan.yaml", "--why", "deploy/shop/mailer").out())
        .contains("paused-rollout its rollout is paused: it is created unpaused");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPauseThatNobodyHeardOfIsLookedFor(boolean arrives) {
    boolean[] once = {false};
    world.faults(
        "new",
        request -> {
          if (request.verb().equals("patch")
              && request.object().equals(Optional.of(WEB))
              && !once[0]) {
            once[0] = true;
            return arrives ? new Fault.ResponseLost("reset") : new Fault.RequestLost("reset");
          }
          return new Fault.None();
        });

    World.Result moved = move();

    assertThat(once[0]).isTrue();
    assertThat(moved.exit()).as(moved.err()).isZero();
    assertRunsPaused(WEB);
  }

  @Test
  void aRolloutThatIsPausedHalfWayIsWarnedOf() {
    patch(
        MAILER,
        "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"version\": \"2\"}}}}}");
    world.plan("-f", Path.of("../plans/web-shop/migration.yaml").toAbsolutePath().toString());

    assertThat(world.run("show", "move.plan.yaml", "--why", "deploy/shop/mailer").out())
        .contains("its rollout is paused in transit");
  }
}
