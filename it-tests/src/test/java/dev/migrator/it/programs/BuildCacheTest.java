package dev.migrator.it.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {

  private static final Path MODULES = BuildCache.findModules(Path.of("").toAbsolutePath());

  @TempDir Path home;

  @Test
  void agreesWithTheBuildScriptOnWhereThingsAre() throws Exception {
    ProcessBuilder script = new ProcessBuilder(MODULES.resolve("build").toString(), "--where");
    script.environment().put("XDG_CACHE_HOME", home.toString());
    Process process = script.start();
    List<String> said = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();

    BuildCache cache = new BuildCache(MODULES, home.resolve("migrator-it"));
    List<String> expected = new ArrayList<>();
    for (BuildModule module : BuildModule.values()) {
      String version =
          module.version(Files.readString(MODULES.resolve(module.folder() + "/go.mod")));
      expected.add(module.argument() + "\t" + version + "\t" + cache.folder(module));
    }
    assertThat(said).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void isCompleteOnlyWithEveryProgram() throws IOException {
    BuildCache cache = new BuildCache(MODULES, home);
    assertThat(isCompleteOnceAllIsThere(cache, BuildModule.OF_CONTROL_PLANES)).isTrue();
    assertThat(isCompleteOnceAllIsThere(cache, BuildModule.OF_NODES)).isTrue();
    assertThat(isCompleteOnceAllIsThere(cache, BuildModule.OF_DISKS)).isTrue();
    assertThat(isCompleteOnceAllIsThere(cache, List.of(BuildModule.MOVERS))).isTrue();
  }

  private static boolean isCompleteOnceAllIsThere(BuildCache cache, List<BuildModule> modules)
      throws IOException {
    for (BuildModule module : modules) {
      for (Program program : module.programs()) {
        assertThat(cache.complete(modules)).isFalse();
        Path file = Files.createDirectories(cache.folder(module)).resolve(program.fileName());
        Files.writeString(file, "#!/bin/sh\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
      }
    }
    return cache.complete(modules);
  }

  @Test
  void eachClusterHasTheServersOfItsOwnVersion() {
    BuildCache cache = new BuildCache(MODULES, home);
    assertThat(cache.source().path(Program.KUBE_APISERVER).toString()).contains("v1.34.");
    assertThat(cache.target().path(Program.KUBE_APISERVER).toString()).contains("v1.36.");
    assertThat(cache.source().path(Program.KUBECTL))
        .isEqualTo(cache.target().path(Program.KUBECTL));
  }

  @Test
  void aModuleWithoutItsRequirementIsRefused() {
    assertThatThrownBy(() -> BuildModule.ETCD_SERVER.version("module x\n"))
        .hasMessageContaining("go.etcd.io/etcd/server/v3");
  }
}
