package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults of a person or a machine: settings file, environment, and who said what. */
class SettingsTest {

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void home() throws Exception {
    world = new World(folder).clusters("web-shop");
    world.environment.put("HOME", folder.toString());
    Files.createDirectories(folder.resolve(".config/migrator"));
  }

  @Test
  void withoutAnythingTheDefaultsHold() {
    World.Result result = world.run("config", "show");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).containsPattern("stateDir +\\.migrator +default");
    assertThat(result.out()).containsPattern("kubeconfig +~/.kube/config +default");
  }

  @Test
  void theEnvironmentBeatsTheFile() {
    settings("stateDir: runs\nprotectedTargets: [prod-*, live]\n");
    assertThat(world.run("config", "show").out())
        .containsPattern("stateDir +runs +/.*/\\.config/migrator/config\\.yaml")
        .containsPattern("protectedTargets +prod-\\*,live +/.*config\\.yaml");

    world.environment.put("MIGRATOR_STATE_DIR", "elsewhere");
    world.environment.put("KUBECONFIG", "a:b");
    assertThat(world.run("config", "show", "-o", "json").out())
        .contains(
            "{\"setting\":\"stateDir\",\"value\":\"elsewhere\",\"from\":\"environment variable"
                + " MIGRATOR_STATE_DIR\"}",
            "{\"setting\":\"kubeconfig\",\"value\":\"a:b\",\"from\":\"environment variable"
                + " KUBECONFIG\"}");
  }

  @Test
  void anOptionBeatsBoth() {
    settings("stateDir: runs\n");
    plan();

    assertThat(world.run("apply", "p.yaml", "--yes").exit()).isEqualTo(21);
    assertThat(folder.resolve("runs")).isDirectory();
    assertThat(world.run("apply", "p.yaml", "--yes", "--state-dir", "mine").exit()).isEqualTo(21);
    assertThat(folder.resolve("mine")).isDirectory();
    assertThat(folder.resolve(".migrator")).doesNotExist();
  }

  @Test
  void aBrokenFileIsToldWithTheNearestName() {
    settings("stateDri: runs\n");
    World.Result slip = world.run("config", "show");
    assertThat(slip.exit()).isEqualTo(64);
    assertThat(slip.err()).contains("Error M1001", "config.yaml", "did you mean stateDir?");

    settings("a: [");
    World.Result broken = world.run("status", "latest");
    assertThat(broken.exit()).isEqualTo(64);
    assertThat(broken.err()).contains("Error M1001", "config.yaml").doesNotContain("\tat ");

    settings("stateDir: {x: y}");
    assertThat(world.run("status", "latest").err()).contains("Error M1001", "texts");
    assertThat(world.run("--help").exit()).isZero();
  }

  @Test
  void aProtectedTargetIsConfirmedByItsName() {
    settings("protectedTargets: n?w\n");
    plan();
    World.Result refused = world.run("apply", "p.yaml", "--yes");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).contains("Error M1001", "new is protected", "--target-context new");

    world.withTerminal(
        new Terminal(true, false, false, 80, Terminal.Colours.NEVER, false), "yes\n");
    World.Result yes = world.run("apply", "p.yaml");
    assertThat(yes.exit()).isEqualTo(10);
    assertThat(yes.err()).contains("Type new to begin: ");
    world.withTerminal(
        new Terminal(true, false, false, 80, Terminal.Colours.NEVER, false), "new\nstop\n");
    assertThat(world.run("apply", "p.yaml").exit()).isEqualTo(21);
    world.withTerminal(Terminal.none(), "");
    assertThat(world.run("apply", "p.yaml", "--yes", "--target-context", "new").exit())
        .isEqualTo(21);
  }

  @Test
  void whatIsProtectedIsNotRolledBackOrPrunedByASimpleYes() {
    settings("protectedTargets: [new, old]\n");
    plan();
    String go = "apply p.yaml --yes --target-context new";
    assertThat(world.run(go.split(" ")).exit()).isEqualTo(21);
    World.Result refused = world.run("rollback", "latest", "--yes");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err())
        .contains("the target new is protected", "migrator rollback r-", "--target-context new");
    world.withTerminal(
        new Terminal(true, false, false, 80, Terminal.Colours.NEVER, false), "yes\n");
    assertThat(world.run("rollback", "latest").exit()).isEqualTo(10);

    world.withTerminal(Terminal.none(), "");
    assertThat(world.run("resume", "latest", "--approve-gate", "afterCopy").exit()).isZero();
    World.Result kept = world.run("prune", "latest", "--yes");
    assertThat(kept.exit()).isEqualTo(64);
    assertThat(kept.err()).contains("the source old is protected", "--source-context old");
    world.withTerminal(
        new Terminal(true, false, false, 80, Terminal.Colours.NEVER, false), "old\n");
    World.Result pruned = world.run("prune", "latest");
    assertThat(pruned.exit()).as(pruned.err()).isZero();
    assertThat(pruned.err()).contains("Type old to begin: ");
  }

  private void plan() {
    world.run("plan", "--source-context", "old", "--target-context", "new", "-o", "p.yaml");
  }

  private void settings(String text) {
    world.file(".config/migrator/config.yaml", text);
  }

  /** Whoever can make a link in the folder must not choose where Secrets are written. */
  @Test
  void aLinkInThePlaceOfTheStateDirectoryIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve("runs"), elsewhere);
    World.Result refused = world.run("status", "latest", "--state-dir", "runs");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).contains("M1009", "runs is a symbolic link");
    assertThat(world.run("status", "latest", "--state-dir", "elsewhere").err())
        .doesNotContain("M1009");
  }
}
