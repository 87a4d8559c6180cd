package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong input is told in one clear error with a stable code and a next step. */
class MainTest {

  @TempDir Path folder;

  /** What is typed, the exit code, and what must be said of it. */
  record Wrong(List<String> typed, int exit, List<String> said) {
    static Wrong of(String typed, int exit, String... said) {
      return new Wrong(List.of(typed.split(" ")), exit, List.of(said));
    }
  }

  static Stream<Wrong> wrong() {
    return Stream.of(
        Wrong.of("shwo", 64, "Error M1001: migrator: unknown command shwo", "did you mean show?"),
        Wrong.of("show --left-ou x", 64, "show: unknown option --left-ou", "mean --left-out?"),
        Wrong.of("show x y", 64, "Error M1001: migrator show: unexpected argument y"),
        Wrong.of("status latest", 64, "Error M1006: there is no run yet", "--state-dir DIR"),
        Wrong.of("status . --watch", 64, "Error M1006: no such run: \".\""),
        Wrong.of("show", 64, "Error M1001", "PLAN"),
        Wrong.of("resume", 64, "Error M1001: migrator resume: no run given", "resume latest"),
        Wrong.of("rollback --yes", 64, "Error M1001", "Next:   migrator rollback latest"),
        Wrong.of("show x --graph png", 64, "Error M1001", "png"),
        Wrong.of("show x --left-out --why a/b", 64, "Error M1001: --why=REF, --left-out are"),
        Wrong.of("show missing.yaml", 64, "Error M1003", "no such file"),
        Wrong.of("show .", 64, "Error M1003", "it is a folder, not a file"),
        Wrong.of("show broken.yaml", 64, "Error M1003"),
        Wrong.of("explain M9999", 64, "Error M1001", "M9999"),
        Wrong.of("version -o xml", 64, "Error M1001", "xml"),
        Wrong.of("completion tcsh", 64, "Error M1001", "tcsh"));
  }

  @ParameterizedTest
  @MethodSource
  void wrong(Wrong wrong) {
    World world = new World(folder).file("broken.yaml", "kind: \u001b[31mPlan\nnot: a plan\n");

    World.Result result = world.run(wrong.typed().toArray(String[]::new));

    assertThat(result.exit()).as(result.err()).isEqualTo(wrong.exit());
    assertThat(result.err()).contains(wrong.said()).contains("  Next:   ");
    assertThat(result.err()).contains("This command changed nothing in either cluster.");
    assertThat(result.err()).doesNotContain("Exception", "\tat ", "\u001b");
    assertThat(result.out()).isEmpty();
  }

  /** Another command's option is not mended into a short one that means something else. */
  @Test
  void whatIsFarFromEverythingIsNotGuessed() {
    assertThat(new World(folder).run("rollback", "latest", "--approve-gate", "x").err())
        .contains("migrator rollback: unknown option --approve-gate")
        .doesNotContain("did you mean");
  }

  @Test
  void helpIsFineAndNamesEveryCommand() {
    World.Result result = new World(folder).run("--help");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("show", "explain", "version", "completion");
    assertThat(new World(folder).run().out()).isEqualTo(result.out());
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(new World(folder).run("version").out()).matches("migrator \\d+\\.\\d+\\.\\d+.*\\R");
    assertThat(new World(folder).run("version", "-o", "json").out()).contains("\"version\": \"");
  }
}
