package dev.migrator.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands at gates and of hooks are real programs. */
@Timeout(60)
class LocalProgramsTest {

  @TempDir Path folder;

  @Test
  void givesTheExitCodeAndTheLastWords() throws Exception {
    Programs.Ended ended =
        new LocalPrograms(folder)
            .run(
                new Programs.Command(
                    List.of(
                        "sh", "-c", "for i in 1 2 3 4 5 6 7; do echo $GATE $i; done >&2; exit 3"),
                    Map.of("GATE", "afterCopy"),
                    "",
                    Optional.empty()),
                () -> false);

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.lastWords())
        .containsExactly("afterCopy 3", "afterCopy 4", "afterCopy 5", "afterCopy 6", "afterCopy 7");
  }

  @Test
  void aProgramThatIsNoLongerWantedIsEnded() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Programs.Ended ended =
        new LocalPrograms(folder).run(command("sleep", "600"), () -> looks.incrementAndGet() > 1);

    assertThat(ended.exitCode()).isNotZero();
  }

  @Test
  void runsInTheFolderWithoutAShell() throws Exception {
    Programs programs = new LocalPrograms(folder);

    assertThat(programs.run(command("pwd"), () -> false).lastWords())
        .containsExactly(folder.toRealPath().toString());
    assertThat(programs.run(command("echo", "$HOME;"), () -> false).lastWords())
        .containsExactly("$HOME;");
    assertThatThrownBy(() -> programs.run(command("no-such-program"), () -> false))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aProgramIsToldOnItsInputAndWhatItSaysIsBounded() throws Exception {
    Programs programs = new LocalPrograms(folder);

    assertThat(programs.run(told("{\"a\": 1}", "cat"), () -> false).said()).isEqualTo("{\"a\": 1}");
    assertThat(programs.run(told("{\"a\": 1}", "true"), () -> false).exitCode()).isZero();
    Programs.Ended much =
        programs.run(
            command(
                "sh", "-c", "echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last"),
            () -> false);
    assertThat(much.said()).startsWith("first\n").endsWith("last\n").contains("are left out here");
    assertThat(much.said().length()).isLessThan(300_000);
    assertThat(much.lastWords()).last().isEqualTo("last");
  }

  @Test
  void whoTakesTooLongIsEndedWithEverythingThatItStarted() throws Exception {
    Path pids = folder.resolve("pids");
    Programs.Ended ended =
        new LocalPrograms(folder)
            .run(
                new Programs.Command(
                    List.of(
                        "sh",
                        "-c",
                        "sh -c 'sleep 601 & echo $! >> pids; wait' & echo $! >> pids; wait"),
                    Map.of(),
                    "",
                    Optional.of(Duration.ofMillis(700))),
                () -> false);

    assertThat(ended.tookTooLong()).isTrue();
    List<String> started = Files.readAllLines(pids);
    assertThat(started).hasSize(2);
    for (String pid : started) {
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive))
          .as("process %s", pid)
          .isEmpty();
    }
  }

  @Test
  void whoIgnoresThatItShallEndIsEndedAnyway() throws Exception {
    Programs.Ended ended =
        new LocalPrograms(folder)
            .run(
                new Programs.Command(
                    List.of("sh", "-c", "trap '' TERM; echo stubborn; while :; do sleep 1; done"),
                    Map.of(),
                    "",
                    Optional.of(Duration.ofMillis(500))),
                () -> false);

    assertThat(ended.tookTooLong()).isTrue();
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.lastWords()).contains("stubborn");
  }

  @Test
  void allAreEndedAtOnce() throws Exception {
    LocalPrograms programs = new LocalPrograms(folder);
    Programs.Ended ended =
        programs.run(
            command("sleep", "600"),
            () -> {
              programs.endAll();
              return false;
            });

    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.tookTooLong()).isFalse();
  }

  private static Programs.Command command(String... argv) {
    return told("", argv);
  }

  private static Programs.Command told(String input, String... argv) {
    return new Programs.Command(List.of(argv), Map.of(), input, Optional.empty());
  }
}
