package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a run after something else happened: another run, a prune, a way back. */
@Timeout(120)
class RunsTellTest {

  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void plan() {
    world = new World(folder).clusters("web-shop");
    world.plan();
  }

  private World.Result apply(String... more) {
    String[] line = new String[more.length + 3];
    line[0] = "apply";
    line[1] = "move.plan.yaml";
    line[2] = "--yes";
    System.arraycopy(more, 0, line, 3, more.length);
    return world.run(line);
  }

  private String done() {
    World.Result result = apply("--approve-gate", "afterCopy");
    assertThat(result.exit()).as(result.err()).isZero();
    return id(world.run("status", "latest"));
  }

  private static String id(World.Result status) {
    return status.out().lines().findFirst().orElseThrow().split(" ")[1];
  }

  @Test
  void aRunThatMovedNothingDoesNotHideTheOneThatDid() {
    String first = done();
    world.plan();
    World.Result nothing = apply("--approve-gate", "afterCopy");
    assertThat(nothing.out()).contains("NOTHING MOVES");

    World.Result status = world.run("status", "latest");
    assertThat(id(status)).isEqualTo(first);
    assertThat(status.err())
        .contains("latest is run " + first + ": what began later moved nothing");
    assertThat(world.run("rollback", "latest", "--yes").err()).contains(first);
  }

  @Test
  void aRunThatMovedNothingAndIsTheOnlyOneIsTheLatest() {
    String first = done();
    assertThat(
            folder
                .resolve(".migrator")
                .resolve(first)
                .toFile()
                .renameTo(folder.resolve("archive").toFile()))
        .isTrue();
    world.plan();
    World.Result nothing = apply("--approve-gate", "afterCopy");
    assertThat(nothing.out()).contains("NOTHING MOVES");
    World.Result status = world.run("status", "latest");
    assertThat(status.exit()).isZero();
    assertThat(id(status)).isNotEqualTo(first);
    assertThat(status.err()).isEmpty();
  }

  @Test
  void whichRunIsTheLatestIsSaidWhereThereAreTwo() {
    assertThat(apply().exit()).isEqualTo(21);
    String waiting = id(world.run("status", "latest"));
    world.plan();
    assertThat(apply().exit()).isEqualTo(21);
    World.Result status = world.run("status", "latest");
    assertThat(id(status)).isNotEqualTo(waiting);
    assertThat(status.err()).isEqualTo("latest is run " + id(status) + ".\n");
  }

  @Test
  void aRunThatWasRolledBackShowsNoFullBars() {
    assertThat(apply().exit()).isEqualTo(21);
    assertThat(world.run("rollback", "latest", "--yes").exit()).isZero();
    World.Result status = world.run("status", "latest");
    assertThat(status.out())
        .contains("rolled back: ")
        .contains(" had been done")
        .doesNotContain("phase 1/4")
        .doesNotContain("Next:");
  }

  @Test
  void aFinishedRunIsNotToBeGoneOnWith() {
    String run = done();
    World.Result refused = world.run("rollback", run, "--yes");
    assertThat(refused.err())
        .contains("Error M1110")
        .contains("left the source when the run was done")
        .contains("migrator rollback " + run + " --backward   (plans the way back)")
        .doesNotContain("may have")
        .doesNotContain("migrator resume");
  }

  @Test
  void whatAPruneRemovedIsToldWithTheWayBack() {
    String run = done();
    World.Result pruned = world.run("prune", run, "--yes");
    assertThat(pruned.exit()).as(pruned.err()).isZero();
    World.Result status = world.run("status", run);
    assertThat(status.out())
        .contains("removed from the source by prune, and in its vault: ")
        .contains("Next:   migrator prune " + run + " --undo");
    assertThat(world.run("status", run, "-o", "json").out()).contains("\"pruned\"");

    assertThat(world.run("prune", run, "--undo", "--yes").exit()).isZero();
    assertThat(world.run("status", run).out()).doesNotContain("removed from the source by prune");
  }

  @Test
  void whatAnotherRunHandedOverIsNotAsItWas() {
    assertThat(apply().exit()).isEqualTo(21);
    String waiting = id(world.run("status", "latest"));
    world.plan();
    String other = done();
    assertThat(other).isNotEqualTo(waiting);
    assertThat(world.simulated("old").world().stored(BILLING)).isEmpty();
    assertThat(world.run("status", waiting).out())
        .contains("at the target: run " + other + " handed it over")
        .doesNotContain("as it was, at the source");
  }

  @Test
  void aResumeSaysWhyItsCountBeginsLower() {
    AtomicBoolean stopped = new AtomicBoolean();
    world.faults(
        "old",
        request -> {
          stopped.compareAndSet(
              false,
              request.verb().equals("patch")
                  && request.object().filter(BILLING::equals).isPresent());
          return stopped.get() && request.verb().equals("list")
              ? new Fault.Answer(new ClusterFailure.Unreachable("HTTP 502"))
              : new Fault.None();
        });
    World.Result blocked = apply("--approve-gate", "afterCopy");
    assertThat(blocked.exit()).as(blocked.err()).isEqualTo(20);
    world.faults("old", request -> new Fault.None());
    World.Result resumed = world.run("resume", "latest");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err())
        .contains("13 done already")
        .contains("[14/30] quiesce")
        .contains("note     2 steps of 15 that were done are looked at again");
  }
}
