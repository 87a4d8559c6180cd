package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.output.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code apply}, {@code resume}, {@code status} and {@code approve} refuse before anything.
 */
class ApplyRefusalsTest {

  private static final Terminal TERMINAL =
      new Terminal(true, true, true, 80, Terminal.Colours.NEVER, false);

  @TempDir Path folder;
  private World world = new World(Path.of(""));
  private int before;

  @BeforeEach
  void plan() {
    world = new World(folder).clusters("web-shop");
    world.run("plan", "--source-context", "old", "--target-context", "new", "-o", "move.plan.yaml");
    before = changes();
  }

  @Test
  void withoutATerminalItWantsToBeToldYes() throws Exception {
    World.Result result = world.run("apply", "move.plan.yaml");

    assertTold(result, 64, "Error M1001: no terminal", "migrator apply move.plan.yaml --yes");
    assertNothingHappened();
  }

  @Test
  void whatWillBeDeletedStandsLastBeforeTheQuestion() throws Exception {
    world.withTerminal(TERMINAL, "no\n");

    World.Result result = world.run("apply", "move.plan.yaml");

    assertThat(result.exit()).isEqualTo(10);
    assertThat(result.err())
        .startsWith("FROM old (v1.34.4")
        .containsSubsequence(
            "Will be deleted at the source old",
            "  CronJob in shop: billing\n",
            "  Deployment in shop: mailer\n",
            "Type yes to begin: Nothing was done.");
    assertNothingHappened();
  }

  @Test
  void anythingButYesIsNo() throws Exception {
    for (String typed : List.of("", "\n", "y\n", "yes please\n")) {
      world.withTerminal(TERMINAL, typed);
      assertThat(world.run("apply", "move.plan.yaml").exit()).as(typed).isEqualTo(10);
    }
    assertNothingHappened();
  }

  @Test
  void aGateThatThePlanDoesNotHaveIsNamed() throws Exception {
    World.Result result =
        world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterLunch");

    assertTold(result, 64, "Error M1001: the plan has no gate afterLunch", "afterCopy");
    assertNothingHappened();
  }

  @Test
  void aPlanThatWasEditedIsRefused() throws Exception {
    String text = world.read("move.plan.yaml");
    world.file("move.plan.yaml", text.replaceFirst("billing", "bowling"));

    assertTold(world.run("apply", "move.plan.yaml", "--yes"), 64, "Error M1003");
    assertTold(world.run("apply", "nothing.yaml", "--yes"), 64, "Error M1003", "no such file");
    world.file("shop.yaml", "apiVersion: v1\nkind: ConfigMap\n");
    assertTold(
        world.run("apply", "shop.yaml", "--yes"),
        64,
        "Error M1003: shop.yaml: the plan file is broken at line 1");
    assertNothingHappened();
  }

  @Test
  void aBlockedPlanIsRefused() throws Exception {
    world.clusters.clear();
    world
        .clusters(
            "old",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: bare, namespace: default}
            spec: {containers: [{name: bare, image: "registry.example/bare:1"}]}
            """)
        .clusters("new", "");
    world.run("plan", "--source-context", "old", "--target-context", "new", "-o", "p.yaml");
    before = changes();

    assertTold(world.run("apply", "p.yaml", "--yes"), 10, "Error M1102: pod/default/bare");
    assertNothingHappened();
  }

  /** What blocks may be what a run would meet as well: nothing was changed all the same. */
  @Test
  void aPlanThatIsBlockedByWhatTheTargetRefusesWasNotBegun() throws Exception {
    world.clusters.clear();
    world
        .clusters(
            "old",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: default}
            """)
        .clusters(
            "new",
            """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: none, namespace: default}
            spec: {hard: {count/configmaps: "0"}}
            status: {hard: {count/configmaps: "0"}, used: {count/configmaps: "0"}}
            """);
    World.Result planned =
        world.run("plan", "--source-context", "old", "--target-context", "new", "-o", "p.yaml");
    before = changes();

    assertThat(planned.exit()).isEqualTo(10);
    assertThat(planned.err()).contains("Error M1107: ", "count/configmaps");
    assertTold(world.run("apply", "p.yaml", "--yes"), 10, "Error M1107: ", "count/configmaps");
    assertNothingHappened();
  }

  @Test
  void anUnknownContextIsRefused() throws Exception {
    World.Result result =
        world.run("apply", "move.plan.yaml", "--yes", "--source-context", "older");

    assertTold(result, 64, "Error M1005", "older");
    assertNothingHappened();
  }

  @Test
  void aRunThatDoesNotExistIsTold() {
    for (String command : List.of("resume", "status", "approve")) {
      assertTold(world.run(command, "latest"), 64, "Error M1006", "no run");
      assertTold(world.run(command, "r-0000"), 64, "Error M1006", "r-0000");
      assertTold(world.run(command), 64, "Error M1001", "no run given");
    }
  }

  private void assertNothingHappened() throws Exception {
    assertThat(changes()).as("changes in either cluster").isEqualTo(before);
    Path state = folder.resolve(".migrator");
    if (Files.exists(state)) {
      try (Stream<Path> runs = Files.list(state)) {
        assertThat(runs).as("runs that never began").isEmpty();
      }
    }
  }

  private int changes() {
    return Stream.of("old", "new")
        .mapToInt(context -> world.simulated(context).world().history().size())
        .sum();
  }

  private static void assertTold(World.Result result, int exit, String... said) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.err()).contains(List.of(said)).contains("  Next:   ");
    assertThat(result.err()).doesNotContain("Exception", "\tat ");
    assertThat(result.out()).isEmpty();
  }
}
