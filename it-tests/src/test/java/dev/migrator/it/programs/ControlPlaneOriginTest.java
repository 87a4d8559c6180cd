package dev.migrator.it.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.programs.ControlPlaneOrigin.Assets;
import dev.migrator.it.programs.ControlPlaneOrigin.Buildable;
import dev.migrator.it.programs.ControlPlaneOrigin.Cached;
import dev.migrator.it.programs.ControlPlaneOrigin.K3s;
import dev.migrator.it.programs.ControlPlaneOrigin.None;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControlPlaneOriginTest {

  private static final Path ASSETS = Path.of("/assets");
  private static final Set<Program> ALL = EnumSet.copyOf(Program.ofControlPlane());

  /** Surroundings as told; {@code folders} says what is in the folders that exist. */
  private record Told(
      Optional<Path> kubebuilderAssets,
      Map<Path, Set<Program>> folders,
      boolean cached,
      boolean hasGo,
      boolean docker,
      boolean mayAskDocker,
      boolean isCi)
      implements Surroundings {

    @Override
    public Set<Program> missingIn(Path folder) {
      Set<Program> missing = EnumSet.copyOf(Program.ofControlPlane());
      missing.removeAll(folders.getOrDefault(folder, Set.of()));
      return missing;
    }

    @Override
    public boolean isFolder(Path folder) {
      return folders.containsKey(folder);
    }

    @Override
    public boolean hasDocker() {
      if (!mayAskDocker) {
        throw new AssertionError("asked Docker, though something better is there");
      }
      return docker;
    }
  }

  private static Told assets(Map<Path, Set<Program>> folders, boolean cached) {
    return new Told(Optional.of(ASSETS), folders, cached, true, true, false, true);
  }

  private static Told without(boolean cached, boolean go, boolean docker, boolean ci) {
    return new Told(Optional.empty(), Map.of(), cached, go, docker, !cached && !go, ci);
  }

  @Test
  void assetsComeFirst() {
    assertThat(ControlPlaneOrigin.choose(assets(Map.of(ASSETS, ALL), true)))
        .isEqualTo(new Assets(ASSETS, ASSETS));
  }

  @Test
  void assetsMayHoldAFolderForEachCluster() {
    Path source = ASSETS.resolve("source");
    Path target = ASSETS.resolve("target");
    assertThat(ControlPlaneOrigin.choose(assets(Map.of(source, ALL, target, ALL), true)))
        .isEqualTo(new Assets(source, target));
  }

  @Test
  void assetsWithoutAControllerManagerArePassedOver() {
    Set<Program> envtest = Set.of(Program.ETCD, Program.KUBE_APISERVER, Program.KUBECTL);
    assertThat(ControlPlaneOrigin.choose(assets(Map.of(ASSETS, envtest), true)))
        .isEqualTo(new Cached());
  }

  @Test
  void thenTheCacheThenGoThenDocker() {
    assertThat(ControlPlaneOrigin.choose(without(true, true, true, true))).isEqualTo(new Cached());
    assertThat(ControlPlaneOrigin.choose(without(false, true, true, true)))
        .isEqualTo(new Buildable());
    assertThat(ControlPlaneOrigin.choose(without(false, false, true, true))).isEqualTo(new K3s());
  }

  @Test
  void noneIsASkipWithAdviceAndInCiAFailure() {
    for (boolean ci : new boolean[] {true, false}) {
      assertThat(ControlPlaneOrigin.choose(without(false, false, false, ci)))
          .isInstanceOfSatisfying(
              None.class,
              none -> {
                assertThat(none.failure()).isEqualTo(ci);
                assertThat(none.advice())
                    .contains("https://go.dev/dl/", "Docker", "KUBEBUILDER_ASSETS");
              });
    }
  }

  @Test
  void adviceNamesWhatTheAssetsLack() {
    Told here =
        new Told(
            Optional.of(ASSETS),
            Map.of(ASSETS, EnumSet.complementOf(EnumSet.of(Program.KWOK, Program.KUBE_SCHEDULER))),
            false,
            false,
            false,
            true,
            false);
    assertThat(((None) ControlPlaneOrigin.choose(here)).advice())
        .contains("KUBEBUILDER_ASSETS (/assets) lacks kube-scheduler, kwok.");
  }
}
