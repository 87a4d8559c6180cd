package dev.migrator.it.programs;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the control planes of the tests come from, on this machine. */
public sealed interface ControlPlaneOrigin {

  /**
   * Folders that {@code KUBEBUILDER_ASSETS} names: one for both clusters, or {@code source} and
   * {@code target} in it.
   */
  record Assets(Path source, Path target) implements ControlPlaneOrigin {}

  /** Built before, in the local cache. */
  record Cached() implements ControlPlaneOrigin {}

  /** To be built from the Go modules of {@code it-tests/control-plane}. */
  record Buildable() implements ControlPlaneOrigin {}

  /** Containers of k3s. */
  record K3s() implements ControlPlaneOrigin {}

  /**
   * Nothing here can run one.
   *
   * @param advice why, and how to get one
   * @param failure whether that is a failure (in CI) or a skip
   */
  record None(String advice, boolean failure) implements ControlPlaneOrigin {}

  /** The best of what these surroundings offer: assets, cache, Go, Docker. */
  static ControlPlaneOrigin choose(Surroundings here) {
    Optional<Path> assets = here.kubebuilderAssets();
    if (assets.isPresent()) {
      Path folder = assets.get();
      Path source = here.isFolder(folder.resolve("source")) ? folder.resolve("source") : folder;
      Path target = here.isFolder(folder.resolve("target")) ? folder.resolve("target") : folder;
      if (here.missingIn(source).isEmpty() && here.missingIn(target).isEmpty()) {
        return new Assets(source, target);
      }
    }
    if (here.cached()) {
      return new Cached();
    }
    if (here.hasGo()) {
      return new Buildable();
    }
    if (here.hasDocker()) {
      return new K3s();
    }
    return new None(advice(here, assets), here.isCi());
  }

  private static String advice(Surroundings here, Optional<Path> assets) {
    String passedOver =
        assets
            .map(
                folder ->
                    "KUBEBUILDER_ASSETS ("
                        + folder
                        + ") lacks "
                        + names(here.missingIn(folder))
                        + ". ")
            .orElse("");
    return "No real API servers for the tests. "
        + passedOver
        + "Install Go (https://go.dev/dl/) and run it-tests/control-plane/build, or start a Docker"
        + " engine, or let KUBEBUILDER_ASSETS name a folder that holds "
        + names(Program.ofControlPlane())
        + ".";
  }

  private static String names(Set<Program> programs) {
    return programs.stream().sorted().map(Program::fileName).collect(Collectors.joining(", "));
  }
}
