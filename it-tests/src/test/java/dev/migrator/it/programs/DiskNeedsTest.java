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

  private ThisMachine machine(String ci, String path) {
    return new ThisMachine(Map.of("PATH", path, "CI", ci), cache(), () -> false);
  }

  /** A folder that has a Go compiler, or what looks like one. */
  private String go() throws IOException {
    Path folder = Files.createDirectories(root.resolve("go"));
    Files.writeString(folder.resolve("go"), "#!/bin/sh\n");
    assertThat(folder.resolve("go").toFile().setExecutable(true)).isTrue();
    return folder.toString();
  }

  @Test
  void whatIsNotBuiltIsSkippedInCiAndBuiltElsewhere() throws IOException {
    assertThat(DiskNeeds.skip(machine("", go()), cache())).isEmpty();
    assertThat(DiskNeeds.skip(machine("", ""), cache()).orElseThrow()).contains("no Go");
    assertThat(DiskNeeds.skip(machine("true", go()), cache()).orElseThrow())
        .startsWith("No real CSI driver")
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
    assertThat(DiskNeeds.skip(machine("true", ""), cache())).isEmpty();
  }
}
