package dev.migrator.it.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskNeedsTest {

  @TempDir Path root;

  private BuildCache cache() {
    return new BuildCache(BuildCache.findModules(Path.of("").toAbsolutePath()), root);
  }

  private ThisMachine machine(String ci) {
    return new ThisMachine(Map.of("PATH", "", "CI", ci), cache(), () -> false);
  }

  @Test
  void whatIsNotBuiltIsSkippedInCiAndBuiltElsewhere() {
    assertThat(DiskNeeds.skip(machine(""), cache())).isEmpty();
    assertThat(DiskNeeds.skip(machine("true"), cache()).orElseThrow())
        .startsWith("SKIPPED: ")
        .contains("disk provisioner attacher snapshotter", "it-tests/control-plane/build");
  }

  @Test
  void whatIsBuiltIsUsedInCi() throws IOException {
    for (BuildModule module : BuildModule.OF_DISKS) {
      for (Program program : module.programs()) {
        Path file = Files.createDirectories(cache().folder(module)).resolve(program.fileName());
        Files.writeString(file, "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
      }
    }
    assertThat(DiskNeeds.skip(machine("true"), cache())).isEmpty();
  }
}
