package dev.migrator.it.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoverNeedsTest {

  @TempDir Path root;

  private BuildCache cache() {
    return new BuildCache(BuildCache.findModules(Path.of("").toAbsolutePath()), root);
  }

  private ThisMachine machine(String ci, String path) {
    return new ThisMachine(Map.of("PATH", path, "CI", ci), cache(), () -> false);
  }

  /** Folders that have all that is to be installed, and what looks like a Go compiler. */
  private Path installed() throws IOException {
    Path folder = Files.createDirectories(root.resolve("bin"));
    for (String program : MoverNeeds.INSTALLED) {
      executable(folder.resolve(program));
    }
    executable(folder.resolve("go"));
    return folder;
  }

  private static void executable(Path file) throws IOException {
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void namesWhatIsNotInstalled() throws IOException {
    Path folder = installed();
    Files.delete(folder.resolve("rsync"));
    assertThat(MoverNeeds.skip(machine("", ""), cache(), folder).orElseThrow())
        .contains("lacks rsync;", "it-tests/node-packages");
  }

  @Test
  void whatIsNotBuiltIsSkippedInCiAndBuiltElsewhere() throws IOException {
    Path folder = installed();
    String path = folder.toString();
    assertThat(MoverNeeds.skip(machine("", path), cache(), folder)).isEmpty();
    assertThat(MoverNeeds.skip(machine("", ""), cache(), folder).orElseThrow()).contains("no Go");
    assertThat(MoverNeeds.skip(machine("true", path), cache(), folder).orElseThrow())
        .contains("CI is true", "it-tests/control-plane/build movers");
  }

  @Test
  void whatIsBuiltIsUsedInCi() throws IOException {
    Path folder = installed();
    for (Program program : BuildModule.MOVERS.programs()) {
      executable(
          Files.createDirectories(cache().folder(BuildModule.MOVERS)).resolve(program.fileName()));
    }
    assertThat(MoverNeeds.skip(machine("true", ""), cache(), folder)).isEmpty();
  }
}
