package dev.migrator.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands at gates are real programs. */
@Timeout(60)
class LocalProgramsTest {

  @TempDir Path folder;

  @Test
  void givesTheExitCodeAndTheLastWords() throws Exception {
    Programs.Ended ended =
        new LocalPrograms(folder)
            .run(
                List.of("sh", "-c", "for i in 1 2 3 4 5 6 7; do echo $GATE $i; done >&2; exit 3"),
                Map.of("GATE", "afterCopy"),
                () -> false);

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.lastWords())
        .containsExactly("afterCopy 3", "afterCopy 4", "afterCopy 5", "afterCopy 6", "afterCopy 7");
  }

  @Test
  void aProgramThatIsNoLongerWantedIsEnded() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Programs.Ended ended =
        new LocalPrograms(folder)
            .run(List.of("sleep", "600"), Map.of(), () -> looks.incrementAndGet() > 1);

    assertThat(ended.exitCode()).isNotZero();
  }

  @Test
  void runsInTheFolderWithoutAShell() throws Exception {
    Programs programs = new LocalPrograms(folder);

    assertThat(programs.run(List.of("pwd"), Map.of(), () -> false).lastWords())
        .containsExactly(folder.toRealPath().toString());
    assertThat(programs.run(List.of("echo", "$HOME;"), Map.of(), () -> false).lastWords())
        .containsExactly("$HOME;");
    assertThatThrownBy(() -> programs.run(List.of("no-such-program"), Map.of(), () -> false))
        .isInstanceOf(IOException.class);
  }
}
