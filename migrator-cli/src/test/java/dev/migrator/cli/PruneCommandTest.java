package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prune and its way back, as somebody types them. */
class PruneCommandTest {

  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");

  @TempDir Path folder;

  private World moved() {
    World world = new World(folder).clusters("web-shop");
    world.plan();
    World.Result applied =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
    assertThat(applied.exit()).as(applied.err()).isZero();
    return world;
  }

  private static boolean isAtSource(World world) {
    return world.simulated("old").world().stored(WEB).isPresent();
  }

  @Test
  void whatWasRemovedIsToldAndPutBack() {
    World world = moved();
    World.Result nothing = world.run("prune", "latest", "--undo");
    assertThat(nothing.err()).contains("There is nothing to put back.");

    World.Result pruned = world.run("prune", "latest", "--yes");
    assertThat(pruned.exit()).as(pruned.err()).isZero();
    assertThat(pruned.out()).contains("copies were removed from old, and kept in a vault");
    assertThat(pruned.err()).contains("Next:  migrator prune r-", " --undo");
    assertThat(isAtSource(world)).isFalse();
    assertThat(world.run("status", "latest").out()).contains("done");

    World.Result report = world.run("report", "latest");
    assertThat(report.out())
        .contains("What was pruned?", "deploy/shop/web", "Next:  migrator verify r-", " --undo")
        .doesNotContainPattern("migrator prune r-\\S+\\R");
    JsonNode json = Json.parse(world.run("report", "latest", "-o", "json").out());
    assertThat(json.at("/pruned")).isNotEmpty();

    World.Result refused = world.run("rollback", "latest", "--backward");
    assertThat(refused.exit()).isEqualTo(10);
    assertThat(refused.err()).contains("M1110", "migrator prune r-", " --undo");

    World.Result foreseen = world.run("prune", "latest", "--undo", "--dry-run");
    assertThat(foreseen.out()).contains("put back  deploy/shop/web");
    assertThat(isAtSource(world)).isFalse();

    World.Result back = world.run("prune", "latest", "--undo", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(back.out()).contains("copies were put back at old.");
    assertThat(isAtSource(world)).isTrue();
    assertThat(world.run("report", "latest").out()).doesNotContain("What was pruned?");
    assertThat(world.run("rollback", "latest", "--backward").exit()).isZero();
  }

  /** The run is done whatever a prune comes to. */
  @Test
  void aPruneThatRemovedOnlyAPartDoesNotMakeTheRunBlocked() {
    World world = moved();
    world.faults(
        "old",
        request ->
            request.verb().equals("delete") && request.object().equals(Optional.of(WEB))
                ? new Fault.Answer(new ClusterFailure.Forbidden("not today"))
                : new Fault.None());
    assertThat(world.run("prune", "latest", "--yes").exit()).isNotZero();
    assertThat(isAtSource(world)).isTrue();

    World.Result report = world.run("report", "latest");

    assertThat(report.out())
        .contains("Moved, and pruned in part.", "deploy/shop/web", "migrator prune r-")
        .doesNotContain("Blocked");
    JsonNode json = Json.parse(world.run("report", "latest", "-o", "json").out());
    assertThat(json.at("/outcome").asText()).isEqualTo("done");
    assertThat(world.run("status", "latest").out()).contains("done");

    world.faults("old", request -> new Fault.None());
    assertThat(world.run("prune", "latest", "--yes").exit()).isZero();
    assertThat(world.run("report", "latest").out()).contains("Moved.");
  }

  /** The process dies; what it did not remove is at the source, and the run is done. */
  @Test
  void aPruneThatWasCutOffIsToldOfAndGoneOnWith() {
    World world = moved();
    world.faults(
        "old",
        request ->
            request.verb().equals("delete") && request.object().equals(Optional.of(WEB))
                ? new Fault.Crash(Fault.Crash.Moment.BEFORE_SEND)
                : new Fault.None());
    assertThat(catchThrowable(() -> world.run("prune", "latest", "--yes")))
        .isInstanceOf(ProcessLife.ProcessDied.class);
    world.faults("old", request -> new Fault.None());
    world.clock.advance(Duration.ofMinutes(5));
    assertThat(world.run("status", "latest").out())
        .contains("Next:   migrator prune r-", "(the last one was interrupted", "--undo");

    assertThat(world.run("prune", "latest", "--yes").exit()).isZero();
    assertThat(isAtSource(world)).isFalse();
    assertThat(world.run("status", "latest").out()).doesNotContain("interrupted");
  }

  @Test
  void withoutAYesNothingIsPutBack() {
    World world = moved();
    assertThat(world.run("prune", "latest", "--yes").exit()).isZero();
    assertThat(world.run("prune", "latest", "--undo").exit()).isEqualTo(64);
    assertThat(isAtSource(world)).isFalse();
  }
}
