package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cli.output.Terminal;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.model.ObjectRef;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The key of a plan by the command line: where it is, where it is not, and what then. */
@Timeout(120)
class PlanKeyTest {

  private static final ObjectRef SECRET = ObjectRef.core("Secret", "shop", "payment-key");
  private static final String KEY = "move.plan.yaml.key";
  private static final String SETTINGS =
      Path.of("../plans/web-shop/migration.yaml").toAbsolutePath().toString();
  private static final String[] APPLY = {
    "apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy"
  };

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void clusters() {
    world = new World(folder).clusters("web-shop");
  }

  private World.Result plan(String file) {
    return world.run(
        "plan", "--source-context", "old", "--target-context", "new", "-f", SETTINGS, "-o", file);
  }

  private void touch() {
    world
        .simulated("old")
        .world()
        .edit(
            SECRET,
            tree ->
                tree.withObjectProperty("metadata").withArrayProperty("managedFields").add("m"));
  }

  private static void assertPrivate(Path file) throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)))
        .isEqualTo("rw-------");
  }

  private String hex() throws Exception {
    return world.read(KEY).lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow();
  }

  @Test
  void itIsBesideThePlanAndInTheRunAndNowhereElse() throws Exception {
    World.Result planned = plan("move.plan.yaml");
    assertThat(planned.exit()).as(planned.err()).isZero();
    assertThat(planned.err()).contains("Saved " + KEY);
    assertPrivate(folder.resolve(KEY));
    String hex = hex();
    assertThat(world.read("move.plan.yaml"))
        .contains("\nkeyCheck: \"", "\"keyedDigest\": \"")
        .doesNotContain(hex);

    World.Result moved = world.run(APPLY);
    assertThat(moved.exit()).as(moved.err()).isZero();
    for (String[] command :
        new String[][] {
          {"show", "move.plan.yaml"},
          {"show", "move.plan.yaml", "-o", "json"},
          {"show", "move.plan.yaml", "--why", "secret/shop/payment-key"},
          {"show", "move.plan.yaml", "--diff", "secret/shop/payment-key"},
          {"diff", "move.plan.yaml", "move.plan.yaml"},
          {"report", "latest"},
          {"status", "latest", "-o", "json"}
        }) {
      World.Result said = world.run(command);
      assertThat(said.exit()).as(said.err()).isZero();
      assertThat(said.out() + said.err()).doesNotContain(hex);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> holding =
          files
              .filter(Files::isRegularFile)
              .filter(file -> read(file).contains(hex))
              .map(file -> String.valueOf(file.getFileName()))
              .sorted()
              .toList();
      assertThat(holding).containsExactly(KEY, "plan.yaml.key");
    }
    try (Stream<Path> files = Files.walk(folder)) {
      Path kept = files.filter(f -> f.endsWith("plan.yaml.key")).findFirst().orElseThrow();
      assertPrivate(kept);
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Planned again over itself, a plan keeps its key: the same bytes where nothing changed. */
  @Test
  void aPlanThatIsMadeAgainKeepsItsKey() throws Exception {
    plan("move.plan.yaml");
    String first = world.read("move.plan.yaml");
    String key = world.read(KEY);
    World.Result again = plan("move.plan.yaml");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain(KEY);
    assertThat(world.read("move.plan.yaml")).isEqualTo(first);
    assertThat(world.read(KEY)).isEqualTo(key);

    plan("other.plan.yaml");
    assertThat(world.read("other.plan.yaml.key")).isNotEqualTo(key);
    assertThat(keyed(world.read("other.plan.yaml")))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(keyed(first));
    assertThat(world.run("diff", "move.plan.yaml", "other.plan.yaml").err())
        .contains("Both plans say the same");
  }

  private static List<String> keyed(String plan) {
    Matcher matcher = Pattern.compile("\"keyedDigest\": (\\S+)").matcher(plan);
    return matcher.results().map(result -> result.group(1)).toList();
  }

  @Test
  void aPlanThatCameAloneIsStricterAndSaysWhy() throws Exception {
    plan("move.plan.yaml");
    Files.delete(folder.resolve(KEY));
    touch();
    World.Result stale = world.run(APPLY);
    assertThat(stale.exit()).as(stale.err()).isEqualTo(11);
    assertThat(stale.err())
        .contains(
            "the plan's key, a file beside the plan, is not here",
            "secret/shop/payment-key was written to, and may have changed",
            "put the plan's key beside it");

    World.Result replanned =
        world.run(
            "apply", "move.plan.yaml", "--replan-changed", "--yes", "--approve-gate", "afterCopy");
    assertThat(replanned.exit()).as(replanned.err()).isZero();
    assertThat(replanned.err())
        .contains(
            KEY + " is not there", "its definition may have changed: its resourceVersion did");
  }

  @Test
  void aPlanThatCameAloneMovesWhenNobodyWroteToItsSecrets() throws Exception {
    plan("move.plan.yaml");
    Files.delete(folder.resolve(KEY));
    World.Result moved = world.run(APPLY);
    assertThat(moved.exit()).as(moved.err()).isZero();
    assertThat(moved.err()).containsOnlyOnce("the plan's key, a file beside the plan, is not here");
  }

  @Test
  void aKeyThatIsNotThereIsNamedBeforeTheQuestion() throws Exception {
    plan("move.plan.yaml");
    Files.delete(folder.resolve(KEY));
    world.withTerminal(new Terminal(true, true, true, 80, Terminal.Colours.NEVER, false), "no\n");
    World.Result refused = world.run("apply", "move.plan.yaml");
    assertThat(refused.exit()).isEqualTo(10);
    assertThat(refused.err())
        .containsSubsequence(KEY + " is not there: Secrets are compared by", "Type yes to begin");
    world.withTerminal(Terminal.none(), "");
  }

  @Test
  void theKeyOfAnotherPlanIsRefused() throws Exception {
    plan("move.plan.yaml");
    plan("other.plan.yaml");
    for (String content : List.of(world.read("other.plan.yaml.key"), "", "no key\n")) {
      Files.writeString(folder.resolve(KEY), content);
      World.Result refused = world.run(APPLY);
      assertThat(refused.exit()).as(refused.err()).isEqualTo(64);
      assertThat(refused.err())
          .contains("Error M1003", KEY + " is not the key of the plan", "move it away");
    }
    assertThat(world.run("status", "latest").err()).contains("Error M1006");
  }

  /** Nothing that is not ours is overwritten, and no link followed. */
  @Test
  void whatHasTheNameOfTheKeyIsLeftAlone() throws Exception {
    Path theirs = Files.writeString(folder.resolve("theirs"), "precious");
    Files.createSymbolicLink(folder.resolve(KEY), theirs);
    World.Result refused = plan("move.plan.yaml");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).contains("Error M1001", KEY + " is in the way", "move it away");
    assertThat(theirs).hasContent("precious");
    assertThat(folder.resolve("move.plan.yaml")).doesNotExist();

    Files.delete(folder.resolve(KEY));
    Files.createSymbolicLink(folder.resolve(KEY), folder.resolve("nowhere"));
    assertThat(plan("move.plan.yaml").exit()).isEqualTo(64);
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  /** Two plannings into one file: the second one finds the key of the first. */
  @Test
  void aKeyThatWasMadeMeanwhileIsNotReplaced() throws Exception {
    world.onRequest("old", request -> true, request -> write(KEY, "made meanwhile"));
    World.Result refused = plan("move.plan.yaml");
    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err()).contains("Error M1001", "another process made it meanwhile");
    assertThat(world.read(KEY)).isEqualTo("made meanwhile");
    assertThat(folder.resolve("move.plan.yaml")).doesNotExist();
  }

  private void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What is only shown has no key, and what fails leaves none. */
  @Test
  void aPlanThatIsInNoFileHasNoKey() throws Exception {
    World.Result shown =
        world.run(
            "plan",
            "--source-context",
            "old",
            "--target-context",
            "new",
            "-f",
            SETTINGS,
            "-o",
            "json");
    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(shown.out() + shown.err()).doesNotContain("keyCheck", "keyedDigest", ".key");
    world.faults("new", request -> new Fault.Answer(new ClusterFailure.Forbidden("no")));
    assertThat(plan("move.plan.yaml").exit()).isNotZero();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> String.valueOf(f.getFileName())))
          .noneMatch(name -> name.endsWith(".key") || name.endsWith(".tmp"));
    }
  }

  /** The way back is a plan as any other. */
  @Test
  void theWayBackHasAKeyOfItsOwn() throws Exception {
    plan("move.plan.yaml");
    world
        .simulated("old")
        .world()
        .edit(
            SECRET,
            tree ->
                tree.withObjectProperty("metadata")
                    .withObjectProperty("labels")
                    .put("migrator.dev/protect-from", "duplication"));
    plan("move.plan.yaml");
    assertThat(world.run(APPLY).exit()).isZero();
    World.Result back = world.run("rollback", "latest", "--backward", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(back.err()).contains("Saved back.plan.yaml.key: ");
    assertPrivate(folder.resolve("back.plan.yaml.key"));
    assertThat(world.read("back.plan.yaml")).contains("keyCheck: ");
  }
}
